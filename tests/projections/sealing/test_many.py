"""Several sealers at one log, and processes that are killed while desks write."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import psycopg
import pytest

from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.store import StoreUnavailableError
from ledger.server import OWNER, WRITER, Database, open_database
from projections.sealing.published import read_checkpoint
from projections.sealing.storage import Storage
from tests.projections.sealing.growing import grow, guard_in, sealed, sealer
from tests.support.database import server_settings
from tests.support.desk import Desk, Plan, desks
from tests.support.ledgers import SmallLedger, writing
from tests.support.sealed import check_sealed, notes, wait_for_checkpoint
from tests.support.sealing import sealing

SEEN_MIN = 8
KILLS = 60 if os.environ.get("CI") == "true" else 8
MOMENTS = random.Random(int(os.environ.get("SEED", "20221001")))  # noqa: S311 (no secret)
SCHEMA = "sunledger_seal_kills"
HOUSEHOLDS = 10
GROWTHS = 150


@pytest.fixture
def guard(tmp_path: Path) -> HeadGuard:
    """A guard that has seen nothing."""
    return guard_in(tmp_path)


@pytest.mark.parametrize("locked", [True, False], ids=["by the lock", "even without the lock"])
def test_sealers_at_once(
    recorder: LedgerRecorder,
    guard: HeadGuard,
    monkeypatch: pytest.MonkeyPatch,
    locked: bool,
) -> None:
    """Four sealers that run together while the log grows publish one history.

    Without the lock, guard and tables alone keep them from each other.
    """
    if not locked:
        monkeypatch.setattr(Storage, "lock", lambda _: True)
    monkeypatch.setattr("projections.sealing.sealer.PACE_SECONDS", 0.0)
    running = [sealer(recorder, guard, page_entries=3) for _ in range(4)]
    for each in running:
        each.start()
    for _ in range(GROWTHS):
        grow(recorder, MOMENTS.randrange(1, 5))
    wait_for_checkpoint(recorder, recorder.head().position)
    for each in running:
        each.stop()
    assert recorder.head().position == check_sealed(recorder).size


def test_one_seals_on_when_another_ends(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """Whoever stood by goes on by itself."""
    first, second = sealer(recorder, guard), sealer(recorder, guard)
    first.start()
    grow(recorder, 5)
    wait_for_checkpoint(recorder, 5)
    second.start()
    first.stop()
    grow(recorder, 5)
    wait_for_checkpoint(recorder, 10)
    second.stop()
    check_sealed(recorder)


def test_a_burst_shares_a_checkpoint(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """Many commits in quick succession do not get a checkpoint each."""
    running = sealer(recorder, guard)
    running.start()
    for _ in range(200):
        grow(recorder, 1)
    wait_for_checkpoint(recorder, 200)
    running.stop()
    check_sealed(recorder)
    assert len(notes(recorder.log)) < 100


class Watching:
    """Somebody who reads the checkpoint again and again, and keeps what was published."""

    def __init__(self, recorder: LedgerRecorder) -> None:
        self.seen: dict[bytes, None] = {}
        self._recorder, self._ended = recorder, Event()
        self._thread = Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._ended.wait(0.005):
            try:
                note = read_checkpoint(self._recorder.log)
            except StoreUnavailableError:
                continue
            if note is not None:
                self.seen[note] = None

    def __enter__(self) -> "Watching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


@pytest.fixture
def stormed() -> Iterator[tuple[Database, LedgerRecorder]]:
    """A ledger on a server of its own, inside its exchange session."""
    with server_settings() as settings, open_database(settings) as database:
        migrate(database.conninfo(OWNER), SCHEMA)
        recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), SCHEMA))
        with writing(recorder) as writer:
            ledger = SmallLedger(writer, recorder)
            ledger.trading(households=HOUSEHOLDS, points=100_000, rice=100_000)
        yield database, recorder
        recorder.close()


def a_moment() -> None:
    """Let up to a tenth of a second pass, so that kills fall into every step."""
    until = perf_counter() + MOMENTS.random() * 0.1
    while perf_counter() < until:
        pass


def kill_backend(database: Database) -> None:
    """Kill the process of the server that holds the sealer's lock; the server recovers."""
    with psycopg.connect(database.conninfo(WRITER)) as connection:
        row = connection.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted LIMIT 1"
        ).fetchone()
    a_moment()
    if row is not None:
        os.kill(row[0], signal.SIGKILL)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kills_in_a_storm_of_commits(
    stormed: tuple[Database, LedgerRecorder], guard: HeadGuard
) -> None:
    """Sealers and their database are killed while a desk writes: every note ever seen holds."""
    database, recorder = stormed
    conninfo, folder = database.conninfo(WRITER), guard.path.parent
    keys = [f"{n:06}" for n in range(400 * KILLS)]
    plan = Plan(conninfo, SCHEMA, keys, HOUSEHOLDS, waiting_max=20)
    with Watching(recorder) as watching, desks(plan) as (desk,):
        desk.go()
        for number in range(KILLS):
            seal_and_kill(database, desk, conninfo, folder, whole=number % 3 == 2)
        desk.answers()
    assert recorder.head().position == sealed(recorder, guard)
    check_sealed(recorder)
    published = set(notes(recorder.log))
    # Who watches is away as often as the database is, so sees fewer than there were.
    assert len(published) > KILLS
    assert len(watching.seen) > SEEN_MIN
    assert [] == sorted(watching.seen.keys() - published)


def seal_and_kill(
    database: Database, desk: Desk, conninfo: str, folder: Path, *, whole: bool
) -> None:
    """Two sealers while the desk writes; one, or the database under both, is killed."""
    with ExitStack() as stack:
        processes = [stack.enter_context(sealing(conninfo, SCHEMA, folder)) for _ in range(2)]
        desk.answers(100)
        if whole:
            kill_backend(database)
        else:
            a_moment()
            processes[0].kill()
        desk.answers(100)
