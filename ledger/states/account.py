"""An account: lots of points in the order they arose, debt, and what was drawn in sessions."""

from typing import ClassVar

from msgspec import Struct, field

from ledger.events.base import Recorded
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.points import (
    AwardReversed,
    LotsExpired,
    PointsAwarded,
    PointsDeducted,
    Taken,
)
from ledger.states.base import ColdState, folds

NO_EXPIRY = "9999-12-31"
"""Sorts lots that never expire behind all others."""


class Lot(Struct):
    """What is left of points awarded together; void from 00:00 of the date ``expires`` on."""

    lot: str
    points: int
    expires: str | None


class Account(ColdState):
    """Cold. ``drawn`` counts per ``session|item`` what was given and not returned."""

    KIND: ClassVar[str] = "account"

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    drawn: dict[str, int] = field(default_factory=dict)

    def spendable(self, today: str) -> list[Lot]:
        """Lots that count on a local date, the one that expires first in front.

        Ties stay in the order the lots arose, for sorting is stable.
        """
        alive = [lot for lot in self.lots if lot.expires is None or lot.expires > today]
        return sorted(alive, key=lambda lot: lot.expires or NO_EXPIRY)

    def balance(self, today: str) -> int:
        """Points on a local date: the sum of the lots less the debt; may be below zero."""
        return sum(lot.points for lot in self.spendable(today)) - self.debt

    def expired(self, today: str) -> list[Lot]:
        """Lots with points left that are void on a local date."""
        return [lot for lot in self.lots if lot.expires is not None and lot.expires <= today]

    def take(self, points: int, today: str, first: str | None = None) -> tuple[Taken, int]:
        """What taking ``points`` would take from which lot, and what no lot covers.

        The lot named ``first`` goes before the usual order. Changes nothing.
        """
        taken: Taken = []
        order = sorted(self.spendable(today), key=lambda lot: lot.lot != first)
        for lot in order:
            part = min(points, lot.points)
            if part:
                taken.append((lot.lot, part))
                points -= part
        return taken, points

    def pay(self, points: int) -> tuple[int, int]:
        """How ``points`` coming in divide into debt paid and a new lot. Changes nothing."""
        debt_paid = min(self.debt, points)
        return debt_paid, points - debt_paid

    def _remove(self, taken: Taken) -> None:
        parts = dict(taken)
        for lot in self.lots:
            lot.points -= parts.get(lot.lot, 0)
        self.lots = [lot for lot in self.lots if lot.points > 0]

    def _receive(self, lot: str, points: int, expires: str | None, debt_paid: int) -> None:
        self.debt -= debt_paid
        if points:
            self.lots.append(Lot(lot, points, expires))

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, _: Recorded) -> None:
        """Debt first, the rest a lot."""
        self._receive(event.act, event.lot_points, event.expires, event.debt_paid)

    @folds(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, _: Recorded) -> None:
        """Lots first, the rest debt."""
        self._remove(event.taken)
        self.debt += event.debt_added

    @folds(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """A plus-award is taken back, or a deduction given back."""
        self._remove(event.taken)
        self.debt += event.debt_added
        self._receive(event.lot, event.lot_points, event.expires, event.debt_paid)

    @folds(LotsExpired)
    def lots_expired(self, event: LotsExpired, _: Recorded) -> None:
        """What was left of the lots is void."""
        self._remove(event.taken)

    @folds(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        """Points leave, and the session's limits are used."""
        self._remove(event.taken)
        for line in event.lines:
            self._draw(event.session, line.item, line.quantity)

    @folds(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Points come back, and the session's limits with them."""
        self._receive(event.lot, event.lot_points, event.expires, event.debt_paid)
        for line in event.lines:
            self._draw(event.session, line.item, -line.quantity)

    def _draw(self, session: str, item: str, quantity: int) -> None:
        key = f"{session}|{item}"
        self.drawn[key] = self.drawn.get(key, 0) + quantity
