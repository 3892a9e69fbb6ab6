"""Two processes that write to one community at once."""

from collections import Counter

import msgspec
import pytest

from ledger.events.exchanges import GoodsExchanged
from ledger.log.entries import decode
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import Outcome
from ledger.server import WRITER, Database
from tests.support.desk import Answer, Plan, desks
from tests.support.ledgers import PRICES, SmallLedger, writing
from tests.support.whole import check_log, replayed

HOUSEHOLDS = 8
POINTS = 100
BASKETS = 100

pytestmark = pytest.mark.slow


@pytest.fixture
def plan(database: Database, schema: str, recorder: LedgerRecorder) -> Plan:
    """A ledger of eight households and ten bags of rice, and a desk without baskets for it."""
    with writing(recorder) as writer:
        SmallLedger(writer, recorder).trading(households=HOUSEHOLDS, points=POINTS, rice=10)
    recorder.release()
    return Plan(database.conninfo(WRITER), schema, [], HOUSEHOLDS)


def at_once(*plans: Plan) -> list[Answer]:
    """What desks that start together are answered."""
    with desks(*plans) as running:
        for desk in running:
            desk.go()
        told = [desk.answers(len(plan.keys)) for desk, plan in zip(running, plans, strict=True)]
    return [answer for answers in told for answer in answers]


def with_keys(plan: Plan, keys: list[str], quantity: int = 1) -> Plan:
    """The plan with these baskets, a few at a time so that the desks take turns at the head."""
    return msgspec.structs.replace(plan, keys=keys, quantity=quantity, waiting_max=5)


def two_desks(plan: Plan, quantity: int = 1) -> list[Plan]:
    """The plan for two desks with a hundred baskets each."""
    keys = [[f"{desk}{n:03}" for n in range(BASKETS)] for desk in "ab"]
    return [with_keys(plan, mine, quantity) for mine in keys]


def test_fifty_times_one_key_from_two_processes(recorder: LedgerRecorder, plan: Plan) -> None:
    """However often and from wherever a key comes, it is decided once and answered alike."""
    head = recorder.head().position
    one = with_keys(plan, ["same"] * 25)
    outcomes = [answer.outcome for answer in at_once(one, one)]
    assert 50 == len(outcomes)
    assert isinstance(outcomes[0], Outcome)
    assert outcomes[0].accepted
    assert [outcomes[0]] * 50 == outcomes
    assert [head + 1] == [event.position for event in check_log(recorder)[head:]]


def test_the_last_ten_bags_for_two_hundred_baskets(recorder: LedgerRecorder, plan: Plan) -> None:
    """Two desks want twenty times what is there: ten bags go out, each once, and no more."""
    head = recorder.head().position
    answers = at_once(*two_desks(plan))
    assert {None} == {answer.error for answer in answers}
    codes = Counter(answer.outcome.code for answer in answers if answer.outcome)
    assert {None: 10, "out_of_stock": 2 * BASKETS - 10} == codes
    events = check_log(recorder)[head:]
    given = [answer.outcome.position for answer in answers if answer.outcome]
    assert sorted(n for n in given if n) == [event.position for event in events]
    check_sums(recorder, bags=10)


def test_two_desks_drain_every_account(recorder: LedgerRecorder, plan: Plan) -> None:
    """With rice enough for all, no account is ever drawn below zero from two sides."""
    with writing(recorder) as writer:
        SmallLedger(writer, recorder, "more").refill(1_000)
    recorder.release()
    answers = at_once(*two_desks(plan, quantity=3))
    codes = Counter(answer.outcome.code for answer in answers if answer.outcome)
    # A hundred points buy three times three bags of ten points, and leave ten points.
    assert {None: 3 * HOUSEHOLDS, "insufficient_points": 2 * BASKETS - 3 * HOUSEHOLDS} == codes
    check_sums(recorder, bags=9 * HOUSEHOLDS)
    balances = [
        replayed(recorder, [f"account:H{n}"]).account(f"H{n}").balance("2022-07-09")
        for n in range(1, HOUSEHOLDS + 1)
    ]
    assert [POINTS - 9 * PRICES["rice"]] * HOUSEHOLDS == balances


def check_sums(recorder: LedgerRecorder, bags: int) -> None:
    """So many bags were given, at their price, and no account went below zero."""
    exchanges = [decode(event).event for event in check_log(recorder)]
    given = [event for event in exchanges if isinstance(event, GoodsExchanged)]
    assert bags == sum(line.quantity for event in given for line in event.lines)
    assert bags * PRICES["rice"] == sum(event.points for event in given)
    left = dict.fromkeys((f"H{n}" for n in range(1, HOUSEHOLDS + 1)), POINTS)
    for event in given:
        assert event.points == sum(points for _, points in event.taken)
        left[event.account] -= event.points
        assert left[event.account] >= 0
    tags = [f"account:{account}" for account in left]
    states = replayed(recorder, tags)
    assert left == {account: states.account(account).balance("2022-07-09") for account in left}
