"""Public notice: days in the sun before points are booked, and residents' objections."""

from typing import ClassVar

from ledger.events.base import Entry, Event, Private, Published


class NoticePosted(Event):
    """A sheet of ``acts`` lines on the board until ``closes_at``; its lines follow at once."""

    TOPIC: ClassVar[str] = "notice-posted.v1"
    PUBLIC_TAGS = ("notice",)

    notice: Entry[str]
    acts: Entry[int]
    due_at: Entry[str]
    closes_at: Entry[str]


class ActPosted(Event):
    """One line of a notice."""

    TOPIC: ClassVar[str] = "act-posted.v1"
    PUBLIC_TAGS = ("act", "notice")
    PRIVATE_TAGS = ("act",)

    act: Entry[str]
    notice: Entry[str]
    closes_at: Entry[str]
    member: Private[str]
    register_number: Private[int | None]


class ObjectionRaised(Event):
    """A resident challenges a posted act. The text is private until it was moderated."""

    TOPIC: ClassVar[str] = "objection-raised.v1"
    PUBLIC_TAGS = ("act", "objection")
    PRIVATE_TAGS = ("act", "objection")

    objection: Entry[str]
    act: Entry[str]
    statement: Private[str]


class ObjectionTextReleased(Event):
    """The objection's text as the moderators let it be shown."""

    TOPIC: ClassVar[str] = "objection-text-released.v1"
    PUBLIC_TAGS = ("objection",)

    objection: Entry[str]
    act: Entry[str]
    statement: Published[str]


class ObjectionDecided(Event):
    """The supervisors decided on one objection."""

    TOPIC: ClassVar[str] = "objection-decided.v1"
    PUBLIC_TAGS = ("act", "objection")
    PRIVATE_TAGS = ("act", "objection")

    objection: Entry[str]
    act: Entry[str]
    upheld: Entry[bool]
    member: Private[str]
    reason: Published[str]


class ActRefused(Event):
    """The notice closed and an objection had been upheld: nothing is awarded."""

    TOPIC: ClassVar[str] = "act-refused.v1"
    PUBLIC_TAGS = ("act",)
    PRIVATE_TAGS = ("act",)

    act: Entry[str]
    due_at: Entry[str]
    member: Private[str]
