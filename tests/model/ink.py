"""How generated values are written down: readable in every way the page allows, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WIDE_DIGITS = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}

# Each is filled with a local date-time; most look right to a lenient reader. None is readable.
UNREADABLE_MOMENTS = (
    "",
    "当晚",
    "{0:%Y-%m-%d}",
    "{0:%H:%M}",
    "{0:%Y-%m-%dT%H:%M}",
    "{0:%Y-%m-%d %H:%M}:00",
    "{0:%Y-%m}/{0:%d %H:%M}",
    "{0:%Y}年{0:%m}月{0:%d}日{0:%H:%M}",
    "{0:%Y}年{0:%m}月{0:%d} {0:%H:%M}",
    "{0:%Y%m%d %H:%M}",
    "{0:%m-%d %H:%M}",
    "{0:%d/%m/%Y %H:%M}",
    "{0:%Y-%m-%d} 25:00",
    "{0:%Y-%m-%d} 08:60",
    "{0:%Y}-02-30 {0:%H:%M}",
    "{0:%Y}-13-01 {0:%H:%M}",
    "{0:%Y-%m-%d} 上午{0:%H:%M}",
    "{0:%Y-%m-%d %H.%M}",
    "{0:%Y-%m-%d %H:%M}+08:00",
    "{0:%Y}－{0:%m}－{0:%d} {0:%H:%M}",
)
UNREADABLE_DATES = (
    "",
    "上周六",
    "{0:%Y%m%d}",
    "{0:%Y-%m}",
    "{0:%Y-%m}/{0:%d}",
    "{0:%m}月{0:%d}日",
    "{0:%d.%m.%Y}",
    "{0:%Y}-02-30",
    "{0:%Y}年{0:%m}月{0:%d}",
    "{0:%Y-%m-%d} 08:00",
)
UNREADABLE_TIMES = ("", "上午", "9点", "0900", "25:00", "08:60", "08:00:00", "08.00", "8:00am")
NOT_WHOLE = ("", "-1", "+2", "1.0", "1e0", "两", "①", "²", "٣", "1 2", "1,0", "0x1", "１．０")
NOT_POSITIVE = (*NOT_WHOLE, "0", "００")
REMARKS = ("", "照片已存", "逗号,在此", '他说"好"', "第一行\n第二行", "𬱖㛃堃镕", "　")


@dataclass(frozen=True)
class Ink:
    """A way of writing values down; the default is the plainest."""

    form: int = 0  # one of the four forms of a date
    zeros: bool = True  # leading zeros
    wide: bool = False  # full-width digits
    colon: str = ":"
    blank: str = ""  # around every value
    gap: str = " "  # between date and time

    def text(self, value: str) -> str:
        """Write a word, its digits perhaps full-width, perhaps between blanks."""
        return self.blank + (value.translate(WIDE_DIGITS) if self.wide else value) + self.blank

    def number(self, value: int) -> str:
        """Write a whole number, with needless zeros where dates lack theirs."""
        return self.text(str(value) if self.zeros else f"{value:03}")

    def _date(self, on: date) -> str:
        month, of_month = (f"{part:02}" if self.zeros else str(part) for part in (on.month, on.day))
        return (
            f"{on.year}-{month}-{of_month}",
            f"{on.year}/{month}/{of_month}",
            f"{on.year}.{month}.{of_month}",
            f"{on.year}年{month}月{of_month}日",
        )[self.form]

    def _time(self, at: time) -> str:
        hour = f"{at.hour:02}" if self.zeros else str(at.hour)
        return f"{hour}{self.colon}{at.minute:02}"

    def date(self, on: date) -> str:
        """Write a date."""
        return self.text(self._date(on))

    def time(self, at: time) -> str:
        """Write a time of day."""
        return self.text(self._time(at))

    def moment(self, at: datetime) -> str:
        """Write a local date-time."""
        return self.text(f"{self._date(at)}{self.gap}{self._time(at.time())}")


INKS = (
    *[Ink()] * 6,
    Ink(form=1),
    Ink(form=2, zeros=False, colon="："),
    Ink(form=3, zeros=False, colon="：", gap="　"),
    Ink(form=3, wide=True, colon="："),
    Ink(form=0, wide=True, blank="　"),
    Ink(form=1, zeros=False, blank=" ", gap="   "),
    Ink(form=0, zeros=False, blank=" 　"),
)


class Pen:
    """Makes choices; the first of several options is what a failing example shrinks to."""

    def __init__(self, between: Callable[[int, int], int]) -> None:
        self.number = between  # chooses a whole number between two, both included

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of the options."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """Say yes so many times in a hundred."""
        return self.number(0, 99) >= 100 - percent

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Choose an order."""
        left = list(values)
        return [left.pop(self.number(0, len(left) - 1)) for _ in values]

    def ink(self) -> Ink:
        """Choose a way of writing, plain about half the time."""
        return self.pick(INKS)

    def fault(self, percent: int, faults: Sequence[str]) -> set[str]:
        """Choose no fault, or one, or now and then two."""
        if not self.chance(percent):
            return set()
        return {self.pick(faults)} | ({self.pick(faults)} if self.chance(15) else set())

    def unreadable_moment(self, at: datetime) -> str:
        """Write a local date-time so that it cannot be read."""
        return self.pick(UNREADABLE_MOMENTS).format(at)


def settled(at: datetime, zone: ZoneInfo) -> datetime:
    """Move a local date-time out of the hours that a clock change skips or repeats."""
    while (
        at.replace(tzinfo=zone, fold=0).utcoffset() != at.replace(tzinfo=zone, fold=1).utcoffset()
    ):
        at += timedelta(hours=1)
    return at
