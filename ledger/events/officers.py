"""Officers: who may do what, from when to when."""

from typing import ClassVar

from ledger.events.base import Entry, Event, Private


class OfficerAppointed(Event):
    """One post for one term. ``post`` is the id that stands as actor in the entries.

    ``kind`` is a word of :class:`ledger.states.officers.PostKind`. ``member`` is the officer's
    own volunteer number, where they are a resident.
    """

    TOPIC: ClassVar[str] = "officer-appointed.v1"
    PUBLIC_TAGS = ("post",)
    PRIVATE_TAGS = ("officer",)

    post: Entry[str]
    kind: Entry[str]
    begins: Entry[str]
    ends: Entry[str | None]
    officer: Private[str]
    name: Private[str]
    member: Private[str | None]
    household: Private[str | None]


class TermEnded(Event):
    """A post that is given up from ``ends`` on."""

    TOPIC: ClassVar[str] = "term-ended.v1"
    PUBLIC_TAGS = ("post",)

    post: Entry[str]
    ends: Entry[str]


class RelativesDeclared(Event):
    """A household of relatives that the officer never decides for."""

    TOPIC: ClassVar[str] = "relatives-declared.v1"
    PRIVATE_TAGS = ("officer",)

    officer: Private[str]
    household: Private[str]
