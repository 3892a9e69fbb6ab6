"""One import from the sheets to the books: opens the ledger where there is none, and goes on.

It may be interrupted anywhere and run again: what went in is known by its key, and comes in once.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.importing import deeds, offices, people, shop
from api.importing.courier import Courier
from api.importing.errors import (
    CommunityUnclearError,
    ImportRunningError,
    NoSecretaryError,
    RehearsalLedgerError,
)
from api.importing.founding import compare, founding_faults, open_ledger
from api.importing.intake import Intake, Taken
from api.importing.tally import Count, Tally
from api.importing.work import Progress, Work
from api.messages import Problem
from api.settings import Settings
from api.sheets.community import FILE_NAME
from ledger.calendar import instant_of, local_date
from ledger.events.community import LedgerOpened
from ledger.log import communities
from ledger.log.datastore import LogDatastore
from ledger.log.entries import decode
from ledger.log.guard import HeadGuard, advance, check_not_behind
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import machine_clock, machine_sources
from ledger.log.writer import Writer
from ledger.server import OWNER, READER, WRITER, Database, open_database
from ledger.server.locks import Lock
from ledger.states.officers import POST, PostKind
from projections.catalogue import ALL
from projections.follow import Follower
from projections.rebuild import rebuild
from projections.register import Register, read_register
from projections.schema import install


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to; ``position`` is the end of the log."""

    community: str
    position: int
    counts: dict[str, Count]
    problems: list[Problem]


def import_sheets(
    intake: Intake, settings: Settings, community: str | None, progress: Progress
) -> Imported | list[Problem]:
    """Take in what can be taken in. Where no ledger is and none can be opened: only the faults.

    Raises:
        LedgerError: the ledger is a rehearsal, or cannot go on.
        ServerError: there is no database that will do.
    """
    with open_database(settings.server()) as database:
        communities.prepare(database)
        there = communities.communities(database)
        name = _name(there, intake, community)
        if name in there:
            _check_real(database, name)
        elif faults := founding_faults(intake, machine_clock()):
            return faults
        with _alone(settings.home, name):
            return _Import(intake, settings, database, name, progress).run()


def _name(there: list[str], intake: Intake, wanted: str | None) -> str:
    """The community that is meant: that of the folder, the one that is named, or the only one.

    Raises:
        CommunityUnclearError: nobody can tell.
    """
    own = intake.founding.community if intake.founding else None
    if wanted is not None and own is not None and wanted != own:
        raise CommunityUnclearError(names=f"{wanted}, {own}")
    name = own or wanted or (there[0] if len(there) == 1 else None)
    if name is None and there:
        raise CommunityUnclearError(names=", ".join(there))
    return name or ""


def _check_real(database: Database, community: str) -> None:
    """The ledger is on the real clock, or has no genesis yet.

    Raises:
        RehearsalLedgerError: it is a rehearsal.
    """
    schema = communities.schema_of(community)
    recorder = LedgerRecorder(LogDatastore(database.conninfo(READER), schema))
    try:
        genesis = [decode(logged).event for logged in recorder.read_after(0, 1)]
    finally:
        recorder.close()
    if any(isinstance(event, LedgerOpened) and event.rehearsal for event in genesis):
        raise RehearsalLedgerError(community=community)


@contextmanager
def _alone(home: Path, community: str) -> Iterator[None]:
    """One import at a time, so that two do not open one ledger with two keys."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock.take(folder / f"{community}.lock")
    if lock is None:
        raise ImportRunningError(community=community)
    try:
        yield
    finally:
        lock.release()


class _Import:
    """One import into one schema."""

    def __init__(
        self,
        intake: Intake,
        settings: Settings,
        database: Database,
        community: str,
        progress: Progress,
    ) -> None:
        self._intake, self._settings, self._community = intake, settings, community
        self._progress = progress
        self._owner, self._schema = database.conninfo(OWNER), communities.schema_of(community)
        self._conninfo = database.conninfo(WRITER)

    def run(self) -> Imported:
        """Bring the schema up to date, open the ledger, take the sheets in, write the books."""
        migrate(self._owner, self._schema)
        stale = install(self._owner, self._schema, ALL)
        if stale:
            books = [book for book in ALL if book.NAME in stale]
            rebuild(
                self._owner,
                self._schema,
                books,
                on_progress=lambda done, total: self._progress("rebuild", done, total),
            )
        recorder = LedgerRecorder(LogDatastore(self._conninfo, self._schema))
        writer = Writer(recorder, machine_sources())
        try:
            guard = HeadGuard(self._settings.guard_folder(), self._community)
            check_not_behind(recorder, guard)
            recorder.guard(guard)
            register = self._register(recorder, writer)
            work = self._work(register, Courier(writer, recorder))
            _take_in(work)
            position = recorder.head().position
            advance(recorder, guard, position)
            self._follow(recorder)
            problems = [*work.tally.problems(), *self._intake.others]
            return Imported(self._community, position, work.tally.counts(), problems)
        finally:
            writer.close()
            recorder.close()

    def _register(self, recorder: LedgerRecorder, writer: Writer) -> Register:
        """What the ledger has, once it is open."""
        if not recorder.head().position and self._intake.founding is not None:
            keys = self._settings.home / "keys"
            open_ledger(self._intake.founding, writer, keys, secrets.token_bytes(32))
        self._follow(recorder)
        return read_register(recorder.log)

    def _follow(self, recorder: LedgerRecorder) -> None:
        position = recorder.head().position
        follower = Follower(recorder.log, ALL)
        try:
            follower.catch_up(on_progress=lambda done, _: self._progress("follow", done, position))
        finally:
            follower.stop()

    def _work(self, register: Register, courier: Courier) -> Work:
        """The import at its beginning.

        Raises:
            NoSecretaryError: nobody holds the post in whose name an import registers.
        """
        now = machine_clock()
        secretaries = [post for post in register.posts if post.kind == PostKind.SECRETARY]
        acting = next((post for post in secretaries if post.in_term(now)), None)
        if register.opened is None or acting is None:
            raise NoSecretaryError(community=self._community)
        timezone = register.opened.timezone
        return Work(
            intake=self._intake,
            register=register,
            courier=courier,
            tally=Tally(_sheets(self._intake, register, now)),
            progress=self._progress,
            secretary=POST + acting.post,
            secretaries=[POST + post.post for post in secretaries],
            now=now,
            today=local_date(now, timezone),
            timezone=timezone,
        )


def _sheets(intake: Intake, register: Register, now: str) -> dict[str, Taken[Any]]:
    """The sheets of the tally; of community.json the exchange days that are not over."""
    founding = intake.founding
    days = founding.sessions if founding else ()
    ahead = tuple(d for d in days if instant_of(d.closes) > now or d.session in register.sessions)
    problems = intake.founding_problems + compare(founding, register)
    own: Taken[Any] = Taken(FILE_NAME, FILE_NAME, len(ahead), ahead, problems)
    return {own.name: own} | {sheet.name: sheet for sheet in intake.sheets}


def _take_in(work: Work) -> None:
    people.People(work).bring_in()
    offices.bring_in(work)
    shop.bring_in(work)
    shop.announce(work)
    deeds.bring_in_balances(work)
    deeds.bring_in_acts(work)
