"""Whether a log is whole: the quick checks that every storm and fault of the tests ends with."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ledger.events.base import CATALOGUE
from ledger.log.cache import StateCache
from ledger.log.canonical import parse_canonical
from ledger.log.entries import LogEvent, LoggedEvent, decode
from ledger.log.store import Batch, Locked, Snapshot, Store


def everything(store: Store, after: int = 0) -> list[LoggedEvent]:
    """All events behind a position, in pages."""
    found: list[LoggedEvent] = []
    while page := store.read_after(after + len(found), 500):
        found += page
    return found


def check_log(store: Store, after: int = 0) -> list[LoggedEvent]:
    """Check the log behind a position and return it: positions, bytes, commitments, tags, times."""
    events = everything(store, after)
    head = store.head().position
    assert list(range(after + 1, head + 1)) == [event.position for event in events]
    times = [json.loads(event.event.data)["meta"]["recorded_at"] for event in events]
    assert sorted(times) == times
    for event in events:
        check_bytes(event.event)
        decode(event)
    return events


def check_bytes(event: LogEvent) -> None:
    """Entry and halves are canonical and committed to, and the tags are what they give."""
    entry = parse_canonical(event.data)
    assert {"data", "meta", "sealed", "text", "type"} == set(entry)
    assert entry["type"] == event.type
    assert (entry["sealed"], entry["text"]) == (digest(event.opening), digest(event.text))
    public, private = tags_from_bytes(event.data, event.opening)
    assert (public, private) == (event.tags, event.private_tags)


def digest(half: bytes | None) -> str | None:
    """The commitment to a half, written out a second time."""
    if half is None:
        return None
    return urlsafe_b64encode(sha256(half).digest()).decode().rstrip("=")


def tags_from_bytes(entry: bytes, opening: bytes | None) -> tuple[list[str], list[str]]:
    """Public and private tags as entry and opening alone give them."""
    read: dict[str, Any] = json.loads(entry)
    kind, data = CATALOGUE[read["type"]], read["data"]
    private: dict[str, Any] = data | json.loads(opening or b"{}")
    hidden = kind.PRIVATE_TAGS if opening is not None else ()
    return _tags(data, kind.PUBLIC_TAGS), _tags(private, hidden)


def _tags(values: dict[str, Any], names: Iterable[str]) -> list[str]:
    return [f"{name}:{values[name]}" for name in names if values[name] is not None]


class _NoSnapshots:
    """A locked log that remembers no snapshot."""

    def __init__(self, locked: Locked) -> None:
        self.head, self.outcomes = locked.head, locked.outcomes
        self.read_after, self.tagged = locked.read_after, locked.tagged

    def snapshots(self, names: Sequence[str]) -> Mapping[str, Snapshot]:
        del names
        return {}


def replayed(store: Store, tags: Sequence[str] = (), *, snapshots: bool = True) -> StateCache:
    """The states that a process without memory comes to, and cold ones of these tags.

    Without `snapshots` everything is folded from the first event on.
    """
    cache = StateCache()

    def prepare(locked: Locked) -> Batch:
        used = locked if snapshots else _NoSnapshots(locked)
        cache.catch_up(used)
        cache.load(used, list(tags))
        cache.committed()
        return Batch()

    store.append_batch((), prepare)
    return cache
