"""Totals of the whole ledger: what anybody can recompute from the public entries.

Folded from entries alone, so that they stay what they are when openings are erased.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.calendar import local_date
from ledger.events.base import Event, Recorded
from ledger.events.community import LedgerOpened
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.points import (
    ActCapped,
    AwardReversed,
    LotsExpired,
    PointsAwarded,
    PointsDeducted,
)
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Connection, Tables, Touch


class MonthRow(Row):
    """Points by the local calendar month in which they were recorded; ``reversed`` is net."""

    TABLE = "totals"
    KEY = ("month",)

    month: str
    awarded: int = 0
    deducted: int = 0
    reversed: int = 0
    spent: int = 0
    returned: int = 0
    expired: int = 0
    exchanges: int = 0
    returns: int = 0


class RuleRow(Row):
    """What a rule earned and cost by month: acts booked, minutes that count, points.

    ``reversals`` counts acts taken back, ``reversed`` their signed points. ``rule`` is empty for
    opening balances, which were carried over from paper.
    """

    TABLE = "rule_totals"
    KEY = ("rule", "month")

    rule: str
    month: str
    acts: int = 0
    capped: int = 0
    reversals: int = 0
    minutes: int = 0
    points: int = 0
    reversed: int = 0


class ZoneRow(Row):
    """The community's time zone."""

    TABLE = "totals_zone"
    KEY = ("one",)

    timezone: str
    one: int = 1


class Totals(Projection):
    """Issued, spent, returned, expired: by month and by rule."""

    NAME: ClassVar[str] = "totals"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (MonthRow, RuleRow, ZoneRow)

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.months, self.rules = tables[MonthRow], tables[RuleRow]
        self.zone = tables[ZoneRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The time zone; months and rules are few and stay in memory."""
        del event
        yield ZoneRow, 1

    @folds(LedgerOpened, public=True)
    def ledger_opened(self, event: LedgerOpened, _: Recorded) -> None:
        """The genesis says where it is midnight."""
        self.zone.add(ZoneRow(timezone=event.timezone))

    @folds(PointsAwarded, public=True)
    def points_awarded(self, event: PointsAwarded, recorded: Recorded) -> None:
        """Issued."""
        month = self._month(recorded)
        month.awarded += event.points
        self._booked(event.rule, month.month, event.minutes, event.points)

    @folds(PointsDeducted, public=True)
    def points_deducted(self, event: PointsDeducted, recorded: Recorded) -> None:
        """Taken; the minutes of such an act are no service."""
        month = self._month(recorded)
        month.deducted += event.points
        self._booked(event.rule, month.month, 0, -event.points)

    @folds(ActCapped, public=True)
    def act_capped(self, event: ActCapped, recorded: Recorded) -> None:
        """No points, but minutes."""
        self._booked(event.rule, self._month(recorded).month, event.minutes, 0).capped += 1

    @folds(AwardReversed, public=True)
    def award_reversed(self, event: AwardReversed, recorded: Recorded) -> None:
        """Taken back or given back."""
        month = self._month(recorded)
        month.reversed += event.points
        rule = self._rule(event.rule, month.month)
        rule.reversals += 1
        rule.reversed += event.points
        rule.minutes -= (event.minutes or 0) if event.points > 0 else 0

    @folds(LotsExpired, public=True)
    def lots_expired(self, event: LotsExpired, recorded: Recorded) -> None:
        """Void."""
        self._month(recorded).expired += event.points

    @folds(GoodsExchanged, public=True)
    def goods_exchanged(self, event: GoodsExchanged, recorded: Recorded) -> None:
        """Spent."""
        month = self._month(recorded)
        month.spent += event.points
        month.exchanges += 1

    @folds(GoodsReturned, public=True)
    def goods_returned(self, event: GoodsReturned, recorded: Recorded) -> None:
        """Came back."""
        month = self._month(recorded)
        month.returned += event.points
        month.returns += 1

    def _month(self, recorded: Recorded) -> MonthRow:
        zone = self.zone.find(1)
        timezone = zone.timezone if zone is not None else "UTC"
        month = local_date(recorded.recorded_at, timezone)[:7]
        if self.months.find(month) is None:
            return self.months.add(MonthRow(month=month))
        return self.months.edit(month)

    def _rule(self, rule: str, month: str) -> RuleRow:
        if self.rules.find((rule, month)) is None:
            return self.rules.add(RuleRow(rule=rule, month=month))
        return self.rules.edit((rule, month))

    def _booked(self, rule: str, month: str, minutes: int | None, points: int) -> RuleRow:
        row = self._rule(rule, month)
        row.acts += 1
        row.minutes += minutes or 0
        row.points += points
        return row


_SUMS: Final = """
SELECT coalesce(sum(awarded), 0)::bigint, coalesce(sum(deducted), 0)::bigint,
       coalesce(sum(reversed), 0)::bigint, coalesce(sum(spent), 0)::bigint,
       coalesce(sum(returned), 0)::bigint, coalesce(sum(expired), 0)::bigint
FROM totals
"""


def totals(connection: Connection) -> dict[str, int]:
    """Points of the whole ledger: the columns of :class:`MonthRow`, and what is ``outstanding``.

    All gross but ``reversed``, which is net (plus-awards taken back less deductions given back),
    and ``outstanding``, what all accounts hold together.
    """
    sums = connection.execute(_SUMS).fetchone()
    assert sums is not None, "an aggregate has one row"  # noqa: S101 (for the type checker)
    awarded, deducted, taken_back, spent, returned, expired = sums
    return {
        "awarded": awarded,
        "deducted": deducted,
        "reversed": taken_back,
        "spent": spent,
        "returned": returned,
        "expired": expired,
        "outstanding": awarded - deducted - taken_back - spent + returned - expired,
    }
