"""Opening balances: who may carry what over from a paper book, and what comes of it."""

from collections.abc import Iterator

import pytest

from ledger.clockwork import Clockwork
from ledger.commands.base import RESIDENT, Command
from ledger.commands.notices import DecideObjection, RaiseObjection
from ledger.commands.officers import AppointOfficer, DeclareRelatives
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.points import ReverseAward
from ledger.commands.reviews import ReviewAct
from ledger.log.memory import MemoryStore
from ledger.states import Account, Act
from ledger.states.act import Stage
from ledger.states.officers import PostKind
from projections.audit import History, audit
from tests.support.ledgers import BOOKED, OPENED, POSTED, REVIEWED, SECRETARY, SmallLedger, writing

LEADER, REVIEWER, SUPERVISOR = "officer:G", "officer:R", "officer:T"
LAST_DAY = "2022-06-30"


@pytest.fixture
def ledger() -> Iterator[SmallLedger]:
    """Two households and their officers; it is the hour in which things are recorded."""
    store = MemoryStore()
    with writing(store) as writer:
        made = SmallLedger(writer, store)
        made.open()
        made.appoint()
        made.people(2)
        made.at = REVIEWED
        yield made
        assert [] == audit(History.stored(store))


def balance(points: int | None = 86, **fields: object) -> Command:
    """The balance of V1 in the paper book at the end of June."""
    given = {"member": "V1", "performed_on": LAST_DAY, "points": points} | fields
    return RecordOpeningBalance(**given)  # type: ignore[arg-type]


def refused(ledger: SmallLedger, command: Command, principal: str = LEADER) -> str | None:
    """The code of a refusal; None where it was accepted."""
    return ledger.submit(command, principal).result().code


def recorded(ledger: SmallLedger, command: Command) -> str:
    """The id of a recorded balance."""
    return str(ledger.do(command, LEADER).answer["act"])


def run_to(ledger: SmallLedger, *instants: str) -> None:
    """What is due happens."""
    for ledger.at in instants:
        Clockwork(ledger.writer, ledger.store).run(ledger.at)


def act_of(ledger: SmallLedger, act: str) -> Act:
    """The act as the ledger sees it."""
    return ledger.writer.ask(lambda context: context.states.act(act), at=ledger.at)


def account_of(ledger: SmallLedger, account: str) -> Account:
    """The account as the ledger sees it."""
    return ledger.writer.ask(lambda context: context.states.account(account), at=ledger.at)


def test_a_balance_is_booked_after_review_and_notice(ledger: SmallLedger) -> None:
    """What the book said comes into the household's account, as it was, with a fresh term."""
    act = recorded(ledger, balance())
    assert (Stage.RECORDED, 86) == (act_of(ledger, act).stage, act_of(ledger, act).carried)
    ledger.do(ReviewAct(act=act, approve=True), REVIEWER)
    run_to(ledger, POSTED)
    assert (Stage.POSTED, []) == (act_of(ledger, act).stage, account_of(ledger, "H1").lots)
    run_to(ledger, BOOKED)
    lots = [(lot.points, lot.expires) for lot in account_of(ledger, "H1").lots]
    assert [(86, "2023-07-06")] == lots


def test_a_booked_balance_is_taken_back_once(ledger: SmallLedger) -> None:
    """A reversal empties the account again, a second one is refused, and another may come."""
    act = recorded(ledger, balance())
    ledger.do(ReviewAct(act=act, approve=True), REVIEWER)
    run_to(ledger, POSTED, BOOKED)
    assert "opening_balance_known" == refused(ledger, balance(68))
    ledger.do(ReverseAward(act=act, reason="看错了"), SUPERVISOR)
    assert ([], 0) == (account_of(ledger, "H1").lots, account_of(ledger, "H1").debt)
    assert "already_reversed" == refused(ledger, ReverseAward(act=act), SUPERVISOR)
    assert refused(ledger, balance(68)) is None


def test_an_upheld_objection_keeps_a_balance_out(ledger: SmallLedger) -> None:
    """Residents may object as to any act; what was refused leaves room for a better one."""
    act = recorded(ledger, balance())
    ledger.do(ReviewAct(act=act, approve=True), REVIEWER)
    run_to(ledger, POSTED)
    objection = ledger.do(RaiseObjection(act=act), RESIDENT).answer["objection"]
    ledger.do(DecideObjection(act=act, objection=objection, upheld=True), SUPERVISOR)
    run_to(ledger, BOOKED)
    assert (Stage.REFUSED, []) == (act_of(ledger, act).stage, account_of(ledger, "H1").lots)
    assert refused(ledger, balance(68)) is None


def test_a_member_brings_one_balance_along(ledger: SmallLedger) -> None:
    """While one waits there is no second; once it was declined there is. Others are not asked."""
    act = recorded(ledger, balance())
    assert "opening_balance_known" == refused(ledger, balance(68))
    assert refused(ledger, balance(member="V2")) is None
    ledger.do(ReviewAct(act=act, approve=False), REVIEWER)
    assert refused(ledger, balance(68)) is None


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (None, "opening_balance_invalid"),
        (0, "opening_balance_invalid"),
        (1, None),
        (1_000_000, None),
        (1_000_001, "opening_balance_invalid"),
    ],
)
def test_there_must_be_something_to_carry_over(
    ledger: SmallLedger, points: int | None, code: str | None
) -> None:
    """From one point to a million; nothing, or what cannot be read, is no balance."""
    assert code == refused(ledger, balance(points))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (None, "date_invalid"),
        ("2022-6-30", "date_invalid"),
        ("2022-02-30", "date_invalid"),
        ("2022-07-03", "date_invalid"),
        ("2022-07-02", None),
        ("2019-12-31", None),
    ],
)
def test_the_day_of_a_balance_has_come(
    ledger: SmallLedger, day: str | None, code: str | None
) -> None:
    """Today is the last day that a balance may be of; earlier ones lie before the ledger."""
    assert code == refused(ledger, balance(performed_on=day))


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, "time_invalid"),
        ("2022-07-02T01:00:01Z", "time_invalid"),
        ("2022-06-30T15:59:59Z", "time_invalid"),
        ("2022-06-30T16:00:00Z", None),
        (REVIEWED, None),
    ],
)
def test_a_balance_is_written_down_in_the_ledgers_time(
    ledger: SmallLedger, at: str | None, code: str | None
) -> None:
    """Neither before the ledger began nor later than now."""
    assert code == refused(ledger, balance(registered_at=at))


@pytest.mark.parametrize(
    ("principal", "code"),
    [
        (SECRETARY, None),
        (LEADER, None),
        (REVIEWER, "officer_unknown"),
        ("officer:K", "officer_unknown"),
        ("officer:X", "officer_unknown"),
    ],
)
def test_secretary_and_grid_leaders_carry_over(
    ledger: SmallLedger, principal: str, code: str | None
) -> None:
    """Nobody else may, whatever their post."""
    assert code == refused(ledger, balance(), principal)


def test_nobody_carries_over_for_their_own(ledger: SmallLedger) -> None:
    """Neither the recorder nor the reviewer belongs to the household; nor are they one person."""
    ledger.do(DeclareRelatives(officer="G", household="H1"))
    assert "recorder_conflict" == refused(ledger, balance())
    act = recorded(ledger, balance(member="V2"))
    review = ReviewAct(act=act, approve=True)
    appointment = AppointOfficer(officer="G", name="", kind=PostKind.REVIEWER, begins=OPENED)
    ledger.do(appointment)
    assert "reviewer_conflict" == refused(ledger, review, LEADER)
    ledger.do(DeclareRelatives(officer="R", household="H2"))
    assert "reviewer_conflict" == refused(ledger, review, REVIEWER)


def test_name_and_number_are_those_of_the_register(ledger: SmallLedger) -> None:
    """Unknown members and other names are refused; a register number stands for one thing."""
    assert "member_unknown" == refused(ledger, balance(member="V9"))
    assert "name_mismatch" == refused(ledger, balance(name="别人"))
    assert "register_number_invalid" == refused(ledger, balance(register_number=0))
    assert refused(ledger, balance(name="居 民1", register_number=7)) is None
    assert "register_number_invalid" == refused(ledger, balance(member="V2", register_number=7))


def test_nobody_reviews_in_the_future(ledger: SmallLedger) -> None:
    """A review is dated between the registration and now, and either may be its instant."""
    act = recorded(ledger, balance(registered_at=OPENED))
    for early_or_late in ("2022-06-30T23:59:59Z", "2022-07-02T01:00:01Z"):
        review = ReviewAct(act=act, approve=True, reviewed_at=early_or_late)
        assert "reviewer_unknown" == refused(ledger, review, REVIEWER)
    review = ReviewAct(act=act, approve=True, reviewed_at=OPENED)
    assert refused(ledger, review, REVIEWER) is None
