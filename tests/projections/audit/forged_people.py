"""Ways of tampering with who acted."""

from ledger.events.acts import (
    ActRecorded,
    ActReviewed,
    ActSecondApproved,
    OpeningBalanceRecorded,
)
from ledger.events.base import Event
from ledger.events.community import SettingsAdopted
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.goods import CountConfirmed, GoodsWrittenOff
from ledger.events.notices import NoticePosted, ObjectionDecided, ObjectionRaised
from ledger.events.officers import OfficerAppointed, RelativesDeclared, TermEnded
from ledger.events.points import AwardReversed, LotsExpired, PointsAwarded
from projections.audit import people
from tests.projections.audit.forging import Forge, Forgery, again, changed

# The appointments of the scenario, by number.
GRID_LEADER, REVIEWER, SECOND_REVIEWER, LEADER = 2, 3, 6, 7


def related(officer: str, household: str, kind: type[Event]) -> Forge:
    """An officer turns out to be related to those for whom they did something."""
    return changed(RelativesDeclared, officer=officer, household=household, shown=(kind, 0))


def same_as(appointment: int, officer: str, kind: type[Event]) -> Forge:
    """Two officers turn out to be one person."""
    return changed(OfficerAppointed, appointment, officer=officer, shown=(kind, 0))


FORGERIES = [
    Forgery(people.ACTOR_UNKNOWN, changed(ActRecorded, actor="nobody")),
    Forgery(people.ACTOR_UNKNOWN, changed(GoodsExchanged, actor="post"), "at the desk"),
    Forgery(
        people.ACTOR_OUT_OF_TERM,
        changed(OfficerAppointed, GRID_LEADER, ends="2022-07-02T01:00:00Z", shown=(ActRecorded, 0)),
        "ended",
    ),
    Forgery(
        people.ACTOR_OUT_OF_TERM,
        changed(OfficerAppointed, REVIEWER, begins="2022-07-03T00:00:00Z", shown=(ActReviewed, 0)),
        "to come",
    ),
    Forgery(people.ACTOR_OUT_OF_TERM, again(ActSecondApproved), "given up"),
    Forgery(people.ACTOR_WRONG, changed(ActReviewed, actor="G"), "a grid leader reviews"),
    Forgery(people.ACTOR_WRONG, changed(NoticePosted, actor="S"), "a person posts a notice"),
    Forgery(people.ACTOR_WRONG, changed(PointsAwarded, actor="T"), "a person awards"),
    Forgery(people.ACTOR_WRONG, changed(ObjectionRaised, actor="clockwork"), "no resident"),
    Forgery(people.ACTOR_WRONG, changed(SettingsAdopted, 1, actor="clockwork"), "after founding"),
    Forgery(people.ACTOR_WRONG, changed(GoodsReturned, actor="K"), "a storekeeper serves"),
    Forgery(people.ACTOR_WRONG, changed(TermEnded, actor="D"), "ends another's term"),
    Forgery(people.ACTOR_WRONG, changed(RelativesDeclared, actor="D"), "declares for another"),
    Forgery(people.ACTOR_WRONG, changed(LotsExpired, actor="T"), "a person expires lots"),
    Forgery(people.ACTOR_WRONG, changed(OpeningBalanceRecorded, actor="R"), "carries over"),
    Forgery(people.ACTOR_KIN, changed(OpeningBalanceRecorded, actor="L"), "carries their own over"),
    Forgery(people.ACTOR_KIN, related("G", "H1", ActRecorded), "records"),
    Forgery(people.ACTOR_KIN, related("R", "H1", ActReviewed), "reviews"),
    Forgery(people.ACTOR_KIN, related("Q", "H1", ActSecondApproved), "approves"),
    Forgery(people.ACTOR_KIN, related("T", "H3", ObjectionDecided), "decides"),
    Forgery(people.ACTOR_KIN, related("D", "H1", GoodsExchanged), "serves"),
    Forgery(people.ACTOR_KIN, related("D", "H1", GoodsReturned), "takes back"),
    Forgery(people.ACTOR_KIN, related("T", "H2", AwardReversed), "reverses"),
    Forgery(people.ACTOR_KIN, changed(ActRecorded, 1, actor="L"), "of their own, having moved"),
    Forgery(people.SAME_PERSON, same_as(REVIEWER, "G", ActReviewed), "recorded and reviewed"),
    Forgery(people.SAME_PERSON, same_as(SECOND_REVIEWER, "R", ActSecondApproved), "approved twice"),
    Forgery(people.SAME_PERSON, same_as(SECOND_REVIEWER, "G", ActSecondApproved), "own record"),
    Forgery(people.SAME_PERSON, changed(GoodsWrittenOff, actor="K"), "wrote off"),
    Forgery(people.SAME_PERSON, changed(CountConfirmed, actor="K"), "counted"),
    Forgery(people.APPOINTMENT_WRONG, again(OfficerAppointed, LEADER), "twice"),
    Forgery(people.APPOINTMENT_WRONG, changed(OfficerAppointed, LEADER, household="H1"), "home"),
    Forgery(people.APPOINTMENT_WRONG, changed(OfficerAppointed, LEADER, kind="king"), "kind"),
    Forgery(people.APPOINTMENT_WRONG, changed(TermEnded, ends="2022-07-01T00:00:00Z"), "back"),
]
