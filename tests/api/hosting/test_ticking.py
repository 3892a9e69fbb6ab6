"""The clockwork of a server: what is due is done by itself, and where nothing is, all rests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from api.hosting import ticking
from api.hosting.house import House
from api.hosting.ticking import Ticking
from ledger.clockwork import Clockwork
from ledger.commands.community import RegisterGrid
from ledger.log import writer
from ledger.log.sources import machine_clock
from ledger.server import Database
from ledger.states.act import Stage
from tests.support.ledgers import POSTED
from tests.support.live import LiveLedger, live_house

SECONDS_MAX = 30.0
IDLE_SECONDS = 0.1
FAR_AHEAD = "9999-01-01T00:00:00Z"

_communities = count(1)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticking, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(writer, "IDLE_SECONDS", IDLE_SECONDS)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A community that is followed, with two households and nothing else yet."""
    made = live_house(database, f"ticking{next(_communities)}", tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ledger(house: House) -> LiveLedger:
    """The beginning of its story."""
    told = LiveLedger(house.writer, house.store)
    told.open()
    told.appoint()
    told.people(2)
    return told


@contextmanager
def at_work(house: House) -> Iterator[None]:
    """Its clockwork, for the length of the block."""
    running = Ticking([house])
    running.start()
    try:
        yield
    finally:
        running.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that is bound to come."""
    deadline, never = monotonic() + SECONDS_MAX, Event()
    while not condition():
        assert monotonic() < deadline
        never.wait(0.01)


def balances(house: House) -> list[int]:
    """What the two households have."""
    return house.writer.ask(
        lambda context: [context.states.account(a).balance(context.today) for a in ("H1", "H2")]
    )


def stages(house: House, acts: list[str]) -> set[Stage]:
    """Where the acts stand."""
    return house.writer.ask(lambda context: {context.states.act(act).stage for act in acts})


def come_to_now(ledger: LiveLedger) -> None:
    """Leave the simulated clock: a jump of years would rightly stop the clockwork."""
    ledger.at = machine_clock()
    ledger.do(RegisterGrid(grid="g2"))


def rests(house: House) -> bool:
    """Whether the writer holds no thread."""
    return house.writer._thread is None


def rests_for(house: House, ticks: int) -> bool:
    """Whether the writer holds no thread at any of so many ticks from now on."""
    never = Event()
    for _ in range(ticks):
        never.wait(ticking.TICK_SECONDS)
        if not rests(house):
            return False
    return True


def test_a_notice_closes_by_itself(house: House, ledger: LiveLedger) -> None:
    """What came due while nothing ran is done soon after the start, and points are booked."""
    ledger.reviewed(2, 100)
    Clockwork(house.writer, house.store).run(POSTED)
    come_to_now(ledger)
    assert [0, 0] == balances(house)
    with at_work(house):
        wait_until(lambda: [100, 100] == balances(house))


def test_a_notice_is_posted_by_itself(house: House, ledger: LiveLedger) -> None:
    """What is approved while the clockwork rests is seen, because the log has grown."""
    with at_work(house):
        wait_until(lambda: rests(house))
        acts = ledger.reviewed(2, 100)
        come_to_now(ledger)
        wait_until(lambda: {Stage.POSTED} == stages(house, acts))


def test_an_idle_community_rests(house: House, ledger: LiveLedger) -> None:
    """Between two things to do nothing is asked: the writer ends its thread, for many ticks."""
    ledger.at = POSTED
    with at_work(house):
        wait_until(lambda: rests(house) and house.follower.position == house.head())
        wait_until(lambda: rests_for(house, 20))


def test_what_is_due_is_looked_at(house: House, ledger: LiveLedger) -> None:
    """Once the instant has come that was told, the clockwork looks again, though nothing grew."""
    del ledger
    with at_work(house):
        wait_until(lambda: rests(house) and house.follower.position == house.head())
        house.clock = lambda: FAR_AHEAD
        wait_until(lambda: not rests(house))


def test_a_fault_is_waited_out(
    house: House, ledger: LiveLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After something unforeseen the clockwork goes on, and does what it could not do before."""
    ledger.reviewed(2, 100)
    Clockwork(house.writer, house.store).run(POSTED)
    come_to_now(ledger)
    failures: list[Exception] = [RuntimeError(), OSError()]
    run = house.clockwork.run

    def failing(at: str | None = None) -> int:
        if failures:
            raise failures.pop()
        return run(at)

    monkeypatch.setattr(house.clockwork, "run", failing)
    with at_work(house):
        wait_until(lambda: [100, 100] == balances(house))
    assert [] == failures
