"""When what happens: the quarter as steps in the order of ``REHEARSAL`` ("Only instants …")."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any

from api.sheets.community import Community
from api.sheets.quarter import Quarter
from api.sheets.rows import ActRow, ObjectionRow, ReturnRow, ReversalRow, SlipLine
from ledger.calendar import (
    Posting,
    instant_of,
    local_date,
    local_instant,
    moment_of,
    next_posting,
    plus_days,
    zone_of,
)


class Kind(IntEnum):
    """What comes first at one instant; the clockwork's own kinds are one step."""

    RECORDING = 1
    REVIEW = 2
    CLOCKWORK = 3
    OBJECTION = 4
    REVERSAL = 5
    RETURN = 6
    SLIP = 7


@dataclass(frozen=True, slots=True)
class Slip:
    """One basket: the lines with one slip number. ``consistent``: they agree on who and when."""

    slip: str
    lines: tuple[SlipLine, ...]
    consistent: bool

    @property
    def first(self) -> SlipLine:
        """The line that the basket stands at."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: ``reported`` is its own instant, ``at`` the clock's.

    ``subject`` is the row, or the slip, of its kind.
    """

    at: str
    kind: Kind
    order: int
    subject: Any = None
    reported: str | None = None


@dataclass
class Timeline:
    """The steps of a quarter, and which act a register number stands for.

    ``numbered`` maps a register number to the row that used it first, in the order of
    registration; every other row with that number is invalid, whatever became of the first.
    """

    quarter: Quarter
    numbered: dict[int, ActRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Settle who used a register number first."""
        for row in sorted(self.quarter.acts, key=self._registration):
            if row.register_number is not None:
                self.numbered.setdefault(row.register_number, row)

    def _registration(self, row: ActRow) -> tuple[bool, str]:
        at = self.instant(row.registered_at)
        return at is not None, at or ""

    def instant(self, local: datetime | None) -> str | None:
        """The instant of a local time of the sheets; None if it could not be read."""
        if local is None:
            return None
        return instant_of(local.replace(tzinfo=zone_of(self.quarter.community.timezone)))

    @cached_property
    def starts(self) -> str:
        """The first instant of the rehearsal."""
        return instant_of(self.quarter.community.starts)

    @cached_property
    def ends(self) -> str:
        """The last instant of the rehearsal."""
        return instant_of(self.quarter.community.ends)

    def steps(self) -> list[Step]:
        """All steps in the order they happen."""
        quarter = self.quarter
        found = chain(
            self._recordings(),
            self._reviews(),
            self._clockwork(),
            self._reported(Kind.OBJECTION, quarter.objections),
            self._reported(Kind.REVERSAL, quarter.reversals),
            self._reported(Kind.RETURN, quarter.returns),
            self._slips(),
        )
        return sorted(found, key=attrgetter("at", "kind", "order"))

    def _clamped(self, reported: str | None) -> str:
        """When the clock comes to it. What lies outside the period is refused whenever it comes."""
        return min(max(reported or self.starts, self.starts), self.ends)

    def _recordings(self) -> Iterator[Step]:
        rows = sorted(self.quarter.acts, key=self._registration)
        for order, row in enumerate(rows):
            reported = self.instant(row.registered_at)
            yield Step(self._clamped(reported), Kind.RECORDING, order, row, reported)

    def _reviews(self) -> Iterator[Step]:
        """Reviews that happen; what is dated before its recording comes right after it."""
        for row in self.quarter.acts:
            reported = self.instant(row.reviewed_at)
            if row.outcome is None or (reported is not None and reported > self.ends):
                continue
            recorded = self._clamped(self.instant(row.registered_at))
            at = max(recorded, self._clamped(reported))
            yield Step(at, Kind.REVIEW, row.row, row, reported)

    def _reported(
        self, kind: Kind, rows: tuple[ObjectionRow | ReversalRow | ReturnRow, ...]
    ) -> Iterator[Step]:
        for row in rows:
            reported = self.instant(row.at)
            yield Step(self._clamped(reported), kind, row.row, row, reported)

    def slips(self) -> list[Slip]:
        """The baskets, in the order of their first lines."""
        grouped: dict[str, list[SlipLine]] = {}
        for line in self.quarter.slips:
            grouped.setdefault(line.slip, []).append(line)
        return [
            Slip(number, tuple(lines), len({_shared(line) for line in lines}) == 1)
            for number, lines in grouped.items()
        ]

    def _slips(self) -> Iterator[Step]:
        for slip in self.slips():
            reported = self.instant(slip.first.at)
            yield Step(self._clamped(reported), Kind.SLIP, slip.first.row, slip, reported)

    def _clockwork(self) -> Iterator[Step]:
        """Every instant at which a notice may be posted or close, or a lot may end."""
        community = self.quarter.community
        days = community.notice.days
        instants = notice_instants(posting_of(community), days, self.starts, self.ends)
        if community.points_expire.months is not None:
            instants |= set(self._midnights())
        for instant in instants:
            yield Step(instant, Kind.CLOCKWORK, 0)

    def _midnights(self) -> Iterator[str]:
        timezone = self.quarter.community.timezone
        at = local_instant(local_date(self.starts, timezone), 0, timezone)
        while at <= self.ends:
            yield at
            # 36 hours on is the next day, however long this one is.
            later = instant_of(moment_of(at) + timedelta(hours=36))
            at = local_instant(local_date(later, timezone), 0, timezone)


def posting_of(community: Community) -> Posting:
    """The weekly posting of a community."""
    return Posting(community.notice.weekday, community.notice.minutes, community.timezone)


def notice_instants(posting: Posting, days: int, first: str, last: str) -> set[str]:
    """The instants from ``first`` to ``last`` at which a notice may be posted or close."""
    instants, at = set(), next_posting(first, posting)
    while at <= last:
        instants |= {at, plus_days(at, days)}
        at = next_posting(plus_days(at, 1), posting)
    return {instant for instant in instants if instant <= last}


def _shared(line: SlipLine) -> tuple[object, ...]:
    """What the lines of a slip share, as read."""
    return line.at, line.card, line.session, line.clerk
