"""The ledger's clock: never back, never far off the database's, never simulated by stealth."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

import pytest

from ledger.calendar import instant_of
from ledger.commands.base import CLOCKWORK, Command
from ledger.commands.clock import ConfirmClock
from ledger.commands.community import RegisterGrid
from ledger.log.decider import Sources
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import ClockSuspiciousError, InstantRefusedError, Outcome, Request
from ledger.log.sources import seeded_sources
from ledger.log.store import Head
from tests.support.ledgers import SECRETARY, SEED, TRADING, SmallLedger, answers, together, writing
from tests.support.whole import check_log

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Clocks(MemoryStore):
    """A store with two clocks to turn: the machine's and the database's."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = self.database = START

    def head(self) -> Head:
        return super().head()._replace(now=instant_of(self.database))

    def turn(self, **by: float) -> None:
        """Turn both clocks."""
        self.machine += timedelta(**by)
        self.database += timedelta(**by)


@pytest.fixture
def clocks() -> Clocks:
    """Two clocks that agree."""
    return Clocks()


@pytest.fixture
def live(clocks: Clocks) -> Iterator[SmallLedger]:
    """A ledger on the real clock, with its officers, that has just been opened."""
    seeded = seeded_sources(SEED)
    sources = Sources(lambda: instant_of(clocks.machine), seeded.ids, seeded.salts)
    with writing(clocks, sources) as writer:
        ledger = SmallLedger(writer, clocks, rehearsal=False)
        ledger.open()
        ledger.appoint()
        yield ledger


def written(ledger: SmallLedger, name: str) -> Future[Outcome]:
    """An ordinary request, with its name as its key."""
    return ledger.writer.submit(ledger.request(RegisterGrid(grid=name), key=name))


def check_stopped(ledger: SmallLedger, name: str) -> None:
    """An ordinary request is turned away as 503, and nothing is written."""
    head = ledger.store.head().position
    error = written(ledger, name).exception(timeout=60)
    assert isinstance(error, ClockSuspiciousError)
    assert (503, head) == (error.status, ledger.store.head().position)


def test_time_does_not_run_back(live: SmallLedger, clocks: Clocks) -> None:
    """Events after a clock was put back carry the last instant until the clock has caught up."""
    clocks.turn(minutes=5)
    late = answers([written(live, "g1")])[0].recorded_at
    clocks.turn(minutes=-9)
    early = answers([written(live, "g2"), written(live, "g3")])
    assert {late} == {outcome.recorded_at for outcome in early}
    clocks.turn(minutes=9, seconds=1)
    assert late < answers([written(live, "g4")])[0].recorded_at
    check_log(clocks)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_clock_off_the_databases_stops_writing(
    live: SmallLedger, clocks: Clocks, direction: int
) -> None:
    """Ten minutes between the two clocks are borne, more are not, in either direction."""
    clocks.machine += direction * timedelta(minutes=10)
    assert answers([written(live, "g1")])[0].accepted
    clocks.machine += direction * timedelta(seconds=1)
    check_stopped(live, "g2")
    clocks.machine = clocks.database
    assert answers([written(live, "g2")])[0].accepted


def test_a_jump_stops_writing_until_an_officer_confirms(live: SmallLedger, clocks: Clocks) -> None:
    """Seven days without an event are borne; after more, an officer says the clock is right."""
    clocks.turn(days=7)
    assert answers([written(live, "g1")])[0].accepted
    clocks.turn(days=7, seconds=1)
    check_stopped(live, "g2")
    for principal in (CLOCKWORK, "officer:D", "officer:nobody"):
        refused = live.writer.submit(live.request(ConfirmClock(), principal))
        assert "officer_unknown" == answers([refused])[0].code
    check_stopped(live, "g2")
    live.do(ConfirmClock(), "officer:T")
    assert answers([written(live, "g2")])[0].accepted


def test_a_confirmation_counts_for_its_own_batch(live: SmallLedger, clocks: Clocks) -> None:
    """Requests behind the confirmation in one batch are recorded, those before it are not."""
    clocks.turn(days=30)
    commands: list[Command] = [
        RegisterGrid(grid="g1"),
        ConfirmClock(),
        RegisterGrid(grid="g2"),
    ]
    futures = together(live.writer, [live.request(command) for command in commands])
    assert isinstance(futures[0].exception(timeout=60), ClockSuspiciousError)
    assert [True, True] == [outcome.accepted for outcome in answers(futures[1:])]


def test_a_confirmation_does_not_mend_a_clock_that_is_off(
    live: SmallLedger, clocks: Clocks
) -> None:
    """While the two clocks disagree one of them is wrong, and no officer's word changes that."""
    clocks.machine += timedelta(days=30)
    confirmed = live.writer.submit(live.request(ConfirmClock()))
    assert isinstance(confirmed.exception(timeout=60), ClockSuspiciousError)
    check_stopped(live, "g1")


def test_answers_given_before_are_given_again_by_a_stopped_ledger(
    live: SmallLedger, clocks: Clocks
) -> None:
    """A repeat needs no clock: it gets its first answer while nothing is written."""
    first = answers([written(live, "g1")])[0]
    clocks.turn(days=8)
    check_stopped(live, "g2")
    assert first == answers([written(live, "g1")])[0]


@pytest.mark.parametrize("off", [timedelta(minutes=11), timedelta(days=-400)])
def test_a_ledger_is_not_opened_by_a_wrong_clock(clocks: Clocks, off: timedelta) -> None:
    """The genesis too needs a clock that agrees with the database's."""
    clocks.machine += off
    seeded = seeded_sources(SEED)
    sources = Sources(lambda: instant_of(clocks.machine), seeded.ids, seeded.salts)
    with writing(clocks, sources) as writer:
        with pytest.raises(ClockSuspiciousError):
            SmallLedger(writer, clocks, rehearsal=False).open()
    assert 0 == clocks.head().position


def test_a_live_ledger_takes_no_simulated_instant(live: SmallLedger, clocks: Clocks) -> None:
    """A request that brings its own instant is refused, and its key is not used up."""
    grid = RegisterGrid(grid="g1")
    for at in (TRADING, instant_of(clocks.machine)):
        simulated = live.writer.submit(Request("same", SECRETARY, grid, at))
        assert isinstance(simulated.exception(timeout=60), InstantRefusedError)
    assert answers([live.writer.submit(Request("same", SECRETARY, grid))])[0].accepted


def test_a_live_ledger_is_not_opened_at_a_simulated_instant(clocks: Clocks) -> None:
    """The genesis of a ledger on the real clock brings no instant of its own."""
    with writing(clocks) as writer:
        ledger = SmallLedger(writer, clocks, rehearsal=False)
        genesis = ledger.genesis()
        simulated = writer.submit(Request("key", CLOCKWORK, genesis, "9999-12-31T00:00:00Z"))
        assert isinstance(simulated.exception(timeout=60), InstantRefusedError)
    assert 0 == clocks.head().position


def test_a_rehearsal_runs_on_the_instants_it_is_given(ledger: SmallLedger) -> None:
    """Simulated instants are recorded as they come, and never run back either."""
    late = Request("late", SECRETARY, RegisterGrid(grid="g7"), "2022-07-20T00:00:00Z")
    early = Request("early", SECRETARY, RegisterGrid(grid="g8"), TRADING)
    outcomes = answers([ledger.writer.submit(late), ledger.writer.submit(early)])
    assert [late.at] * 2 == [outcome.recorded_at for outcome in outcomes]


@pytest.mark.parametrize("at", ["", "yesterday", "2022-07-20", "2022-07-20T00:00:00+08:00"])
def test_an_instant_that_cannot_be_read_is_an_error(ledger: SmallLedger, at: str) -> None:
    """An instant in another spelling records nothing and moves no clock."""
    before = ledger.store.head()
    future = ledger.writer.submit(Request("key", SECRETARY, RegisterGrid(grid="g7"), at))
    assert future.exception(timeout=60) is not None
    assert (before.position, before.recorded_at) == ledger.store.head()[:2]
    ledger.do(RegisterGrid(grid="g8"))


def test_the_database_is_asked_for_its_own_time(recorder: LedgerRecorder) -> None:
    """The clock beside the head is the database's, in the ledger's spelling of UTC."""
    now = datetime.now(UTC)
    read = datetime.strptime(recorder.head().now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(read - now) < timedelta(seconds=60)
