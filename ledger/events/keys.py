"""Keys of the programs that officers work with, and who was given what is private."""

from typing import ClassVar

from ledger.events.base import Entry, Event, Private


class KeyGranted(Event):
    """An officer may call the interface with a key. ``key`` is its public id.

    ``scope`` is a word of :class:`ledger.states.keys.Scope`; ``digest`` the HMAC-SHA-256 of the
    secret in base64url, under a secret that lies outside the database.
    """

    TOPIC: ClassVar[str] = "key-granted.v1"
    PUBLIC_TAGS = ("key",)
    PRIVATE_TAGS = ("officer",)

    key: Entry[str]
    scope: Entry[str]
    officer: Private[str]
    digest: Private[str]


class KeyRevoked(Event):
    """From now on the key opens nothing."""

    TOPIC: ClassVar[str] = "key-revoked.v1"
    PUBLIC_TAGS = ("key",)

    key: Entry[str]


class OpeningsDisclosed(Event):
    """An auditor was given the ``openings`` private halves behind ``after``, up to ``through``."""

    TOPIC: ClassVar[str] = "openings-disclosed.v1"

    after: Entry[int]
    through: Entry[int]
    openings: Entry[int]
