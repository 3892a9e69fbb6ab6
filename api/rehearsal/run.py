"""One rehearsal from the sheets to the report, in a ledger that is thrown away or kept."""

import gc
import json
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from api.rehearsal.play import Played, Player
from api.rehearsal.report import Books, report_of
from api.rehearsal.timeline import Timeline
from api.settings import Settings
from api.sheets.quarter import Quarter
from ledger.errors import LedgerError
from ledger.log import communities
from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard, mark_of
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import SEED_BYTES, derive, seeded_sources
from ledger.log.writer import Writer
from ledger.server import OWNER, WRITER, Database, open_database
from ledger.transparency.keys import SigningKey
from projections.accounts import Accounts, balances, expired
from projections.acts import Acts, stages
from projections.catalogue import ALL
from projections.follow import Follower
from projections.ranking import Standing, standings
from projections.schema import install
from projections.shop import Shop, stock
from projections.standings import Standings
from projections.totals import Totals, totals
from projections.views import view

MARK: Final = "rehearsal.json"
"""In a kept home: which community was rehearsed there, and whether it was played to the end."""

ROLL_MAX: Final = 10

Progress = Callable[[str, int, int], None]
"""Told the phase, and how much of it is done of how much."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A played quarter with its report and the seed that would repeat its log.

    ``seconds`` is what it took, from the empty schema to the report; the server's start is not in
    it.
    """

    quarter: Quarter
    played: Played
    report: dict[str, Any]
    roll: list[Standing]
    seed: bytes
    position: int
    seconds: float


class HomeTakenError(LedgerError):
    """The home holds a ledger that is not to be played over."""

    code = "home_taken"
    status = 409
    message = "{home} holds the ledger of {community} already. Choose another folder to keep this."


def new_seed() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SEED_BYTES)


def rehearse(
    quarter: Quarter, settings: Settings, *, seed: bytes, keep: Path | None, progress: Progress
) -> Rehearsed:
    """Play a quarter.

    Raises:
        LedgerError: the home is taken, or the ledger could not go on.
        ServerError: there is no database that will do.
    """
    with _database(settings, keep) as database:
        communities.prepare(database)
        with _schema(database, quarter.community.community, keep) as schema:
            guard = None
            if keep is not None:
                folder = settings.guard_folder(keep)
                guard = HeadGuard(folder, quarter.community.community, rehearsal=True)
            return _play(quarter, database, schema, seed, keep, guard, progress)


@contextmanager
def _database(settings: Settings, keep: Path | None) -> Iterator[Database]:
    """The server of the kept home, or one in a folder that goes with it."""
    with ExitStack() as stack:
        home = keep
        if home is None and settings.database_url is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sunledger-")))
            # PostgreSQL may run as another user than root, who must be let through.
            home.chmod(0o711)
        yield stack.enter_context(open_database(settings.server(home), exclusive=keep is not None))


@contextmanager
def _schema(database: Database, community: str, keep: Path | None) -> Iterator[str]:
    if keep is None:
        schema = communities.schema_of(f"{communities.REHEARSAL}{secrets.token_hex(8)}")
        with communities.throw_away(database, schema):
            yield schema
        return
    schema, mark = communities.schema_of(community), keep / MARK
    if _is_complete(mark) is not False and community in communities.communities(database):
        raise HomeTakenError(home=str(keep), community=community)
    # What an interrupted rehearsal left half-done is played again from the start.
    communities.drop(database, schema)
    _write_mark(mark, community, complete=False)
    yield schema
    _write_mark(mark, community, complete=True)


def _is_complete(mark: Path) -> bool | None:
    try:
        return bool(json.loads(mark.read_text())["complete"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_mark(mark: Path, community: str, *, complete: bool) -> None:
    beside = mark.with_suffix(".part")
    beside.write_text(json.dumps({"community": community, "complete": complete}))
    beside.replace(mark)


def _play(
    quarter: Quarter,
    database: Database,
    schema: str,
    seed: bytes,
    keep: Path | None,
    guard: HeadGuard | None,
    progress: Progress,
) -> Rehearsed:
    started = monotonic()
    owner, writing = database.conninfo(OWNER), database.conninfo(WRITER)
    migrate(owner, schema)
    install(owner, schema, ALL)
    origin = f"rehearsal.invalid/{quarter.community.community}"
    key = SigningKey.from_seed(origin, derive(seed, "signing key"))
    if keep is not None:
        key.save(keep / "keys" / f"{quarter.community.community}.key")
    recorder, sources = LedgerRecorder(LogDatastore(writing, schema)), seeded_sources(seed)
    writer = Writer(recorder, sources)
    try:
        with _tuned():
            player = Player(
                Timeline(quarter),
                writer,
                recorder,
                sources,
                on_progress=lambda done, total: progress("play", done, total),
            )
            played = player.play(origin, key.verifier)
            position = recorder.head().position
            if guard is not None:
                # Whatever the guard saw before was another rehearsal, which is gone.
                guard.swap(guard.read(), mark_of(recorder, position))
            _follow(recorder.log, position, progress)
            books, roll = read_books(recorder.log, quarter)
            report = report_of(played, books)
    finally:
        writer.close()
        recorder.close()
    return Rehearsed(quarter, played, report, roll, seed, position, round(monotonic() - started, 1))


def _follow(datastore: LogDatastore, position: int, progress: Progress) -> None:
    follower = Follower(datastore, ALL)
    try:
        follower.catch_up(on_progress=lambda done, _: progress("follow", done, position))
    finally:
        follower.stop()


def read_books(datastore: LogDatastore, quarter: Quarter) -> tuple[Books, list[Standing]]:
    """What the projections say, all as of one position, and the roll of the quarter's months."""
    months = [f"{day:%Y-%m}" for day in (quarter.community.starts, quarter.community.ends)]
    with view(datastore, Accounts, Acts, Shop, Standings, Totals) as seen:
        found = seen.connection
        books = Books(
            acts=stages(found),
            balances=balances(found),
            expired=expired(found),
            stock=stock(found),
            totals=totals(found),
        )
        return books, standings(found, "member", months[0], months[1], ROLL_MAX)


@contextmanager
def _tuned() -> Iterator[None]:
    """Tune the interpreter for two busy threads that make much and drop little.

    Everything that is made while playing stays until the report, so collecting garbage finds
    none; and the writer, back from the database, should not wait the usual 5 ms for its turn.
    """
    collections, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(200_000, 50, 100)
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        gc.set_threshold(*collections)
        sys.setswitchinterval(interval)
