"""Rebuilding: new tables are filled beside the old ones, then take their place in one transaction.

The old ones are followed and read until the swap. The steps: drop what a killed rebuild has left;
make the new tables; fold the log from its beginning; make keys and indexes; catch up until little
is missing; lock; fold the rest; swap names, positions and versions; commit. A crash before that
commit leaves the old tables as they were.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import sleep
from typing import ClassVar, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from ledger.errors import LedgerError
from ledger.log.store import StoreUnavailableError
from projections.base import Projection, deal
from projections.pages import Pages, collecting_later
from projections.reading import head_position, topics_of
from projections.rows import NEW, create_indexes, index_names
from projections.schema import create_empty, drop_leftovers, install, owner_datastore, tables_of
from projections.tables import Connection, Tables
from projections.tracking import SYNCHRONOUS_OFF, lock_standings

PAGE_EVENTS: Final = 10_000
ROWS_MAX: Final = 300_000
"""Rows of all tables that are held in memory; more are written in between."""
GAP_EVENTS_MAX: Final = 500
"""How much may be missing when the positions are locked for the swap."""
ROUNDS_MAX: Final = 50
SWAP_ATTEMPTS_MAX: Final = 60
SWAP_WAIT_SECONDS: Final = 0.5
# Shorter than the server's deadlock_timeout, so that a reader is never the one to give way.
_LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '500ms'"
_ALONE: Final = "SELECT pg_try_advisory_lock(hashtextextended('sunledger-rebuild:' || %s, 0))"

Progress = Callable[[int, int], None]
"""Told the position that is reached and the one that is aimed at."""


class RebuildRunningError(LedgerError):
    """One rebuild at a time."""

    code: ClassVar[str] = "rebuild_running"
    status: ClassVar[int] = 409
    message: ClassVar[str] = (
        "The books of this community are being rebuilt already. Try again later."
    )


class RebuildFailedError(LedgerError):
    """A projection cannot fold an event; the old tables stay."""

    code: ClassVar[str] = "rebuild_failed"
    message: ClassVar[str] = (
        "{projection} cannot be rebuilt past position {position} ({reason}). "
        "The tables stay as they are; a corrected program is needed."
    )


class RebuildBusyError(LedgerError):
    """Readers hold the old tables all the time."""

    code: ClassVar[str] = "rebuild_busy"
    status: ClassVar[int] = 503
    message: ClassVar[str] = (
        "The rebuilt tables could not take the place of the old ones, for these are read without "
        "a pause. Try again when less is going on."
    )


class Rebuild:
    """One run over one connection of the owner; see the module."""

    def __init__(
        self, connection: Connection, pages: Pages, projections: Sequence[type[Projection]]
    ) -> None:
        """Nothing is made yet."""
        self._connection, self._pages, self._projections = connection, pages, projections
        self._tables = {p.NAME: Tables(p.TABLES, NEW) for p in projections}
        self._folds = {p.NAME: p(self._tables[p.NAME]) for p in projections}
        self._topics = topics_of({kind for p in projections for kind in p.HANDLERS})
        self._indexed: set[str] = set()
        self.position = 0

    def prepare(self) -> None:
        """Make the new tables, empty and without keys."""
        drop_leftovers(self._connection)
        for projection in self._projections:
            for row in projection.TABLES:
                create_empty(self._connection, row, NEW)
        for tables in self._tables.values():
            tables.using(self._connection)
            tables.reset(complete=True)

    def fill(self, on_progress: Progress | None = None) -> None:
        """Fold the log until little of it is missing that has come meanwhile."""
        for _ in range(ROUNDS_MAX):
            head = head_position(self._connection)
            if self._indexed and head - self.position <= GAP_EVENTS_MAX:
                break
            self.advance(head, on_progress)
            self.write()

    def advance(self, head: int, on_progress: Progress | None = None) -> None:
        """Fold the log up to a position."""
        while self.position < head:
            end = min(head, self.position + PAGE_EVENTS)
            with collecting_later():
                self.take_page(end, head)
            self.position = end
            self.spill()
            if on_progress is not None:
                on_progress(end, head)

    def take_page(self, end: int, head: int) -> None:
        """Fold one page."""
        reads = self._pages.page(self._connection, self.position, end, self._topics, head)
        hands = deal(reads, [(projection, 0) for projection in self._projections])
        for projection, dealt in zip(self._projections, hands, strict=True):
            try:
                self._folds[projection.NAME].take(dealt)
            except psycopg.Error:
                raise
            except Exception as error:
                raise RebuildFailedError(
                    projection=projection.NAME, position=self.position, reason=type(error).__name__
                ) from error

    def spill(self) -> None:
        """Keep the bound on what is in memory."""
        for tables in self._tables.values():
            tables.write_lines(self._connection)
        if sum(map(len, self._tables.values())) > ROWS_MAX:
            self.write()
            for tables in self._tables.values():
                tables.reset(complete=False)

    def write(self) -> None:
        """Write what changed; the first time, make keys and indexes when the rows are there."""
        for projection in self._projections:
            self._tables[projection.NAME].write(self._connection)
            if projection.NAME not in self._indexed:
                self._indexed.add(projection.NAME)
                for statement in _finish(projection):
                    self._connection.execute(statement)

    def swap(self) -> bool:
        """Take the old tables' place; False when they were not to be had in time."""
        locked = False
        try:
            with self._connection.transaction():
                old = self.lock()
                locked = True
                self.advance(head_position(self._connection))
                self.write()
                self._connection.execute(_each("DROP TABLE {}", old))
                for projection in self._projections:
                    self.rename(projection)
        except psycopg.errors.LockNotAvailable:
            if locked:
                raise
            return False
        return True

    def lock(self) -> list[str]:
        """Lock positions and old tables against everybody; the names of the tables."""
        self._connection.execute(_LOCK_TIMEOUT)
        names = [projection.NAME for projection in self._projections]
        standings = lock_standings(self._connection, names)
        old = [table for name in names for table in standings[name].tables]
        self._connection.execute(_each("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", old))
        return old

    def rename(self, projection: type[Projection]) -> None:
        """Give the new tables their names and write down what they are."""
        for row in projection.TABLES:
            renamed = [("TABLE", row.TABLE)] + [("INDEX", name) for name in index_names(row)]
            for kind, name in renamed:
                statement = SQL("ALTER {} {} RENAME TO {}")
                self._connection.execute(
                    statement.format(SQL(kind), Identifier(name + NEW), Identifier(name))
                )
        self._connection.execute(
            "UPDATE tracking SET notification_id = %s WHERE application_name = %s",
            (self.position, projection.NAME),
        )
        self._connection.execute(
            "UPDATE projections SET version = %s, shape = %s, tables = %s, "
            "generation = generation + 1 WHERE name = %s",
            (projection.VERSION, projection.shape(), tables_of(projection), projection.NAME),
        )


def _each(statement: str, tables: Sequence[str]) -> Composed:
    return SQL(statement).format(SQL(", ").join([Identifier(table) for table in tables]))


def _finish(projection: type[Projection]) -> Iterator[Composed]:
    """Keys, indexes and statistics of new tables."""
    for row in projection.TABLES:
        yield from create_indexes(row, NEW)
        yield SQL("ANALYZE {}").format(Identifier(row.TABLE + NEW))


@contextmanager
def _alone(owner_conninfo: str, schema: str) -> Iterator[tuple[Connection, Pages]]:
    """A connection of the owner while no other rebuild runs; what is left behind is dropped."""
    with owner_datastore(owner_conninfo, schema) as datastore, datastore.connect() as connection:
        taken = connection.execute(_ALONE, (schema,)).fetchone()
        if taken is None or not taken[0]:
            raise RebuildRunningError
        connection.execute(SYNCHRONOUS_OFF)
        pages = Pages(datastore)
        try:
            yield connection, pages
        finally:
            pages.close()
            with suppress(psycopg.Error):
                drop_leftovers(connection)


def rebuild(
    owner_conninfo: str,
    schema: str,
    projections: Sequence[type[Projection]],
    on_progress: Progress | None = None,
) -> int:
    """Make the tables of some projections anew from the log; return the position they stand at.

    Interrupted, it leaves the old tables; it can be called again.

    Raises:
        RebuildRunningError: another process is at it.
        RebuildFailedError: an event cannot be folded.
        RebuildBusyError: the old tables are read without a pause.
        StoreUnavailableError: the database does not answer.
    """
    try:
        install(owner_conninfo, schema, projections)
        with _alone(owner_conninfo, schema) as (connection, pages):
            run = Rebuild(connection, pages, projections)
            run.prepare()
            run.fill(on_progress)
            for _ in range(SWAP_ATTEMPTS_MAX):
                if run.swap():
                    return run.position
                sleep(SWAP_WAIT_SECONDS)
                run.fill()
            raise RebuildBusyError
    except psycopg.OperationalError as error:
        raise StoreUnavailableError from error
