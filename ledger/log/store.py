"""What a log can do, whether it lies in PostgreSQL or in memory.

There is one way to write: ``append_batch`` takes the head lock, lets the caller prepare a batch
at the head, gives the events their positions and makes everything durable in one piece.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ledger.errors import LedgerError
from ledger.log.entries import LogEvent, LoggedEvent

BEGINNING = "0001-01-01T00:00:00Z"
"""The head's instant before the first event."""


class Head(NamedTuple):
    """The end of the log: the last position (0: empty) and when it was recorded.

    ``now`` is the database's own clock at the time of the lock.
    """

    position: int
    recorded_at: str
    now: str


class RequestKey(NamedTuple):
    """A key belongs to one owner."""

    key: str
    owner: str


class StoredOutcome(NamedTuple):
    """What was answered to a request, and to which body."""

    fingerprint: bytes
    outcome: bytes


class Answered(NamedTuple):
    """A request's outcome as a batch stores it; ``position`` of its first event, if any."""

    request: RequestKey
    stored: StoredOutcome
    position: int | None
    recorded_at: str


class Snapshot(NamedTuple):
    """A state as of a position; ``version`` is that of the fold."""

    name: str
    version: int
    position: int
    state: bytes


@dataclass(slots=True)
class Batch:
    """What one transaction appends; ``events`` take the positions after the head, in order."""

    events: list[LogEvent] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)


class Locked(Protocol):
    """The log while its head is locked: nobody else writes."""

    head: Head

    def outcomes(self) -> Mapping[RequestKey, StoredOutcome]:
        """Of the keys named to ``append_batch``, those that were answered before."""
        ...

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events behind a position, in order."""
        ...

    def tagged(self, wanted: Mapping[str, int]) -> Iterable[LoggedEvent]:
        """Events with a private tag, each behind the position named for the tag, in order."""
        ...

    def snapshots(self, names: Sequence[str]) -> Mapping[str, Snapshot]:
        """The stored snapshots of these names."""
        ...


class Store(Protocol):
    """A log that can be written and read."""

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        """Append what ``prepare`` returns, durably, and return the new head.

        An exception of ``prepare`` leaves nothing behind.

        Raises:
            StoreUnavailableError: the outcome is unknown; the batch may be stored or not.
        """
        ...

    def head(self) -> Head:
        """The end of the log."""
        ...

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events behind a position, in order."""
        ...

    def tagged_after(self, tag: str, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events with one private tag behind a position, in order."""
        ...

    def release(self) -> None:
        """Give up what is held between batches; the next batch takes it again."""
        ...

    def close(self) -> None:
        """Give up everything."""
        ...


class StoreUnavailableError(LedgerError):
    """The database did not answer, and nobody knows yet whether the last batch is stored."""

    code = "store_unavailable"
    status = 503
    message = "The ledger's database does not answer. Send the same request again in a moment."
