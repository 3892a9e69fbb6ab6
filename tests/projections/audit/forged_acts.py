"""Ways of tampering with acts, notices and awards."""

from ledger.events.acts import (
    ActRecorded,
    ActReviewed,
    ActSecondApproved,
    OpeningBalanceRecorded,
)
from ledger.events.community import LedgerOpened, RehearsalCarriedOn
from ledger.events.notices import (
    ActPosted,
    ActRefused,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
)
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from ledger.events.rulebooks import RulebookAdopted, RuleListed
from projections.audit import acts, awards, notices
from tests.projections.audit.forging import Events, Forgery, again, at, changed, removed, where


def same_act(events: Events) -> int:
    """The second act has the id of the first."""
    first = at(events, where(events, ActRecorded)).act
    return changed(ActRecorded, 1, act=first)(events)


FORGERIES = [
    Forgery(acts.ACT_REPEATED, same_act),
    Forgery(acts.REGISTER_NUMBER_USED, changed(ActRecorded, 1, register_number=1)),
    Forgery(acts.REGISTER_NUMBER_USED, changed(ActRecorded, register_number=0), "zero"),
    Forgery(acts.MEMBER_UNREGISTERED, changed(ActRecorded, member="V99")),
    Forgery(acts.ACT_TIME_WRONG, changed(ActRecorded, 2, minutes=600), "minutes"),
    Forgery(acts.ACT_TIME_WRONG, changed(ActRecorded, 2, performed_to=None), "no end"),
    Forgery(acts.ACT_TIME_WRONG, changed(ActRecorded, 2, performed_from=-1, minutes=1021), "below"),
    Forgery(acts.ACT_TIME_WRONG, changed(ActRecorded, 0, minutes=60), "per occasion"),
    Forgery(acts.ACT_TIME_WRONG, changed(ActRecorded, 0, performed_on="2022-10-01"), "too late"),
    Forgery(
        acts.ACT_TIME_WRONG,
        changed(ActRecorded, 0, registered_at="2022-06-30T00:00:00Z"),
        "registered before",
    ),
    Forgery(
        acts.ACT_TIME_WRONG,
        changed(ActRecorded, 0, registered_at="2022-07-02T01:00:01Z"),
        "registered after it was recorded",
    ),
    Forgery(acts.ACT_OVERLAPS, changed(ActRecorded, 3, performed_from=1019, minutes=151)),
    Forgery(
        acts.ACT_OVERLAPS, changed(ActRecorded, 8, performed_on="2022-07-01"), "the same twice"
    ),
    Forgery(
        acts.OPENING_REPEATED, changed(OpeningBalanceRecorded, 1, member="V2"), "while one waits"
    ),
    Forgery(acts.OPENING_REPEATED, again(OpeningBalanceRecorded, act="more"), "of what is booked"),
    Forgery(acts.OPENING_WRONG, changed(OpeningBalanceRecorded, 1, points=0), "nothing"),
    Forgery(
        acts.OPENING_WRONG, changed(OpeningBalanceRecorded, performed_on="2022-07-11"), "to come"
    ),
    Forgery(acts.OPENING_WRONG, changed(OpeningBalanceRecorded, performed_on="20220630"), "no day"),
    Forgery(
        acts.OPENING_WRONG,
        changed(OpeningBalanceRecorded, registered_at="2022-07-10T01:00:01Z"),
        "registered after it was recorded",
    ),
    Forgery(
        acts.OPENING_WRONG,
        changed(OpeningBalanceRecorded, registered_at="2022-06-30T15:59:59Z"),
        "registered before the ledger",
    ),
    Forgery(
        acts.CARRIED_ON_WRONG,
        changed(RehearsalCarriedOn, recorded_at="2022-09-30T15:59:58Z"),
        "too early",
    ),
    Forgery(acts.CARRIED_ON_WRONG, changed(RehearsalCarriedOn, community="other"), "of another"),
    Forgery(acts.CARRIED_ON_WRONG, again(RehearsalCarriedOn), "twice"),
    Forgery(
        acts.CARRIED_ON_WRONG,
        changed(LedgerOpened, rehearsal=False, shown=(RehearsalCarriedOn, 0)),
        "a real ledger",
    ),
    Forgery(notices.ACT_OUT_OF_ORDER, removed(ActRecorded, shows_at=8), "never recorded"),
    Forgery(notices.ACT_OUT_OF_ORDER, removed(ActReviewed, shows_at=10), "never reviewed"),
    Forgery(notices.ACT_OUT_OF_ORDER, removed(ActSecondApproved, shows_at=3), "approved once"),
    Forgery(notices.ACT_OUT_OF_ORDER, again(PointsAwarded), "awarded twice"),
    Forgery(notices.ACT_OUT_OF_ORDER, again(AwardReversed), "reversed twice"),
    Forgery(notices.SECOND_APPROVAL_WRONG, changed(ActReviewed, 2, second_approval_required=False)),
    Forgery(notices.POSTED_EARLY, changed(ActPosted, recorded_at="2022-07-03T09:59:59Z")),
    Forgery(notices.NOTICE_TERM_WRONG, changed(NoticePosted, closes_at="2022-07-05T10:00:00Z")),
    Forgery(
        notices.NOTICE_SHEET_WRONG, changed(NoticePosted, acts=lambda n: n + 1), "a line short"
    ),
    Forgery(notices.NOTICE_SHEET_WRONG, changed(NoticePosted, acts=0), "no lines"),
    Forgery(notices.NOTICE_SHEET_WRONG, changed(ActPosted, notice="other"), "of another sheet"),
    Forgery(notices.NOTICE_SHEET_WRONG, again(NoticePosted), "the log ends before its lines"),
    Forgery(
        notices.OBJECTION_UNTIMELY, again(ObjectionRaised, objection="late"), "of a closed act"
    ),
    Forgery(
        notices.OBJECTION_UNTIMELY, changed(ObjectionRaised, recorded_at="2022-07-06T10:00:00Z")
    ),
    Forgery(notices.OBJECTION_STRAY, changed(ObjectionDecided, objection="other")),
    Forgery(notices.OBJECTION_STRAY, again(ObjectionDecided), "decided twice"),
    Forgery(notices.OBJECTION_OPEN, removed(ObjectionDecided, 1, shows_at=8)),
    Forgery(
        notices.OBJECTION_IGNORED,
        changed(ObjectionDecided, 1, upheld=True, shown=(PointsAwarded, -2)),
        "upheld",
    ),
    Forgery(
        notices.OBJECTION_IGNORED,
        changed(ObjectionDecided, 0, upheld=False, shown=(ActRefused, 0)),
        "dismissed",
    ),
    Forgery(
        notices.CLOSED_EARLY, changed(PointsAwarded, recorded_at="2022-07-06T09:59:59Z"), "early"
    ),
    Forgery(notices.CLOSED_EARLY, changed(PointsAwarded, due_at="2022-07-05T10:00:00Z"), "due"),
    Forgery(
        awards.RULE_NOT_IN_FORCE,
        changed(RulebookAdopted, in_force_from="2022-07-02", shown=(ActRecorded, 0)),
        "later",
    ),
    Forgery(awards.RULE_NOT_IN_FORCE, changed(ActRecorded, rule="A99"), "no such rule"),
    Forgery(awards.RULE_NOT_IN_FORCE, changed(ActRecorded, rulebook="2"), "no such book"),
    Forgery(awards.RULEBOOK_WRONG, changed(RulebookAdopted, rules=4), "a line short"),
    Forgery(awards.RULEBOOK_WRONG, changed(RuleListed, points=0), "a rule of nothing"),
    Forgery(awards.RULEBOOK_WRONG, changed(RuleListed, cap_day=-1), "a cap below zero"),
    Forgery(awards.RULEBOOK_WRONG, again(RuleListed), "a line alone"),
    Forgery(awards.RULEBOOK_WRONG, again(RulebookAdopted), "adopted twice"),
    Forgery(awards.AWARD_STRAY, changed(PointsAwarded, account="H9"), "account"),
    Forgery(awards.AWARD_STRAY, changed(PointsAwarded, minutes=90), "minutes"),
    Forgery(awards.AWARD_STRAY, changed(PointsDeducted, performed_on="2022-07-02"), "day"),
    Forgery(awards.AWARD_STRAY, changed(ActCapped, member="V2"), "member"),
    Forgery(
        awards.AWARD_WRONG, changed(PointsAwarded, points=600, lot_points=600), "above the rule"
    ),
    Forgery(awards.AWARD_WRONG, changed(PointsAwarded, 2, points=90, lot_points=90), "above a cap"),
    Forgery(awards.AWARD_WRONG, changed(PointsDeducted, points=19), "deducted less"),
    Forgery(
        awards.AWARD_WRONG, changed(RuleListed, 1, cap_day=None, shown=(PointsAwarded, 2)), "no cap"
    ),
    Forgery(
        awards.AWARD_WRONG,
        changed(OpeningBalanceRecorded, points=31, shown=(PointsAwarded, -1)),
        "other than carried over",
    ),
    Forgery(awards.AWARD_STRAY, changed(PointsAwarded, -1, rule="A01"), "a rule for a balance"),
    Forgery(awards.REVERSAL_REPEATED, again(AwardReversed)),
    Forgery(awards.REVERSAL_WRONG, changed(AwardReversed, points=59), "points"),
    Forgery(awards.REVERSAL_WRONG, changed(AwardReversed, corrects=68), "position"),
    Forgery(awards.REVERSAL_WRONG, again(AwardReversed, act="other"), "of no act"),
]
