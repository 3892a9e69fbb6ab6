"""Accounts: lots of points, debt, and the terms they expire by."""

import calendar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from tests.model.sheets import instant
from tests.model.world import Community

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(eq=False)
class Lot:
    """Points that arose together; `expires` is a UTC instant, NEVER for those that do not."""

    expires: datetime
    left: int


@dataclass
class Account:
    """A household's points. `lots` stay in the order in which they arose."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    expired: int = 0

    @property
    def balance(self) -> int:
        """Sum of lots minus debt."""
        return sum(lot.left for lot in self.lots) - self.debt

    def give(self, points: int, expires: datetime, now: datetime) -> Lot | None:
        """Pay the debt, then put the rest, if any, into a new lot and return it.

        A lot whose term is over when it arises (a term of no months) expires at once.
        """
        paid = min(points, self.debt)
        self.debt -= paid
        if points == paid:
            return None
        lot = Lot(expires, points - paid)
        self.lots.append(lot)
        if expires <= now:
            self.expire(lot)
        return lot

    def take(self, points: int, first: Lot | None = None) -> None:
        """Take points from one lot first, if given, then by expiry; the rest becomes debt."""
        by_expiry = sorted(self.lots, key=lambda lot: lot.expires)  # stable: arose first
        for lot in ([first] if first else []) + by_expiry:
            part = min(points, lot.left)
            lot.left -= part
            points -= part
        self.debt += points

    def expire(self, lot: Lot) -> None:
        """Let what is left of a lot expire."""
        self.expired += lot.left
        lot.left = 0


def months_later(on: date, months: int) -> date:
    """Return the day some calendar months later, clipped to that month's length."""
    year, month0 = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month0 + 1, min(on.day, calendar.monthrange(year, month0 + 1)[1]))


def term(community: Community, now: datetime) -> datetime:
    """Return when a lot that arises now expires."""
    if community.months is None:
        return NEVER
    today = now.astimezone(community.zone).date()
    return instant(months_later(today, community.months), time(0, 0), community.zone)
