"""What one cell says: texts, whole numbers, dates, times. Pure, and nothing is guessed.

The styles are those that the sheets of past quarters hold, and no other is readable: dates as
``2022-09-06``, ``2022/9/6``, ``2022.9.6`` or ``2022年9月6日``, times as ``08:30``, ``8:30`` or
``8：30``, a date-time as a date, blanks and a time. Everywhere digits may be full-width and
surrounding blanks (any Unicode white space, U+3000 too) are ignored. Readers give None for what
they cannot read and never raise.
"""

import re
from datetime import date, datetime, time
from functools import lru_cache

NUMBER_MAX = 2**53 - 1
"""The largest whole number that an entry of the log can hold."""

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMBER = re.compile(r"0*([0-9]{1,16})")
_DATE = re.compile(
    r"([0-9]{4})(?:"
    r"-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_TIME = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})")

# Sheets repeat themselves: a quarter has some 90 dates and a few thousand times.
_CACHE_SIZE = 32_768
_CACHED_LENGTH_MAX = 40


@lru_cache(maxsize=_CACHE_SIZE)
def _folded(cell: str) -> str:
    return cell.translate(_DIGITS).strip()


def text(cell: str) -> str:
    """The cell without surrounding blanks, its full-width digits as ASCII digits."""
    if cell.isascii():
        return cell.strip()
    if len(cell) > _CACHED_LENGTH_MAX:
        return cell.translate(_DIGITS).strip()
    return _folded(cell)


def whole_number(cell: str) -> int | None:
    """Digits alone, at most ``NUMBER_MAX``: ``007`` is 7; a sign or a point is unreadable."""
    found = _NUMBER.fullmatch(text(cell))
    if found is None:
        return None
    number = int(found[1])
    return number if number <= NUMBER_MAX else None


@lru_cache(maxsize=_CACHE_SIZE)
def _date(cell: str) -> date | None:
    found = _DATE.fullmatch(cell)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:  # not in the calendar
        return None


def local_date(cell: str) -> date | None:
    """A date of the calendar in one of the four styles; the year has four digits."""
    return _date(text(cell))


@lru_cache(maxsize=_CACHE_SIZE)
def _minutes(cell: str) -> int | None:
    found = _TIME.fullmatch(cell)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return hour * 60 + minute if hour <= 23 and minute <= 59 else None


def local_time(cell: str) -> int | None:
    """A time of day, 0:00 to 23:59, in minutes after midnight; the minute has two digits."""
    return _minutes(text(cell))


@lru_cache(maxsize=_CACHE_SIZE)
def _datetime(cell: str) -> datetime | None:
    parts = cell.split()
    if len(parts) != 2:
        return None
    day, minutes = _date(parts[0]), _minutes(parts[1])
    if day is None or minutes is None:
        return None
    return datetime.combine(day, time(minutes // 60, minutes % 60))


def local_datetime(cell: str) -> datetime | None:
    """A date, blanks and a time, local to the community and therefore without a zone."""
    return _datetime(text(cell))
