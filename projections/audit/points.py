"""Accounts: lots, debt and totals (``REHEARSAL``, Points; design, section 10)."""

from typing import Final

from msgspec import Struct, field

from ledger.calendar import local_instant
from ledger.events.base import Event, Recorded
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.points import (
    AwardReversed,
    ExpiryCompleted,
    LotsExpired,
    PointsAwarded,
    PointsDeducted,
    Taken,
)
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import Ground

LAST: Final = "9999-12-31"
"""Sorts lots that never expire behind all others."""

TAKEN_WRONG: Final = Fault(
    "taken_wrong",
    N_("Position {position}: the points were not taken from the lots that they must come from."),
)
LOT_MISSING: Final = Fault(
    "lot_missing", N_("Position {position}: points were taken that no lot of the account holds.")
)
LOT_EXPIRED: Final = Fault(
    "lot_expired", N_("Position {position}: points were taken from a lot that had expired.")
)
PAID_WRONG: Final = Fault(
    "paid_wrong",
    N_("Position {position}: points that came in did not pay the debt first, the rest a lot."),
)
TERM_WRONG: Final = Fault(
    "term_wrong", N_("Position {position}: the new lot does not end when the settings say.")
)
BELOW_ZERO: Final = Fault(
    "below_zero", N_("Position {position}: the balance did not cover this exchange.")
)
UNBALANCED: Final = Fault(
    "unbalanced",
    N_("Position {position}: lots and debt of the account do not move by the {points} points."),
)
EXPIRY_WRONG: Final = Fault(
    "expiry_wrong",
    N_("Position {position}: what expired is not what was left of the lots that ended then."),
)
EXPIRY_INCOMPLETE: Final = Fault(
    "expiry_incomplete",
    N_("Position {position}: lots that ended on {date} or before are not written down as expired."),
)
TOTALS_DIFFER: Final = Fault(
    "totals_differ",
    N_("The accounts hold {held} points; what came in less what went out is {expected}."),
)


class Lot(Struct):
    """What is left of points that came in together; void from the date ``expires`` on."""

    points: int
    expires: str | None


Income = PointsAwarded | AwardReversed | GoodsReturned


class Account(Struct):
    """Lots by name, in the order they arose, and debt."""

    name: str
    lots: dict[str, Lot] = field(default_factory=dict)
    debt: int = 0

    @property
    def held(self) -> int:
        """The sum of the lots less the debt, void lots that nobody wrote down yet included."""
        return sum(lot.points for lot in self.lots.values()) - self.debt

    def good(self, today: str) -> list[tuple[str, Lot]]:
        """Lots that count on a local date, in the order of spending."""
        alive = [(n, lot) for n, lot in self.lots.items() if (lot.expires or LAST) > today]
        return sorted(alive, key=lambda named: named[1].expires or LAST)

    def due(self, points: int, today: str, first: str | None) -> tuple[Taken, int]:
        """From which lots ``points`` must be taken, and what is left to be debt."""
        taken: Taken = []
        for name, lot in sorted(self.good(today), key=lambda named: named[0] != first):
            part = min(points, lot.points)
            if part:
                taken.append((name, part))
                points -= part
        return taken, points


class Points(Fold):
    """Every account holds what its events give, lot by lot, and all of them what was issued."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.accounts: dict[str, Account] = {}
        self.ending: dict[str, set[tuple[str, str]]] = {}
        self.total = 0
        self.today = ""

    def hear(self, recorded: Recorded) -> None:
        """Lots and debt move by the public number of points, of which the totals are made."""
        if type(recorded.event) not in self.HANDLERS:
            return
        self.today = self.ground.today(recorded.recorded_at)
        points = signed_points(recorded.event)
        account = self.account(getattr(recorded.event, "account", ""))
        before = account.held
        super().hear(recorded)
        self.total += points
        self.check(account.held - before == points, UNBALANCED, points=points)

    def end(self) -> None:
        """All accounts together hold issued − deducted − reversed − spent + returned − expired."""
        held = sum(account.held for account in self.accounts.values())
        if held != self.total:
            self.findings.append(TOTALS_DIFFER.at(0, held=held, expected=self.total))

    def account(self, name: str) -> Account:
        """The account of that name, empty before its first event."""
        return self.accounts.setdefault(name, Account(name))

    def draw(
        self, account: Account, points: int, taken: Taken, debt_added: int, first: str | None = None
    ) -> None:
        """Points leave the lots in the order of spending; what no lot covers is debt."""
        due = account.due(points, self.today, first)
        self.check(due == (taken, debt_added), TAKEN_WRONG)
        for lot, part in taken:
            known = account.lots.get(lot)
            self.check(known is None or (known.expires or LAST) > self.today, LOT_EXPIRED)
            self.remove(account, lot, part)
        account.debt += debt_added

    def remove(self, account: Account, lot: str, part: int) -> None:
        """Part of a lot goes."""
        known = account.lots.get(lot)
        if known is None or not 0 < part <= known.points:
            self.report(LOT_MISSING)
            return
        known.points -= part
        if not known.points:
            del account.lots[lot]
            self.ending.get(known.expires or LAST, set()).discard((account.name, lot))

    def receive(self, lot: str, points: int, event: Income, day: str) -> None:
        """Points come in: debt first, the rest a lot whose term counts from ``day``."""
        account = self.account(event.account)
        divides = (event.debt_paid, event.lot_points) == (
            min(account.debt, points),
            max(0, points - account.debt),
        )
        self.check(divides and lot not in account.lots, PAID_WRONG)
        account.debt -= event.debt_paid
        if not event.lot_points:
            return
        self.check(event.expires == self.ground.expiry(day), TERM_WRONG)
        account.lots[lot] = Lot(event.lot_points, event.expires)
        if event.expires is not None:
            self.ending.setdefault(event.expires, set()).add((account.name, lot))

    @hears(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, _: Recorded) -> None:
        """A lot that ends months after the day on which the award was due."""
        self.receive(event.act, event.points, event, self.ground.today(event.due_at))

    @hears(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, _: Recorded) -> None:
        """Lots first, the rest debt."""
        self.draw(self.account(event.account), event.points, event.taken, event.debt_added)

    @hears(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """An award leaves its own lot first; a deduction comes back as an award does."""
        account, points = self.account(event.account), event.points
        self.draw(account, max(0, points), event.taken, event.debt_added, event.act)
        self.receive(event.lot, max(0, -points), event, self.today)

    @hears(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        """The balance covers it, and no lot that had expired."""
        account = self.account(event.account)
        balance = sum(lot.points for _, lot in account.good(self.today)) - account.debt
        self.check(balance >= event.points, BELOW_ZERO)
        self.draw(account, event.points, event.taken, 0)

    @hears(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """The points come back with a fresh term."""
        self.receive(event.lot, event.points, event, self.today)

    @hears(LotsExpired)
    def lots_expired(self, event: LotsExpired, _: Recorded) -> None:
        """All that was left of lots that ended at one midnight, which has come."""
        account, day = self.account(event.account), self.ground.today(event.due_at)
        ended = {name: lot.points for name, lot in account.lots.items() if lot.expires == day}
        whole = len(dict(event.taken)) == len(event.taken) > 0
        whole = whole and all(ended.get(lot) == part for lot, part in event.taken)
        come = event.due_at == local_instant(day, 0, self.ground.timezone) and day <= self.today
        self.check(whole and come, EXPIRY_WRONG)
        for lot, part in event.taken:
            self.remove(account, lot, part)

    @hears(ExpiryCompleted)
    def expiry_completed(self, event: ExpiryCompleted, _: Recorded) -> None:
        """No lot that ended until then is left, and the day has come."""
        ended = [day for day in self.ending if day <= event.date]
        left = any(self.ending.pop(day) for day in ended)
        complete = not left and event.date <= self.today
        self.check(complete, EXPIRY_INCOMPLETE, date=event.date)


def signed_points(event: Event) -> int:
    """The points that an event brings into its account, from its public half."""
    match event:
        case PointsAwarded() | GoodsReturned():
            return event.points
        case PointsDeducted() | AwardReversed() | GoodsExchanged() | LotsExpired():
            return -event.points
    return 0
