"""One act on its way from the register to the award, and one exchange with its returns."""

from enum import StrEnum
from typing import ClassVar, Final

from msgspec import Struct, field

from ledger.events.acts import (
    NO_RULE,
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
    ObjectionDecided,
    ObjectionRaised,
)
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from ledger.states.base import ColdState, folds


class Stage(StrEnum):
    """Where an act stands."""

    UNKNOWN = "unknown"
    RECORDED = "recorded"
    REVIEWED = "reviewed"
    DECLINED = "declined"
    APPROVED = "approved"
    POSTED = "posted"
    AWARDED = "awarded"
    CAPPED = "capped"
    REFUSED = "refused"
    REVERSED = "reversed"


OVER: Final = frozenset({Stage.DECLINED, Stage.REFUSED, Stage.REVERSED})
"""Stages in which an act gives no points, and never will."""


class Award(Struct):
    """What was booked: signed ``points`` to ``account``, by the event at ``position``."""

    points: int
    account: str
    position: int


class Act(ColdState):
    """Cold. The act's facts, its stage, and per objection whether it was upheld.

    ``carried`` are the points of an opening balance, and None for anything else.
    """

    KIND: ClassVar[str] = "act"
    VERSION: ClassVar[int] = 2

    stage: Stage = Stage.UNKNOWN
    member: str = ""
    rule: str = ""
    rulebook: str = ""
    performed_on: str = ""
    minutes: int | None = None
    registered_at: str = ""
    register_number: int | None = None
    recorder: str = ""
    reviewer: str = ""
    closes_at: str = ""
    objections: dict[str, bool | None] = field(default_factory=dict)
    award: Award | None = None
    carried: int | None = None

    @folds(ActRecorded)
    def act_recorded(self, event: ActRecorded, recorded: Recorded) -> None:
        """The facts."""
        self.stage = Stage.RECORDED
        self.member, self.rule, self.rulebook = event.member, event.rule, event.rulebook
        self.performed_on, self.minutes = event.performed_on, event.minutes
        self.registered_at, self.recorder = event.registered_at, recorded.actor
        self.register_number = event.register_number

    @folds(OpeningBalanceRecorded)
    def opening_balance_recorded(self, event: OpeningBalanceRecorded, recorded: Recorded) -> None:
        """The facts; there is no rule."""
        self.stage = Stage.RECORDED
        self.member, self.rule, self.rulebook = event.member, NO_RULE, ""
        self.performed_on, self.carried = event.performed_on, event.points
        self.registered_at, self.recorder = event.registered_at, recorded.actor
        self.register_number = event.register_number

    @folds(ActReviewed)
    def act_reviewed(self, event: ActReviewed, recorded: Recorded) -> None:
        """Approved, or waiting for the second approval."""
        self.reviewer = recorded.actor
        self.stage = Stage.REVIEWED if event.second_approval_required else Stage.APPROVED

    @folds(ActDeclined)
    def act_declined(self, _: ActDeclined, __: Recorded) -> None:
        """Not in order."""
        self.stage = Stage.DECLINED

    @folds(ActSecondApproved)
    def act_second_approved(self, _: ActSecondApproved, __: Recorded) -> None:
        """Approved after all."""
        self.stage = Stage.APPROVED

    @folds(ActPosted)
    def act_posted(self, event: ActPosted, _: Recorded) -> None:
        """On notice."""
        self.stage, self.closes_at = Stage.POSTED, event.closes_at

    @folds(ObjectionRaised)
    def objection_raised(self, event: ObjectionRaised, _: Recorded) -> None:
        """Challenged, not decided."""
        self.objections[event.objection] = None

    @folds(ObjectionDecided)
    def objection_decided(self, event: ObjectionDecided, _: Recorded) -> None:
        """Decided."""
        self.objections[event.objection] = event.upheld

    @folds(ActRefused)
    def act_refused(self, _: ActRefused, __: Recorded) -> None:
        """Nothing is awarded."""
        self.stage = Stage.REFUSED

    @folds(ActCapped)
    def act_capped(self, _: ActCapped, __: Recorded) -> None:
        """Nothing was left under the caps."""
        self.stage = Stage.CAPPED

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, recorded: Recorded) -> None:
        """Booked as points."""
        self.stage = Stage.AWARDED
        self.award = Award(event.points, event.account, recorded.position)

    @folds(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, recorded: Recorded) -> None:
        """Booked as a deduction."""
        self.stage = Stage.AWARDED
        self.award = Award(-event.points, event.account, recorded.position)

    @folds(AwardReversed)
    def award_reversed(self, _: AwardReversed, __: Recorded) -> None:
        """Taken back, for good."""
        self.stage = Stage.REVERSED


class RegisterNumber(ColdState):
    """Cold. The act that a register number of the paper register stands for."""

    KIND: ClassVar[str] = "register_number"

    act: str | None = None

    @folds(ActRecorded, OpeningBalanceRecorded)
    def act_recorded(self, event: ActRecorded | OpeningBalanceRecorded, _: Recorded) -> None:
        """The number is used."""
        self.act = event.act
