"""The way of an act: recorded, reviewed, on notice for its days, closed (``REHEARSAL``, Acts)."""

from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from ledger.calendar import next_posting, plus_days
from ledger.events.acts import (
    ActDeclined,
    ActRecorded,
    ActReviewed,
    ActSecondApproved,
    OpeningBalanceRecorded,
)
from ledger.events.base import Recorded
from ledger.events.notices import (
    ActPosted,
    ActRefused,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
)
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import Ground

SECOND_APPROVAL_MINUTES: Final = 8 * 60

ACT_OUT_OF_ORDER: Final = Fault(
    "act_out_of_order",
    N_("Position {position}: this cannot happen to act {act}, which is {stage}."),
)
SECOND_APPROVAL_WRONG: Final = Fault(
    "second_approval_wrong",
    N_(
        "Position {position}: only more than 8 hours need a second approval; of {act} it says else."
    ),
)
POSTED_EARLY: Final = Fault(
    "posted_early",
    N_("Position {position}: act {act} was posted before the posting it waited for."),
)
NOTICE_TERM_WRONG: Final = Fault(
    "notice_term_wrong",
    N_("Position {position}: the notice {notice} does not run the {days} days that it must."),
)
NOTICE_SHEET_WRONG: Final = Fault(
    "notice_sheet_wrong",
    N_("Position {position}: the lines of notice {notice} are not those that it announces."),
)
OBJECTION_UNTIMELY: Final = Fault(
    "objection_untimely",
    N_("Position {position}: act {act} was not on notice when this objection was raised."),
)
OBJECTION_STRAY: Final = Fault(
    "objection_stray",
    N_("Position {position}: no objection of that name to act {act} waits for a decision."),
)
OBJECTION_OPEN: Final = Fault(
    "objection_open", N_("Position {position}: act {act} was closed with an objection undecided.")
)
OBJECTION_IGNORED: Final = Fault(
    "objection_ignored",
    N_("Position {position}: act {act} was not closed as its objections were decided."),
)
CLOSED_EARLY: Final = Fault(
    "closed_early",
    N_("Position {position}: act {act} was closed at {due_at}; its notice ended at {expected}."),
)


class Stage(StrEnum):
    """Where an act stands, in words that a finding can use."""

    UNKNOWN = "unknown"
    RECORDED = "recorded"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    DECLINED = "declined"
    POSTED = "posted"
    CLOSED = "closed"
    BOOKED = "booked"
    REVERSED = "reversed"


class Way(Struct):
    """One act; ``due_at`` is when it may be closed, the last decision on it included."""

    stage: Stage = Stage.UNKNOWN
    approved_at: str = ""
    closes_at: str = ""
    due_at: str = ""
    undecided: set[str] = field(default_factory=set)
    upheld: bool = False


class Notices(Fold):
    """Every act goes its way in order, and stands on notice as long as it must."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.ways: dict[str, Way] = {}
        self.sheet: NoticePosted | None = None
        self.sheet_at = 0
        self.lines_left = 0

    def way(self, act: str) -> Way:
        """The act of that id; an unknown one stands nowhere."""
        return self.ways.setdefault(act, Way())

    def check_stage(self, act: str, *stages: Stage) -> Way:
        """The act stands where this can happen to it."""
        way = self.way(act)
        self.check(way.stage in stages, ACT_OUT_OF_ORDER, act=act, stage=str(way.stage))
        return way

    def hear(self, recorded: Recorded) -> None:
        """The lines of a notice follow its head at once."""
        if self.lines_left and not isinstance(recorded.event, ActPosted):
            self.end()
        super().hear(recorded)

    def end(self) -> None:
        """No notice lacks a line."""
        if self.lines_left and self.sheet is not None:
            short = NOTICE_SHEET_WRONG.at(self.sheet_at, notice=self.sheet.notice)
            self.findings.append(short)
        self.lines_left = 0

    @hears(ActRecorded, OpeningBalanceRecorded)
    def act_recorded(self, event: ActRecorded | OpeningBalanceRecorded, _: Recorded) -> None:
        """The way begins."""
        self.check_stage(event.act, Stage.UNKNOWN).stage = Stage.RECORDED

    @hears(ActReviewed)
    def act_reviewed(self, event: ActReviewed, recorded: Recorded) -> None:
        """Once; a long act waits for the second approval."""
        way = self.check_stage(event.act, Stage.RECORDED)
        act = self.ground.acts.get(event.act)
        long = act is not None and (act.minutes or 0) > SECOND_APPROVAL_MINUTES
        second = event.second_approval_required
        self.check(second == long, SECOND_APPROVAL_WRONG, act=event.act)
        way.stage = Stage.REVIEWED if second else Stage.APPROVED
        way.approved_at = recorded.recorded_at

    @hears(ActDeclined)
    def act_declined(self, event: ActDeclined, _: Recorded) -> None:
        """Once."""
        self.check_stage(event.act, Stage.RECORDED).stage = Stage.DECLINED

    @hears(ActSecondApproved)
    def act_second_approved(self, event: ActSecondApproved, recorded: Recorded) -> None:
        """Once, where it was asked for."""
        way = self.check_stage(event.act, Stage.REVIEWED)
        way.stage, way.approved_at = Stage.APPROVED, recorded.recorded_at

    @hears(NoticePosted)
    def notice_posted(self, event: NoticePosted, recorded: Recorded) -> None:
        """The sheet hangs its days from now on, and not before it was due."""
        days = self.ground.notice_days
        runs = event.closes_at == plus_days(recorded.recorded_at, days)
        self.check(runs, NOTICE_TERM_WRONG, notice=event.notice, days=days)
        sheet = event.acts > 0 and event.due_at <= recorded.recorded_at
        self.check(sheet, NOTICE_SHEET_WRONG, notice=event.notice)
        self.sheet, self.sheet_at, self.lines_left = event, self.position, event.acts

    @hears(ActPosted)
    def act_posted(self, event: ActPosted, recorded: Recorded) -> None:
        """A line of the sheet in front of it, of an approved act whose posting has come."""
        way = self.check_stage(event.act, Stage.APPROVED)
        belongs = (
            self.lines_left > 0
            and self.sheet is not None
            and (event.notice, event.closes_at) == (self.sheet.notice, self.sheet.closes_at)
        )
        self.check(belongs, NOTICE_SHEET_WRONG, notice=event.notice)
        self.lines_left = max(0, self.lines_left - 1)
        if way.approved_at and self.ground.posting is not None:
            due_at = next_posting(way.approved_at, self.ground.posting)
            self.check(due_at <= recorded.recorded_at, POSTED_EARLY, act=event.act)
        way.stage, way.closes_at, way.due_at = Stage.POSTED, event.closes_at, event.closes_at

    @hears(ObjectionRaised)
    def objection_raised(self, event: ObjectionRaised, recorded: Recorded) -> None:
        """While the act is on notice."""
        way = self.way(event.act)
        timely = way.stage is Stage.POSTED and recorded.recorded_at < way.closes_at
        self.check(timely, OBJECTION_UNTIMELY, act=event.act)
        way.undecided.add(event.objection)

    @hears(ObjectionDecided)
    def objection_decided(self, event: ObjectionDecided, recorded: Recorded) -> None:
        """Once."""
        way = self.way(event.act)
        self.check(event.objection in way.undecided, OBJECTION_STRAY, act=event.act)
        way.undecided.discard(event.objection)
        way.upheld |= event.upheld
        way.due_at = max(way.due_at, recorded.recorded_at)

    @hears(PointsAwarded, PointsDeducted, ActCapped, ActRefused)
    def act_closed(
        self, event: PointsAwarded | PointsDeducted | ActCapped | ActRefused, recorded: Recorded
    ) -> None:
        """The notice has run, every objection is decided, and upheld ones are heeded."""
        way = self.check_stage(event.act, Stage.POSTED)
        on_time = event.due_at == way.due_at and way.due_at <= recorded.recorded_at
        self.check(on_time, CLOSED_EARLY, act=event.act, due_at=event.due_at, expected=way.due_at)
        self.check(not way.undecided, OBJECTION_OPEN, act=event.act)
        refused = isinstance(event, ActRefused)
        self.check(refused == way.upheld, OBJECTION_IGNORED, act=event.act)
        booked = isinstance(event, PointsAwarded | PointsDeducted)
        way.stage = Stage.BOOKED if booked else Stage.CLOSED

    @hears(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """Once, of what was booked."""
        self.check_stage(event.act, Stage.BOOKED).stage = Stage.REVERSED
