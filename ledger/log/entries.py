"""Entries, openings and texts: an event as the bytes that are stored and hashed (design, 5).

An entry is public and holds the event's entry fields; an opening holds its private fields and a
text its published ones, each committed to by the entry (``FORMATS`` head: SHA-256 of the stored
bytes, base64url without padding). The bytes are made once and never re-encoded.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from eventsourcing.dcb.api import DCBEvent, DCBSequencedEvent

from ledger.events.base import (
    CATALOGUE,
    Event,
    FieldClass,
    Recorded,
    fields_of,
    private_tags,
    public_tags,
)
from ledger.log import canonical

ENTRY_BYTES_MAX: Final = 60_000
"""The limit of the design for an entry, and for each of its halves too."""
SALT_BYTES: Final = 16
OPENING_VERSION: Final = "sunledger-opening-1"
TEXT_VERSION: Final = "sunledger-text-1"

Salt = Callable[[str], bytes]
"""Gives 16 fresh random bytes for one half of one event; ``opening`` or ``text`` names which."""


class EntryError(ValueError):
    """Bytes that are no entry of this ledger, or an event that does not fit into one."""


@dataclass(slots=True)
class LogEvent(DCBEvent):
    """One event as it is written: ``data`` is the entry, ``tags`` are the public ones."""

    recorded_at: str = ""
    opening: bytes | None = None
    private_tags: list[str] = field(default_factory=list)
    text: bytes | None = None


@dataclass(slots=True)
class LoggedEvent(DCBSequencedEvent):
    """One event as it is read back, at its position."""

    event: LogEvent


def commitment(half: bytes) -> str:
    """What an entry says of its opening or text: base64url(SHA-256), no padding."""
    return urlsafe_b64encode(sha256(half).digest()).rstrip(b"=").decode()


class _Plan(NamedTuple):
    """The fields of an event type by class, looked up once."""

    entry: tuple[str, ...]
    private: tuple[str, ...]
    published: tuple[str, ...]


@cache
def _plan_of(kind: type[Event]) -> _Plan:
    return _Plan(*(fields_of(kind, each) for each in FieldClass))


def _half(
    values: dict[str, Any], names: tuple[str, ...], version: str, salt: Callable[[], bytes]
) -> bytes | None:
    if not names:
        return None
    half = {name: values[name] for name in names}
    half["salt"] = urlsafe_b64encode(salt()).rstrip(b"=").decode()
    half["v"] = version
    return canonical.encode(half)


def _encoded(event: Event, meta: dict[str, str], salt: Salt) -> tuple[bytes | None, ...]:
    """Entry, opening and text as bytes."""
    kind, values = type(event), event.as_dict()
    canonical.check_profile(values)
    plan = _plan_of(kind)
    opening = _half(values, plan.private, OPENING_VERSION, lambda: salt("opening"))
    text = _half(values, plan.published, TEXT_VERSION, lambda: salt("text"))
    entry = {
        "data": {name: values[name] for name in plan.entry},
        "meta": meta,
        "sealed": None if opening is None else commitment(opening),
        "text": None if text is None else commitment(text),
        "type": kind.TOPIC,
    }
    return canonical.encode(entry), opening, text


def seal(event: Event, *, actor: str, recorded_at: str, salt: Salt) -> LogEvent:
    """Make the stored form of an event.

    Raises:
        EntryError: the entry or a half would be longer than the limit of the design, or would
            hold a number outside the profile.
    """
    try:
        halves = _encoded(event, {"actor": actor, "recorded_at": recorded_at}, salt)
    except ValueError as error:  # also half a character
        raise EntryError(f"{event.TOPIC} has a value that no entry can hold: {error}") from error
    if any(half is not None and len(half) > ENTRY_BYTES_MAX for half in halves):
        raise EntryError(f"{event.TOPIC} is longer than {ENTRY_BYTES_MAX} bytes")
    entry, opening, text = halves
    return LogEvent(
        type=event.TOPIC,
        data=entry or b"",
        tags=public_tags(event),
        recorded_at=recorded_at,
        opening=opening,
        private_tags=private_tags(event) if opening is not None else [],
        text=text,
    )


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: dict[str, tuple[str, Upcaster]] = {}
"""From an old topic to the next one, with the function that turns its fields into the new ones."""


def upcast(topic: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Lift the fields of an old version step by step to the newest one."""
    while topic in UPCASTERS:
        topic, lift = UPCASTERS[topic]
        fields = lift(fields)
    return topic, fields


_decode = msgspec.json.Decoder().decode


def decode(logged: LoggedEvent) -> Recorded:
    """Read an event back, lifting old versions.

    Stored bytes are trusted here (the audit is what distrusts them), so that replay is fast.

    Raises:
        EntryError: unknown type, or fields that do not fit it.
    """
    event = logged.event
    entry = _decode(event.data)
    fields = entry["data"]
    for half in (event.opening, event.text):
        if half is not None:
            fields.update(_decode(half))
    fields.pop("salt", None)
    fields.pop("v", None)
    topic, fields = upcast(event.type, fields)
    try:
        decoded = msgspec.convert(fields, CATALOGUE[topic])
    except (KeyError, msgspec.ValidationError) as error:
        message = f"position {logged.position}: {event.type} cannot be read: {error}"
        raise EntryError(message) from error
    meta = entry["meta"]
    return Recorded(logged.position, meta["recorded_at"], meta["actor"], decoded)


_ENTRY_KEYS = {"data", "meta", "sealed", "text", "type"}


def check_entry(event: LogEvent) -> None:
    """Refuse what is not an entry: the check that production adds to every append.

    It is the quick half of what an audit does: the bytes re-encode to themselves and commit to
    the halves beside them.

    Raises:
        EntryError: not canonical, wrong members, or a commitment that does not match.
    """
    try:
        entry = _decode(event.data)
        canonical.check_profile(entry)
    except ValueError as error:  # also what is no UTF-8
        raise EntryError("not an entry: no JSON of the profile") from error
    if canonical.encode(entry) != event.data:
        raise EntryError("not an entry: not canonical")
    if not isinstance(entry, dict) or set(entry) != _ENTRY_KEYS or entry["type"] != event.type:
        raise EntryError("not an entry: wrong members")
    for half, sealed in ((event.opening, entry["sealed"]), (event.text, entry["text"])):
        if (None if half is None else commitment(half)) != sealed:
            raise EntryError("not an entry: a commitment does not match")
