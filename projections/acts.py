"""Acts on their way from the register to the award, with what people wrote about them."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.acts import (
    NO_RULE,
    ActDeclined,
    ActRecorded,
    ActReviewed,
    ActSecondApproved,
    OpeningBalanceRecorded,
)
from ledger.events.base import Event, Recorded
from ledger.events.notices import ActPosted, ActRefused, ObjectionRaised
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from ledger.states.act import Stage
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Connection, Tables, Touch


class ActRow(Row):
    """An act; ``stage`` is a word of :class:`ledger.states.act.Stage`.

    ``performed_from`` and ``performed_to`` are minutes after local midnight. ``position`` is that
    of the recording, ``points`` what was booked (signed), at ``booked_position``; ``recorder``,
    ``reviewer`` and ``second_reviewer`` are posts. ``reason`` is that of a decline or a reversal.
    ``carried`` are the points of an opening balance, which has no rule; None for anything else.
    """

    TABLE = "acts"
    KEY = ("act",)
    INDEXES = (("member", "performed_on"), ("register_number",), ("notice",), ("stage", "position"))
    PERSON = "member"

    act: str
    position: int
    member: str
    rule: str
    rulebook: str
    performed_on: str
    minutes: int | None
    performed_from: int | None
    performed_to: int | None
    register_number: int | None
    registered_at: str
    recorded_at: str
    recorder: str
    remark: str
    evidence: int
    stage: str = Stage.RECORDED.value
    reviewer: str | None = None
    reviewed_at: str | None = None
    second_reviewer: str | None = None
    notice: str | None = None
    posted_at: str | None = None
    closes_at: str | None = None
    booked_at: str | None = None
    booked_position: int | None = None
    points: int | None = None
    reversed_at: str | None = None
    reason: str | None = None
    carried: int | None = None


class StatementRow(Row):
    """What a resident wrote in an objection, before moderation."""

    TABLE = "objection_statements"
    KEY = ("objection",)
    INDEXES = (("act",),)
    PERSON = "act"

    objection: str
    act: str
    statement: str


class Acts(Projection):
    """Every act and its stage."""

    NAME: ClassVar[str] = "acts"
    VERSION: ClassVar[int] = 2
    TABLES: ClassVar[tuple[type[Row], ...]] = (ActRow, StatementRow)

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.acts, self.statements = tables[ActRow], tables[StatementRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The act."""
        if not isinstance(event, ActRecorded | OpeningBalanceRecorded | ObjectionRaised):
            yield ActRow, event.act  # type: ignore[attr-defined]

    @folds(ActRecorded)
    def act_recorded(self, event: ActRecorded, recorded: Recorded) -> None:
        """The facts."""
        self.acts.add(
            ActRow(
                act=event.act,
                position=recorded.position,
                member=event.member,
                rule=event.rule,
                rulebook=event.rulebook,
                performed_on=event.performed_on,
                minutes=event.minutes,
                performed_from=event.performed_from,
                performed_to=event.performed_to,
                register_number=event.register_number,
                registered_at=event.registered_at,
                recorded_at=recorded.recorded_at,
                recorder=recorded.actor,
                remark=event.remark,
                evidence=len(event.evidence),
            )
        )

    @folds(OpeningBalanceRecorded)
    def opening_balance_recorded(self, event: OpeningBalanceRecorded, recorded: Recorded) -> None:
        """The facts; neither rule nor times."""
        self.acts.add(
            ActRow(
                act=event.act,
                position=recorded.position,
                member=event.member,
                rule=NO_RULE,
                rulebook="",
                performed_on=event.performed_on,
                minutes=None,
                performed_from=None,
                performed_to=None,
                register_number=event.register_number,
                registered_at=event.registered_at,
                recorded_at=recorded.recorded_at,
                recorder=recorded.actor,
                remark=event.remark,
                evidence=0,
                carried=event.points,
            )
        )

    @folds(ActReviewed)
    def act_reviewed(self, event: ActReviewed, recorded: Recorded) -> None:
        """Approved, or waiting for the second approval."""
        act = self.acts.edit(event.act)
        act.reviewer, act.reviewed_at = recorded.actor, recorded.recorded_at
        waits = event.second_approval_required
        act.stage = Stage.REVIEWED.value if waits else Stage.APPROVED.value

    @folds(ActDeclined)
    def act_declined(self, event: ActDeclined, recorded: Recorded) -> None:
        """Not in order."""
        act = self.acts.edit(event.act)
        act.reviewer, act.reviewed_at = recorded.actor, recorded.recorded_at
        act.stage, act.reason = Stage.DECLINED.value, event.reason

    @folds(ActSecondApproved)
    def act_second_approved(self, event: ActSecondApproved, recorded: Recorded) -> None:
        """Approved after all."""
        act = self.acts.edit(event.act)
        act.stage, act.second_reviewer = Stage.APPROVED.value, recorded.actor

    @folds(ActPosted)
    def act_posted(self, event: ActPosted, recorded: Recorded) -> None:
        """On notice."""
        act = self.acts.edit(event.act)
        act.stage, act.notice = Stage.POSTED.value, event.notice
        act.posted_at, act.closes_at = recorded.recorded_at, event.closes_at

    @folds(ObjectionRaised)
    def objection_raised(self, event: ObjectionRaised, _: Recorded) -> None:
        """What the resident wrote."""
        self.statements.add(
            StatementRow(objection=event.objection, act=event.act, statement=event.statement)
        )

    @folds(ActRefused)
    def act_refused(self, event: ActRefused, recorded: Recorded) -> None:
        """Nothing is awarded."""
        self._close(event.act, Stage.REFUSED, recorded)

    @folds(ActCapped)
    def act_capped(self, event: ActCapped, recorded: Recorded) -> None:
        """Nothing was left under the caps."""
        self._close(event.act, Stage.CAPPED, recorded)

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, recorded: Recorded) -> None:
        """Booked as points."""
        self._close(event.act, Stage.AWARDED, recorded).points = event.points

    @folds(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, recorded: Recorded) -> None:
        """Booked as a deduction."""
        self._close(event.act, Stage.AWARDED, recorded).points = -event.points

    def _close(self, act_id: str, stage: Stage, recorded: Recorded) -> ActRow:
        act = self.acts.edit(act_id)
        act.stage = stage.value
        act.booked_at, act.booked_position = recorded.recorded_at, recorded.position
        return act

    @folds(AwardReversed)
    def award_reversed(self, event: AwardReversed, recorded: Recorded) -> None:
        """Taken back, for good."""
        act = self.acts.edit(event.act)
        act.stage, act.reason = Stage.REVERSED.value, event.reason
        act.reversed_at = recorded.recorded_at


def stages(connection: Connection) -> dict[str, tuple[str, int]]:
    """Per act its stage and the signed points that were booked, 0 where none were."""
    rows = connection.execute("SELECT act, stage, coalesce(points, 0) FROM acts")
    return {act: (stage, points) for act, stage, points in rows}
