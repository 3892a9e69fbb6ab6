"""Following the log: every projection in pages, its tables and its position in one transaction.

The steps of a page, in order: begin; lock the positions; read the events behind them; fold; write
tables and positions; commit. A crash anywhere before the commit leaves tables and positions as
they were; after it the page is done. A second process waits for the lock and then goes on from
where the first one stopped, so that each event has its effect once.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from threading import Condition, Event, RLock, Thread
from time import monotonic
from typing import Final, TypeVar

import psycopg
import structlog

from ledger.errors import LedgerError
from ledger.log.datastore import LogDatastore
from ledger.log.store import StoreUnavailableError
from ledger.log.subscription import POLL_SECONDS, LogListener
from projections.base import Projection, deal
from projections.course import Course, State, Status
from projections.errors import ProjectionBehindError
from projections.pages import PAGE_EVENTS, Pages, collecting_later
from projections.reading import head_position, topics_of
from projections.tables import Connection
from projections.tracking import (
    SYNCHRONOUS_OFF,
    PositionRecorder,
    lock_standings,
    standings_of,
)

RETRY_SECONDS_MAX: Final = 5.0
Progress = Callable[[int, int], None]
"""Told the position that is reached and the one that is aimed at."""

T = TypeVar("T")
log = structlog.get_logger("projections.follow")


class Follower:
    """Follows some projections of one community. Safe to call from any thread.

    ``datastore`` is the writer's. Nothing runs until :meth:`start` or :meth:`catch_up`.
    """

    def __init__(
        self,
        datastore: LogDatastore,
        projections: Sequence[type[Projection]],
        *,
        page_events: int = PAGE_EVENTS,
    ) -> None:
        """No connection is made yet."""
        self._datastore, self._page_events = datastore, page_events
        self._recorder, self._pages = PositionRecorder(datastore), Pages(datastore)
        self._courses = {p.NAME: Course(p) for p in projections}
        self._connection: Connection | None = None
        self._turn = RLock()
        self._moved = Condition()
        self._wake, self._stopped = Event(), Event()
        self._listener: LogListener | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Follow from now on, woken by the log and by a poll beside it."""
        self._stopped.clear()
        self._wake.set()
        self._listener = LogListener(self._datastore, self._wake)
        self._thread = Thread(target=self._run, name="projections", daemon=True)
        self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish the page at hand, then stop and close the connection."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._listener is not None:
            self._listener.stop()
        with self._turn:
            self._disconnect()

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                while not self._stopped.is_set() and self._step():
                    failures = 0
            except Exception as error:  # whatever it is, what comes after may go well
                failures += 1
                log.warning("projections-wait", error=type(error.__cause__ or error).__name__)
                self._stopped.wait(min(POLL_SECONDS * failures, RETRY_SECONDS_MAX))

    def catch_up(self, limit: int | None = None, on_progress: Progress | None = None) -> int:
        """Follow up to the head as it is now, at most ``limit`` positions; return the position.

        Raises:
            ProjectionStaleError: nothing was ever installed.
            StoreUnavailableError: the database does not answer.
        """
        with self._turn:
            aim = self._lasting(self._look)
            if limit is not None:
                aim = min(aim, self.position + limit)
            while self._step(aim):
                if on_progress is not None:
                    on_progress(self.position, aim)
            return self.position

    @property
    def position(self) -> int:
        """Where the last of the projections stands that this process follows."""
        following = [c.position for c in self._courses.values() if c.state is State.FOLLOWING]
        return min(following, default=0)

    def status(self) -> list[Status]:
        """How each projection does, as this process last saw it."""
        return [course.status() for course in self._courses.values()]

    def positions(self) -> dict[str, int]:
        """The position of each projection, as the database has it.

        Raises:
            ProjectionStaleError: nothing was ever installed.
            StoreUnavailableError: the database does not answer.
        """
        with self._datastore.reading() as connection:
            standings = standings_of(connection, self._courses)
        return {name: standing.position for name, standing in standings.items()}

    def wait_for(
        self, position: int, timeout_seconds: float, names: Collection[str] | None = None
    ) -> None:
        """Wait until the named projections (None: all) have taken a position in.

        Whoever follows them: this process is noticed at once, another one by polling.

        Raises:
            ProjectionBehindError: they have not in time, or one of them has stopped.
            StoreUnavailableError: the database does not answer.
        """
        wanted = set(self._courses if names is None else names)
        deadline = monotonic() + timeout_seconds
        while not self._has_reached(position, wanted):
            left = deadline - monotonic()
            stopped = any(self._courses[name].state is State.STOPPED for name in wanted)
            if left <= 0 or stopped:
                raise ProjectionBehindError(position=position)
            with self._moved:
                if self._nearest(wanted) < position:
                    self._moved.wait(min(left, POLL_SECONDS))

    def _nearest(self, names: Collection[str]) -> int:
        return min((self._courses[name].position for name in names), default=0)

    def _has_reached(self, position: int, names: Collection[str]) -> bool:
        if self._nearest(names) >= position:
            return True
        known = self.positions()
        return all(known.get(name, -1) >= position for name in names)

    def _step(self, aim: int | None = None) -> bool:
        """Take in one page; whether there was one."""
        with self._turn:
            courses = list(self._courses.values())
            if aim is None and not self._lasting(self._anything_new):
                return False
            try:
                return self._lasting(lambda connection: self._page(connection, courses, aim))
            except LedgerError:
                raise
            except Exception:
                # Something of the page fits one of them and not the others; alone, each shows.
                taken = [self._alone(course, aim) for course in courses]
                return any(taken)

    def _alone(self, course: Course, aim: int | None) -> bool:
        try:
            return self._lasting(lambda connection: self._page(connection, [course], aim))
        except LedgerError:
            raise
        except Exception as error:
            course.stop(error)
            return False

    def _look(self, connection: Connection) -> int:
        """See where everything stands; the head's position."""
        standings = standings_of(connection, self._courses)
        for name, course in self._courses.items():
            course.meet(standings.get(name))
        return head_position(connection)

    def _anything_new(self, connection: Connection) -> bool:
        if any(course.unsettled for course in self._courses.values()):
            return True
        return self.position < head_position(connection)

    def _page(self, connection: Connection, courses: Sequence[Course], aim: int | None) -> bool:
        try:
            with connection.transaction(), collecting_later():
                behind, end = self._take(connection, courses, aim)
                for course in behind:
                    course.write(connection, self._recorder, end)
        except BaseException:
            for course in courses:
                course.forget()
            raise
        with self._moved:
            for course in behind:
                course.arrive(end)
            self._moved.notify_all()
        return bool(behind)

    def _take(
        self, connection: Connection, courses: Sequence[Course], aim: int | None
    ) -> tuple[list[Course], int]:
        """Fold the next page; the courses that took it in, and the position it ends at."""
        standings = lock_standings(connection, [course.name for course in courses])
        for course in courses:
            course.meet(standings.get(course.name))
        following = [course for course in courses if course.state is State.FOLLOWING]
        head = head_position(connection) if aim is None else aim
        start = min((course.position for course in following), default=head)
        end = min(head, start + self._page_events)
        behind = [course for course in following if course.position < end]
        if not behind:
            return [], end
        topics = topics_of({kind for course in behind for kind in course.handled})
        reads = self._pages.page(connection, start, end, topics, head)
        hands = deal(reads, [(course.kind, course.position) for course in behind])
        for course, dealt in zip(behind, hands, strict=True):
            course.take(dealt, connection)
        return [course for course in behind if course.state is State.FOLLOWING], end

    def _lasting(self, work: Callable[[Connection], T]) -> T:
        """Do something with the connection, which is given up when it is lost."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = self._datastore.connect()
                self._connection.execute(SYNCHRONOUS_OFF)
            return work(self._connection)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self._disconnect()
            raise StoreUnavailableError from error

    def _disconnect(self) -> None:
        self._pages.close()
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
