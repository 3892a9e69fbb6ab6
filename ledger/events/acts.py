"""Acts: recorded by one pair of eyes, reviewed by another.

An opening balance, what a paper book said of a member, goes the way of an act: it has an act's id,
is reviewed, stands on notice, and is booked or taken back as an act is.
"""

from typing import ClassVar, Final

from ledger.events.base import Entry, Event, Private, Published

NO_RULE: Final = ""
"""Stands for the rule of an opening balance, which no rule gave: it was carried over from paper."""


class ActRecorded(Event):
    """Something that was done.

    ``minutes`` is the length under a rule per hour, otherwise None; the clock times (minutes after
    local midnight) stay private. ``registered_at`` is when it was written into the register.
    """

    TOPIC: ClassVar[str] = "act-recorded.v1"
    PUBLIC_TAGS = ("act", "rule")
    PRIVATE_TAGS = ("act", "member", "register_number")

    act: Entry[str]
    rule: Entry[str]
    rulebook: Entry[str]
    performed_on: Entry[str]
    minutes: Entry[int | None]
    registered_at: Entry[str]
    member: Private[str]
    performed_from: Private[int | None]
    performed_to: Private[int | None]
    register_number: Private[int | None]
    remark: Private[str]
    evidence: Private[list[str]]


class ActReviewed(Event):
    """The reviewer found the act in order; a long one still waits for a second approval."""

    TOPIC: ClassVar[str] = "act-reviewed.v1"
    PUBLIC_TAGS = ("act",)
    PRIVATE_TAGS = ("act",)

    act: Entry[str]
    second_approval_required: Entry[bool]
    member: Private[str]
    register_number: Private[int | None]


class ActDeclined(Event):
    """The reviewer did not find the act in order."""

    TOPIC: ClassVar[str] = "act-declined.v1"
    PUBLIC_TAGS = ("act",)
    PRIVATE_TAGS = ("act",)

    act: Entry[str]
    member: Private[str]
    reason: Published[str]


class ActSecondApproved(Event):
    """The second reviewer approved a long act."""

    TOPIC: ClassVar[str] = "act-second-approved.v1"
    PUBLIC_TAGS = ("act",)
    PRIVATE_TAGS = ("act",)

    act: Entry[str]
    member: Private[str]
    register_number: Private[int | None]


class OpeningBalanceRecorded(Event):
    """The points of a member that were carried over from a paper book.

    ``points`` > 0 is what the book said at the end of the local date ``performed_on``; no rule and
    no cap applies. ``registered_at`` is when that was written down for the ledger.
    """

    TOPIC: ClassVar[str] = "opening-balance-recorded.v1"
    PUBLIC_TAGS = ("act",)
    PRIVATE_TAGS = ("act", "member", "register_number")

    act: Entry[str]
    points: Entry[int]
    performed_on: Entry[str]
    registered_at: Entry[str]
    member: Private[str]
    register_number: Private[int | None]
    remark: Private[str]
