"""Time and purses, written down plainly and apart from the ledger."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def moment(instant: str) -> datetime:
    """The datetime of an instant."""
    return datetime.strptime(instant, "%Y-%m-%dT%H:%M:%S%z")


def instant(when: datetime) -> str:
    """The instant of a datetime, as the ledger writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def later(at: str, **step: int) -> str:
    """Days, hours or minutes later."""
    return instant(moment(at) + timedelta(**step))


def day_of(at: str) -> str:
    """The local date at an instant."""
    return moment(at).astimezone(ZONE).strftime("%Y-%m-%d")


def clock(day: str, minutes: int = 0) -> str:
    """The instant of a local date, minutes after its midnight."""
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZONE)
    return instant(start + timedelta(minutes=minutes))


def months_later(day: str, months: int) -> str:
    """The local date so many months later; where that day is missing, the last one before it."""
    year, month, number = (int(part) for part in day.split("-"))
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    while True:
        try:
            return date(year, month, number).isoformat()
        except ValueError:
            number -= 1


def posting(approved_at: str, weekday: int, minutes: int) -> str:
    """The first posting at or after an approval."""
    day = date.fromisoformat(day_of(approved_at))
    while True:
        due = clock(day.isoformat(), minutes)
        if day.weekday() == weekday and due >= approved_at:
            return due
        day += timedelta(days=1)


@dataclass
class Lot:
    """Points that came in together, for an act or for something else."""

    points: int
    expires: str | None
    act: str | None = None

    def good(self, today: str) -> bool:
        """Whether they may be spent."""
        return self.expires is None or today < self.expires


@dataclass
class Purse:
    """Lots in the order they came, and debt."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0

    def balance(self, today: str) -> int:
        """Points that count, less the debt."""
        return sum(lot.points for lot in self.lots if lot.good(today)) - self.debt

    def take(self, points: int, today: str, act: str | None = None) -> None:
        """Take points one by one: of that act first, then of what ends first, then as debt."""
        for _ in range(points):
            good = [lot for lot in self.lots if lot.good(today) and lot.points]
            if not good:
                self.debt += 1
                continue
            own = [lot for lot in good if act is not None and lot.act == act]
            min(own or good, key=lambda lot: lot.expires or "9999").points -= 1
        self.sweep()

    def give(self, points: int, expires: str | None, today: str, act: str | None = None) -> None:
        """Points come in: debt first, the rest a lot, unless its term is over already."""
        paid = min(points, self.debt)
        self.debt -= paid
        lot = Lot(points - paid, expires, act)
        if lot.good(today):
            self.lots.append(lot)
        self.sweep()

    def expire(self, today: str) -> int:
        """What has ended goes; how much it was."""
        gone = sum(lot.points for lot in self.lots if not lot.good(today))
        self.lots = [lot for lot in self.lots if lot.good(today)]
        return gone

    def sweep(self) -> None:
        """Empty lots go."""
        self.lots = [lot for lot in self.lots if lot.points]

    def shown(self) -> tuple[list[tuple[int, str | None]], int]:
        """Lots and debt, to compare."""
        return [(lot.points, lot.expires) for lot in self.lots], self.debt
