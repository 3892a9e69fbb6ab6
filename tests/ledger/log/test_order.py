"""Readers see the log grow at its end only, however slow a writer is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import psycopg

from ledger.events.people import GridRegistered
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LogEvent, seal
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import machine_sources
from ledger.log.store import Batch, Locked
from ledger.server import Database
from tests.support.whole import check_log, everything

SECONDS_MAX = 30
MakeRecorder = Callable[[], LedgerRecorder]


def event(name: str, at: str = "2022-07-01T00:00:00Z") -> LogEvent:
    """A grid with this name."""
    salt = machine_sources().salts(1)
    return seal(GridRegistered(grid=name), actor="", recorded_at=at, salt=salt)


def append(recorder: LedgerRecorder, name: str) -> int:
    """Append one event and return its position."""
    return recorder.append_batch((), lambda _: Batch(events=[event(name)])).position


def waiting(connection: psycopg.Connection[Any]) -> int:
    """How many backends wait for a lock."""
    found = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    ).fetchone()
    assert found is not None
    return int(found[0])


def names(recorder: LedgerRecorder) -> list[str]:
    """The grids in the order of their positions."""
    return [e.event.data.decode().split('"grid":"')[1].split('"')[0] for e in everything(recorder)]


def test_the_next_writer_waits_for_a_slow_one(
    database: Database, recorder: LedgerRecorder, make_recorder: MakeRecorder
) -> None:
    """While a slow batch holds the head nobody overtakes it, and nobody reads what is not there."""
    holds, go = Event(), Event()

    def slow(_: Locked) -> Batch:
        holds.set()
        assert go.wait(SECONDS_MAX)
        return Batch(events=[event("slow")])

    other = make_recorder()
    with ThreadPoolExecutor(2) as pool, psycopg.connect(database.conninfo()) as watch:
        watch.autocommit = True
        first = pool.submit(recorder.append_batch, (), slow)
        assert holds.wait(SECONDS_MAX)
        second = pool.submit(append, other, "quick")
        while not waiting(watch):
            assert not second.done()
        assert (0, []) == (other.head().position, everything(other))
        go.set()
        assert (1, 2) == (first.result(SECONDS_MAX).position, second.result(SECONDS_MAX))
    assert ["slow", "quick"] == names(recorder)


class Early(LedgerRecorder):
    """A recorder whose transaction has its number long before it asks for the head."""

    def begin(self) -> None:
        """Take the transaction's number now."""
        connection = self._connect()
        connection.execute("BEGIN")
        connection.execute("SELECT pg_current_xact_id()")


def test_an_early_transaction_that_commits_late_is_not_skipped(
    datastore: LogDatastore, recorder: LedgerRecorder
) -> None:
    """A low transaction number says nothing: the position comes with the head's lock."""
    early = Early(datastore)
    early.begin()
    assert [1, 2] == [append(recorder, "a"), append(recorder, "b")]
    followed = [e.position for e in recorder.read_after(0, 10)]
    assert 3 == append(early, "early")
    followed += [e.position for e in recorder.read_after(followed[-1], 10)]
    early.release()
    assert [1, 2, 3] == followed
    assert ["a", "b", "early"] == names(recorder)


def test_a_follower_never_skips(recorder: LedgerRecorder, make_recorder: MakeRecorder) -> None:
    """A reader that follows while four writers append sees every position once, in order."""
    others = [make_recorder() for _ in range(4)]
    seen: list[int] = []
    done = Event()

    def follow() -> None:
        while True:
            last = done.is_set()
            page = recorder.read_after(len(seen), 7)
            seen.extend(e.position for e in page)
            if last and not page:
                return

    follower = Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(4) as pool:
        for one in others:
            pool.submit(lambda one=one: [append(one, "x") for _ in range(40)])  # type: ignore[misc]
    done.set()
    follower.join(SECONDS_MAX)
    assert list(range(1, 161)) == seen
    check_log(recorder)
