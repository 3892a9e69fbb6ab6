"""Forged histories: the scenario with an event tampered with and sealed again, as if it were so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from ledger.events.base import Event
from ledger.log.entries import LogEvent, LoggedEvent, decode, seal
from projections.audit.findings import Fault
from tests.projections.audit.scenario import history

Events = list[LoggedEvent]
Forge = Callable[[Events], int]
"""Tampers with the events in place; gives the position at which the audit must find fault."""


@dataclass(frozen=True)
class Forgery:
    """A way of tampering, and the fault that it must show as; ``id`` names it in reports."""

    fault: Fault
    forge: Forge
    why: str = ""

    @property
    def id(self) -> str:
        """The fault's code and what was done."""
        return f"{self.fault.code} {self.why}".strip()


def where(events: Sequence[LoggedEvent], kind: type[Event], nth: int = 0) -> int:
    """The position of the nth event of a type; -1 is the last one."""
    return [e.position for e in events if e.event.type == kind.TOPIC][nth]


def at(events: Sequence[LoggedEvent], position: int) -> Any:
    """The event at a position."""
    return decode(events[position - 1]).event


def resealed(
    logged: LoggedEvent, event: Event, actor: str | None = None, recorded_at: str | None = None
) -> LoggedEvent:
    """An event in the place of another."""
    recorded = decode(logged)
    stored = seal(
        event,
        actor=recorded.actor if actor is None else actor,
        recorded_at=recorded_at or recorded.recorded_at,
        salt=lambda half: half.encode().ljust(16, b"."),
    )
    return LoggedEvent(stored, logged.position)


def changed(
    kind: type[Event],
    nth: int = 0,
    /,
    *,
    actor: str | None = None,
    recorded_at: str | None = None,
    shown: tuple[type[Event], int] | None = None,
    **fields: Any,
) -> Forge:
    """Change fields of the nth event of a type; a callable is given the field's old value.

    Where it shows at another event, `shown` says which.
    """

    def forge(events: Events) -> int:
        position = where(events, kind, nth)
        old = at(events, position)
        new = {n: v(getattr(old, n)) if callable(v) else v for n, v in fields.items()}
        event = msgspec.structs.replace(old, **new)
        who = post_of(events, actor) if actor else None
        events[position - 1] = resealed(events[position - 1], event, who, recorded_at)
        return where(events, *shown) if shown else position

    return forge


def again(
    kind: type[Event], nth: int = 0, /, *, before: type[Event] | None = None, **fields: Any
) -> Forge:
    """Repeat the nth event of a type, with other fields, before an event or at the end."""

    def forge(events: Events) -> int:
        position = where(events, kind, nth)
        index = len(events) if before is None else where(events, before) - 1
        event = msgspec.structs.replace(at(events, position), **fields)
        time = decode(events[min(index, len(events) - 1)]).recorded_at
        events.insert(index, resealed(events[position - 1], event, None, time))
        renumber(events)
        return index + 1

    return forge


def renumber(events: Events) -> None:
    """Give the events the positions at which they stand."""
    events[:] = [LoggedEvent(event.event, n) for n, event in enumerate(events, 1)]


def removed(kind: type[Event], nth: int = 0, *, shows_at: int) -> Forge:
    """Take the nth event of a type out and close the gap; ``shows_at`` counts from there."""

    def forge(events: Events) -> int:
        position = where(events, kind, nth)
        del events[position - 1]
        renumber(events)
        return position + shows_at

    return forge


def raw(kind: type[Event], edit: Callable[[LogEvent], LogEvent]) -> Forge:
    """Edit the stored bytes of the first event of a type."""

    def forge(events: Events) -> int:
        position = where(events, kind)
        edited = edit(replace(events[position - 1].event))
        events[position - 1] = LoggedEvent(edited, position)
        return position

    return forge


def post_of(events: Sequence[LoggedEvent], actor: str) -> str:
    """The post of an officer of the scenario; any other word stands for itself."""
    for event in (decode(e).event for e in events if e.event.type == "officer-appointed.v1"):
        fields = event.as_dict()
        if fields["officer"] == actor:
            return str(fields["post"])
    return actor


def nowhere(forge: Forge) -> Forge:
    """The same, where it shows in the sums of the whole and at no one position."""

    def sums(events: Events) -> int:
        forge(events)
        return 0

    return sums


def forged(forgery: Forgery) -> tuple[Events, int]:
    """The scenario after the forgery, and where the fault must be found."""
    events = list(history())
    return events, forgery.forge(events)
