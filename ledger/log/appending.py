"""The library's way to append, as a batch: the same for every store."""

from collections.abc import Callable, Sequence

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBRecorder
from eventsourcing.persistence import IntegrityError

from ledger.log.entries import LogEvent
from ledger.log.store import Batch, Head, Locked


def batch_of(
    recorder: DCBRecorder, events: Sequence[DCBEvent], condition: DCBAppendCondition | None
) -> Callable[[Locked], Batch]:
    """What ``append_batch`` is to prepare for the protocol's ``append``.

    The preparing raises IntegrityError where an event matches the condition.
    """

    def prepare(locked: Locked) -> Batch:
        if condition is not None and list(
            recorder.read(condition.fail_if_events_match, after=condition.after, limit=1)
        ):
            raise IntegrityError(condition)
        return Batch(events=[as_log_event(event, locked.head) for event in events])

    return prepare


def as_log_event(event: DCBEvent, head: Head) -> LogEvent:
    """Any event of the protocol as one of the log's, recorded no earlier than the head."""
    if isinstance(event, LogEvent):
        return event
    return LogEvent(
        type=event.type,
        data=event.data,
        tags=event.tags,
        recorded_at=max(head.now, head.recorded_at),
    )
