"""Reading the log in pages, and decoding it quickly: once for all projections.

:func:`ledger.log.entries.decode` is the definition; what is read here comes out equal. It is
quicker because the entry's fields and the halves are joined as bytes and decoded straight into
the event.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from ledger.events.base import CATALOGUE, Event, FieldClass, Recorded, fields_of
from ledger.log.entries import UPCASTERS, EntryError, LogEvent, LoggedEvent, decode
from projections.base import Read
from projections.tables import Connection

HEAD: Final = "SELECT position FROM head"
# Three plain range scans, joined here: a planner that knows nothing yet of a young table would join
# them by reading one of them as a whole for every page.
EVENTS: Final = """
SELECT position, type, entry FROM events
WHERE position > %s AND position <= %s AND type = ANY(%s::text[]) ORDER BY position
"""
OPENINGS: Final = "SELECT position, opening FROM openings WHERE position > %s AND position <= %s"
TEXTS: Final = "SELECT position, text FROM texts WHERE position > %s AND position <= %s"

_META: Final = b',"meta":{"actor":'
_SEALED: Final = b'},"sealed":'
_NUL: Final = rb"\u0000"
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class Stored(NamedTuple):
    """An event as it lies in the log."""

    position: int
    type: str
    entry: bytes
    opening: bytes | None
    text: bytes | None


class _Meta(msgspec.Struct, frozen=True):
    actor: str
    recorded_at: str


_decode_meta = lru_cache(maxsize=4096)(msgspec.json.Decoder(_Meta).decode)


class _Kind(NamedTuple):
    """How events of one type are decoded; ``half`` where the opening or the text is gone."""

    whole: Callable[[bytes], Event]
    half: Callable[[bytes], Event]
    private: bool
    published: bool


def head_position(connection: Connection) -> int:
    """The last position of the log; 0: empty."""
    row = connection.execute(HEAD).fetchone()
    return row[0] if row else 0


def topics_of(event_types: Collection[type[Event]]) -> list[str]:
    """The stored types that decode to these event types, old versions among them."""
    wanted = {event_type.TOPIC for event_type in event_types}
    grew = True
    while grew:
        older = {old for old, (new, _) in UPCASTERS.items() if new in wanted} - wanted
        wanted |= older
        grew = bool(older)
    return sorted(wanted)


def fetch_page(
    connection: Connection, after: int, through: int, topics: Sequence[str]
) -> list[Stored]:
    """The events of these types with ``after`` < position <= ``through``, in order, as stored."""
    with connection.pipeline():
        events, openings, texts = [connection.cursor(binary=True) for _ in range(3)]
        events.execute(EVENTS, (after, through, list(topics)))
        openings.execute(OPENINGS, (after, through))
        texts.execute(TEXTS, (after, through))
        found = events.fetchall()
        opening: dict[int, bytes] = dict(openings.fetchall())
        text: dict[int, bytes] = dict(texts.fetchall())
    return [
        Stored(position, topic, entry, opening.get(position), text.get(position))
        for position, topic, entry in found
    ]


def read(stored: Stored) -> Read:
    """Decode one event.

    Raises:
        EntryError: it cannot be read.
    """
    position, topic, entry, opening, text = stored
    if topic in UPCASTERS:
        return Read(_decoded(stored), erased=False)
    try:
        kind = _kind(topic)
        split = entry.rindex(_META)
        meta = _decode_meta(entry[split + 8 : entry.index(_SEALED, split) + 1])
        erased = kind.private and opening is None
        gone = erased or (kind.published and text is None)
        joined = _joined(entry[8:split], opening, text)
        event = (kind.half if gone else kind.whole)(joined)
    except (KeyError, ValueError, msgspec.DecodeError) as error:
        message = f"position {position}: {topic} cannot be read: {type(error).__name__}"
        raise EntryError(message) from error
    if _NUL in joined:
        event = _without_nul(event)
    return Read(Recorded(position, meta.recorded_at, meta.actor, event), erased)


def _joined(data: bytes, opening: bytes | None, text: bytes | None) -> bytes:
    """One JSON object of the entry's fields and those of the halves."""
    for half in (opening, text):
        if half is not None:
            data = half if data == b"{}" else data[:-1] + b"," + half[1:]
    return data


@cache
def _kind(topic: str) -> _Kind:
    kind = CATALOGUE[topic]
    return _Kind(
        msgspec.json.Decoder(kind).decode,
        _half_decoder(kind),
        bool(fields_of(kind, FieldClass.PRIVATE)),
        bool(fields_of(kind, FieldClass.PUBLISHED)),
    )


def _half_decoder(kind: type[Event]) -> Callable[[bytes], Event]:
    """Decode an event of which a half is gone: private fields unset, published ones empty."""
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    gone: dict[FieldClass, Any] = {
        FieldClass.PRIVATE: msgspec.UNSET,
        FieldClass.PUBLISHED: "",
    }
    fields: list[Any] = [(name, types[name]) for name in fields_of(kind, FieldClass.ENTRY)]
    for field_class, value in gone.items():
        fields += [(name, Any, value) for name in fields_of(kind, field_class)]
    half = msgspec.json.Decoder(msgspec.defstruct(f"{kind.__name__}Half", fields)).decode

    def whole(data: bytes) -> Event:
        found = half(data)
        return kind(**{name: getattr(found, name) for name in types})

    return whole


def _without_nul(event: Event) -> Event:
    """The event without the one character that PostgreSQL keeps in no text."""
    cleaned = {
        name: value.replace("\0", _REPLACEMENT)
        for name in event.__struct_fields__
        if isinstance(value := getattr(event, name), str)
    }
    return msgspec.structs.replace(event, **cleaned)


def _decoded(stored: Stored) -> Recorded:
    event = LogEvent(stored.type, stored.entry, [], "", stored.opening, [], stored.text)
    return decode(LoggedEvent(event, stored.position))
