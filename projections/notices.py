"""Public notices, their lines and objections: what stood on the board, from public halves alone."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.base import Event, Recorded
from ledger.events.notices import (
    ActPosted,
    ActRefused,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
    ObjectionTextReleased,
)
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from ledger.states.act import Stage
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Tables, Touch


class NoticeRow(Row):
    """A sheet on the board until ``closes_at``; ``open`` counts lines that are not decided."""

    TABLE = "notices"
    KEY = ("notice",)
    INDEXES = (("closes_at",), ("position",))

    notice: str
    position: int
    posted_at: str
    due_at: str
    closes_at: str
    acts: int
    open: int


class NoticeLineRow(Row):
    """One line of a sheet, in the order of ``position``; ``stage`` is what became of the act.

    ``points`` are those booked, signed; ``undecided`` counts objections that wait.
    """

    TABLE = "notice_lines"
    KEY = ("act",)
    INDEXES = (("notice", "position"),)

    act: str
    notice: str
    position: int
    stage: str = Stage.POSTED.value
    points: int | None = None
    closed_at: str | None = None
    objections: int = 0
    undecided: int = 0


class ObjectionRow(Row):
    """A challenge to a posted act; ``statement`` is the text as moderated, once it is released."""

    TABLE = "objections"
    KEY = ("objection",)
    INDEXES = (("act",), ("position",))

    objection: str
    position: int
    act: str
    raised_at: str
    statement: str | None = None
    upheld: bool | None = None
    reason: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None


class Notices(Projection):
    """The board's notices."""

    NAME: ClassVar[str] = "notices"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (NoticeRow, NoticeLineRow, ObjectionRow)

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.notices, self.lines = tables[NoticeRow], tables[NoticeLineRow]
        self.objections = tables[ObjectionRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The line, and the objection."""
        if isinstance(event, NoticePosted | ActPosted):
            return
        yield NoticeLineRow, event.act  # type: ignore[attr-defined]
        if isinstance(event, ObjectionDecided | ObjectionTextReleased):
            yield ObjectionRow, event.objection

    def touches_next(self, event: Event) -> Iterable[Touch]:
        """The sheet that the line stands on."""
        if isinstance(event, PointsAwarded | PointsDeducted | ActCapped | ActRefused):
            line = self.lines.find(event.act)
            if line is not None:
                yield NoticeRow, line.notice

    @folds(NoticePosted, public=True)
    def notice_posted(self, event: NoticePosted, recorded: Recorded) -> None:
        """A sheet; its lines follow."""
        self.notices.add(
            NoticeRow(
                notice=event.notice,
                position=recorded.position,
                posted_at=recorded.recorded_at,
                due_at=event.due_at,
                closes_at=event.closes_at,
                acts=event.acts,
                open=event.acts,
            )
        )

    @folds(ActPosted, public=True)
    def act_posted(self, event: ActPosted, recorded: Recorded) -> None:
        """One line."""
        self.lines.add(
            NoticeLineRow(act=event.act, notice=event.notice, position=recorded.position)
        )

    @folds(ObjectionRaised, public=True)
    def objection_raised(self, event: ObjectionRaised, recorded: Recorded) -> None:
        """It holds the act back until it is decided."""
        self.objections.add(
            ObjectionRow(
                objection=event.objection,
                position=recorded.position,
                act=event.act,
                raised_at=recorded.recorded_at,
            )
        )
        line = self.lines.edit(event.act)
        line.objections += 1
        line.undecided += 1

    @folds(ObjectionTextReleased, public=True)
    def objection_text_released(self, event: ObjectionTextReleased, _: Recorded) -> None:
        """The text may be shown."""
        self.objections.edit(event.objection).statement = event.statement

    @folds(ObjectionDecided, public=True)
    def objection_decided(self, event: ObjectionDecided, recorded: Recorded) -> None:
        """Decided."""
        objection = self.objections.edit(event.objection)
        objection.upheld, objection.reason = event.upheld, event.reason
        objection.decided_at, objection.decided_by = recorded.recorded_at, recorded.actor
        self.lines.edit(event.act).undecided -= 1

    @folds(PointsAwarded, public=True)
    def points_awarded(self, event: PointsAwarded, recorded: Recorded) -> None:
        """Booked as points."""
        self._close(event.act, Stage.AWARDED, event.points, recorded)

    @folds(PointsDeducted, public=True)
    def points_deducted(self, event: PointsDeducted, recorded: Recorded) -> None:
        """Booked as a deduction."""
        self._close(event.act, Stage.AWARDED, -event.points, recorded)

    @folds(ActCapped, public=True)
    def act_capped(self, event: ActCapped, recorded: Recorded) -> None:
        """Nothing was left under the caps."""
        self._close(event.act, Stage.CAPPED, 0, recorded)

    @folds(ActRefused, public=True)
    def act_refused(self, event: ActRefused, recorded: Recorded) -> None:
        """An objection had been upheld."""
        self._close(event.act, Stage.REFUSED, 0, recorded)

    def _close(self, act: str, stage: Stage, points: int, recorded: Recorded) -> None:
        line = self.lines.edit(act)
        line.stage, line.points, line.closed_at = stage.value, points, recorded.recorded_at
        self.notices.edit(line.notice).open -= 1

    @folds(AwardReversed, public=True)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """Taken back, for good; ``points`` keeps what had been booked."""
        self.lines.edit(event.act).stage = Stage.REVERSED.value
