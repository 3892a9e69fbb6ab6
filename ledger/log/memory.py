"""The log in memory, on the library's own in-memory recorder: for unit tests and try-outs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.popo import InMemoryDCBRecorder

from ledger.calendar import instant_of
from ledger.log.appending import batch_of
from ledger.log.entries import LoggedEvent
from ledger.log.store import (
    BEGINNING,
    Batch,
    Head,
    Locked,
    RequestKey,
    Snapshot,
    StoredOutcome,
)


class MemoryStore(InMemoryDCBRecorder):
    """A :class:`ledger.log.store.Store` that keeps nothing after the process."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._outcomes: dict[RequestKey, StoredOutcome] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._recorded_at = BEGINNING

    def head(self) -> Head:
        """The end of the log."""
        return Head(len(self.events), self._recorded_at, instant_of(datetime.now(UTC)))

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        """See :class:`ledger.log.store.Store`."""
        with self._database_lock:
            batch = prepare(_MemoryLock(self, keys))
            for event in batch.events:
                self.events.append(LoggedEvent(event, next(self.position_sequence)))
                self._recorded_at = max(self._recorded_at, event.recorded_at)
            self._outcomes |= {a.request: a.stored for a in batch.answered}
            self._snapshots |= {s.name: s for s in batch.snapshots}
            self._notify_listeners()
            return self.head()

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """The protocol's way to write: a batch of its own."""
        return self.append_batch((), batch_of(self, events, condition)).position

    def logged(self) -> list[LoggedEvent]:
        """All events."""
        return cast("list[LoggedEvent]", self.events)

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events behind a position; positions are gapless."""
        return self.logged()[position : position + limit]

    def tagged_after(self, tag: str, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events with one private tag."""
        found = [e for e in self.logged()[position:] if tag in e.event.private_tags]
        return found[:limit]

    def release(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is held."""


class _MemoryLock:
    def __init__(self, store: MemoryStore, keys: Sequence[RequestKey]) -> None:
        self.head = store.head()
        self._store, self._keys = store, keys

    def outcomes(self) -> Mapping[RequestKey, StoredOutcome]:
        stored = self._store._outcomes
        return {key: stored[key] for key in self._keys if key in stored}

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        return self._store.read_after(position, limit)

    def tagged(self, wanted: Mapping[str, int]) -> Iterable[LoggedEvent]:
        for logged in self._store.logged():
            if any(wanted.get(t, logged.position) < logged.position for t in _tags(logged)):
                yield logged

    def snapshots(self, names: Sequence[str]) -> Mapping[str, Snapshot]:
        stored = self._store._snapshots
        return {name: stored[name] for name in names if name in stored}


def _tags(logged: LoggedEvent) -> list[str]:
    return logged.event.private_tags
