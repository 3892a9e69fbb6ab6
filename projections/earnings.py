"""What members earned: points of plus-acts by month, with nothing taken off.

This is what the board shows by name. Sums net of deductions would tell, set beside the notices, who
was deducted what; what a paper ledger carried over would tell a balance. Neither counts here.
"""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.acts import NO_RULE
from ledger.events.base import Event, Recorded
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Tables, Touch


class EarningRow(Row):
    """A member's plus-acts performed in one month that are booked and not taken back.

    ``acts`` and ``minutes`` count those too for which the caps left no points.
    """

    TABLE = "earnings"
    KEY = ("period", "member")
    INDEXES = (("member",),)
    PERSON = "member"

    period: str
    member: str
    points: int = 0
    minutes: int = 0
    acts: int = 0


class Earnings(Projection):
    """Points, minutes and acts that members may be proud of."""

    NAME: ClassVar[str] = "earnings"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (EarningRow,)

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.earnings = tables[EarningRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The member's month."""
        if isinstance(event, PointsAwarded | ActCapped | AwardReversed):
            yield EarningRow, (event.performed_on[:7], event.member)

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, _: Recorded) -> None:
        """Earned."""
        if event.rule != NO_RULE:
            self._add(event, event.points, event.minutes or 0, 1)

    @folds(ActCapped)
    def act_capped(self, event: ActCapped, _: Recorded) -> None:
        """Served, under a cap."""
        self._add(event, 0, event.minutes or 0, 1)

    @folds(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """An award that is taken back was not earned; a deduction never stood here."""
        if event.points > 0 and event.rule != NO_RULE:
            self._add(event, -event.points, -(event.minutes or 0), -1)

    def _add(
        self, event: PointsAwarded | ActCapped | AwardReversed, points: int, minutes: int, acts: int
    ) -> None:
        key = (event.performed_on[:7], event.member)
        if self.earnings.find(key) is None:
            self.earnings.add(EarningRow(period=key[0], member=key[1]))
        row = self.earnings.edit(key)
        row.points += points
        row.minutes += minutes
        row.acts += acts
        if not row.acts:
            self.earnings.remove(key)
