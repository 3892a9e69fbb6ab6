"""The history that an audit reads: stored events in order, each decoded once.

Nothing is trusted here. What cannot be read is None, with the reason beside it, so that a check
can say so and the others can go on.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ledger.events.base import CATALOGUE, Recorded
from ledger.log.canonical import NotCanonicalError, parse, parse_canonical
from ledger.log.entries import LogEvent, LoggedEvent, upcast
from ledger.log.store import Store

PAGE_EVENTS: Final = 2_000
HALF_KEYS: Final = frozenset({"salt", "v"})
"""What an opening or text holds beside the fields of its event."""
ENTRY_KEYS: Final = frozenset({"data", "meta", "sealed", "text", "type"})
META_KEYS: Final = frozenset({"actor", "recorded_at"})

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the history.

    ``entry``, ``opening`` and ``text`` are the parsed bytes, None where there are none or they
    cannot be read; ``reasons`` says by part why they are not what the format asks. ``recorded``
    is the event, None where the parts do not make one.
    """

    position: int
    stored: LogEvent
    entry: Fields | None
    opening: Fields | None
    text: Fields | None
    recorded: Recorded | None
    reasons: dict[str, str]


def _parsed(part: str, data: bytes | None, reasons: dict[str, str]) -> Fields | None:
    if data is None:
        return None
    value = None
    try:
        value = parse_canonical(data)
    except NotCanonicalError as error:
        reasons[part] = str(error)
        with suppress(NotCanonicalError):
            value = parse(data)
    if not isinstance(value, dict):
        reasons.setdefault(part, "members")
        return None
    return value


def _is_entry(entry: Fields) -> bool:
    """Whether an entry has the members of the design, each of its kind."""
    meta = entry.get("meta")
    return (
        entry.keys() == ENTRY_KEYS
        and isinstance(meta, dict)
        and meta.keys() == META_KEYS
        and all(isinstance(value, str) for value in (*meta.values(), entry["type"]))
        and all(entry[half] is None or isinstance(entry[half], str) for half in ("sealed", "text"))
        and isinstance(entry["data"], dict)
    )


def _event(position: int, entry: Fields, *halves: Fields | None) -> Recorded | None:
    fields = dict(entry["data"])
    for half in halves:
        fields |= {name: value for name, value in (half or {}).items() if name not in HALF_KEYS}
    try:
        topic, fields = upcast(entry["type"], fields)
        event = msgspec.convert(fields, CATALOGUE[topic])
    except (KeyError, TypeError, ValueError, msgspec.MsgspecError):
        return None
    meta = entry["meta"]
    return Recorded(position, meta["recorded_at"], meta["actor"], event)


def read(logged: LoggedEvent) -> Line:
    """One stored event as a line of the history; never raises for what the bytes are."""
    stored, reasons = logged.event, dict[str, str]()
    entry = _parsed("entry", stored.data, reasons)
    opening = _parsed("opening", stored.opening, reasons)
    text = _parsed("text", stored.text, reasons)
    if entry is not None and not _is_entry(entry):
        reasons.setdefault("entry", "members")
        entry = None
    recorded = None if entry is None else _event(logged.position, entry, opening, text)
    return Line(logged.position, stored, entry, opening, text, recorded, reasons)


class History:
    """The lines of a log, in order. Each iteration reads them once, a page in memory at a time."""

    def __init__(self, events: Callable[[], Iterable[LoggedEvent]]) -> None:
        """``events`` gives the stored events from the first one on, each time it is called."""
        self._events = events

    @classmethod
    def of(cls, events: Iterable[LoggedEvent]) -> "History":
        """The history of events in memory."""
        kept = list(events)
        return cls(lambda: kept)

    @classmethod
    def stored(cls, store: Store) -> "History":
        """The history of a log, up to its head as it is when the reading begins."""
        return cls(lambda: _pages(store))

    def __iter__(self) -> Iterator[Line]:
        """Read the lines."""
        return map(read, self._events())


def _pages(store: Store) -> Iterator[LoggedEvent]:
    head, position = store.head().position, 0
    while position < head:
        page = store.read_after(position, min(PAGE_EVENTS, head - position))
        if not page:
            return
        yield from page
        position = page[-1].position
