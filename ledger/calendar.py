"""Instants, local dates and the weekly posting: pure functions on time, no clock."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

NEVER = "9999-12-30T23:59:59Z"
"""Later than every instant that the ledger writes, and on some local date in every time zone."""


def instant_of(moment: datetime) -> str:
    """The instant as it stands in entries: UTC, whole seconds, ``2022-09-24T01:30:00Z``.

    Such texts sort as the instants do, so states compare them as they are.
    """
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


@lru_cache(maxsize=65536)
def moment_of(instant: str) -> datetime:
    """The aware UTC datetime of an instant written by :func:`instant_of`."""
    return datetime.fromisoformat(instant)


@lru_cache(maxsize=65536)
def is_instant(text: str) -> bool:
    """Whether a text is an instant in the one spelling that the ledger compares."""
    try:
        return instant_of(moment_of(text)) == text
    except ValueError:
        return False


@lru_cache(maxsize=65536)
def is_day(text: str) -> bool:
    """Whether a text is a date of the calendar in the one spelling that the ledger compares."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def zone_of(timezone: str) -> ZoneInfo:
    """The IANA time zone of that name."""
    return ZoneInfo(timezone)


@lru_cache(maxsize=65536)
def local_date(instant: str, timezone: str) -> str:
    """The local calendar date at an instant, ``2022-09-24``."""
    return moment_of(instant).astimezone(zone_of(timezone)).date().isoformat()


@lru_cache(maxsize=65536)
def local_instant(day: str, minutes: int, timezone: str) -> str:
    """The instant of a local date and ``minutes`` after its midnight (1440: the next midnight)."""
    local = datetime.combine(date.fromisoformat(day), datetime.min.time()) + timedelta(
        minutes=minutes
    )
    return instant_of(local.replace(tzinfo=zone_of(timezone)))


def plus_days(instant: str, days: int) -> str:
    """The instant ``days`` times 24 hours later."""
    return instant_of(moment_of(instant) + timedelta(days=days))


def plus_months(day: str, months: int) -> str:
    """The local date ``months`` calendar months later, clipped to the month's length."""
    start = date.fromisoformat(day)
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


class Posting(NamedTuple):
    """The weekly posting: ``weekday`` counts from Monday = 0, ``minutes`` from midnight."""

    weekday: int
    minutes: int
    timezone: str


@lru_cache(maxsize=4096)
def next_posting(instant: str, posting: Posting) -> str:
    """The first posting at or after ``instant``."""
    day = date.fromisoformat(local_date(instant, posting.timezone))
    day += timedelta(days=(posting.weekday - day.weekday()) % 7)
    found = local_instant(day.isoformat(), posting.minutes, posting.timezone)
    if found >= instant:
        return found
    later = (day + timedelta(days=7)).isoformat()
    return local_instant(later, posting.minutes, posting.timezone)
