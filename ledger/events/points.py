"""Points: awarded, deducted, taken back, expired.

A lot is named by what it came from (an act, a return, a reversal). ``taken`` lists what a
deduction took from which lot as ``(lot, points)``; what no lot covered is ``debt_added``. An award
first pays ``debt_paid``; only ``lot_points`` become a lot, which is void from 00:00 of the local
date ``expires`` on (None: never).
"""

from typing import ClassVar

from ledger.events.base import Entry, Event, Private, Published

Taken = list[tuple[str, int]]


class PointsAwarded(Event):
    """The notice ran its days: the points of a plus-act are booked (``points`` > 0).

    ``rule`` is empty for an opening balance: no rule gave it, it was carried over from paper.
    """

    TOPIC: ClassVar[str] = "points-awarded.v1"
    PUBLIC_TAGS = ("act", "rule")
    PRIVATE_TAGS = ("act", "member", "account", "expires")

    act: Entry[str]
    rule: Entry[str]
    points: Entry[int]
    minutes: Entry[int | None]
    performed_on: Entry[str]
    due_at: Entry[str]
    member: Private[str]
    account: Private[str]
    debt_paid: Private[int]
    lot_points: Private[int]
    expires: Private[str | None]


class PointsDeducted(Event):
    """The notice ran its days: the points of a minus-act are taken (``points`` > 0)."""

    TOPIC: ClassVar[str] = "points-deducted.v1"
    PUBLIC_TAGS = ("act", "rule")
    PRIVATE_TAGS = ("act", "member", "account")

    act: Entry[str]
    rule: Entry[str]
    points: Entry[int]
    minutes: Entry[int | None]
    performed_on: Entry[str]
    due_at: Entry[str]
    member: Private[str]
    account: Private[str]
    taken: Private[Taken]
    debt_added: Private[int]


class ActCapped(Event):
    """The notice ran its days and the caps left nothing; the minutes count all the same."""

    TOPIC: ClassVar[str] = "act-capped.v1"
    PUBLIC_TAGS = ("act", "rule")
    PRIVATE_TAGS = ("act", "member")

    act: Entry[str]
    rule: Entry[str]
    minutes: Entry[int | None]
    performed_on: Entry[str]
    due_at: Entry[str]
    member: Private[str]


class AwardReversed(Event):
    """A booked act is taken back, once: ``points`` is the signed award that is undone.

    ``corrects`` is the position of the event that booked it.
    """

    TOPIC: ClassVar[str] = "award-reversed.v1"
    PUBLIC_TAGS = ("act", "rule")
    PRIVATE_TAGS = ("act", "member", "account", "expires")

    act: Entry[str]
    rule: Entry[str]
    corrects: Entry[int]
    points: Entry[int]
    minutes: Entry[int | None]
    performed_on: Entry[str]
    member: Private[str]
    account: Private[str]
    lot: Private[str]
    taken: Private[Taken]
    debt_added: Private[int]
    debt_paid: Private[int]
    lot_points: Private[int]
    expires: Private[str | None]
    reason: Published[str]


class LotsExpired(Event):
    """What was left of one account's lots that ended at ``due_at``."""

    TOPIC: ClassVar[str] = "lots-expired.v1"
    PRIVATE_TAGS = ("account",)

    points: Entry[int]
    due_at: Entry[str]
    account: Private[str]
    taken: Private[Taken]


class ExpiryCompleted(Event):
    """Every lot that ended on this local date or before is written down as expired."""

    TOPIC: ClassVar[str] = "expiry-completed.v1"

    date: Entry[str]
