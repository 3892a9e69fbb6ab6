"""What a projection is: a name, a version, its tables and a fold.

A handler is marked with the event types that it folds. Handlers marked ``public`` use entry and
published fields only: they also fold an event whose opening was erased. All others are passed
over then, as if the event had not concerned anybody.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar

import msgspec

from ledger.events.base import Event, Recorded
from ledger.log import canonical
from ledger.log.entries import commitment
from projections.rows import Row, shape_of
from projections.tables import Tables, Touch

Handler = Callable[[Any, Any, Recorded], None]
H = TypeVar("H", bound=Handler)

_MARK = "_projects"


def folds(*event_types: type[Event], public: bool = False) -> Callable[[H], H]:
    """Mark a method ``(self, event, recorded)`` as the handler of these event types."""

    def mark(handler: H) -> H:
        setattr(handler, _MARK, (event_types, public))
        return handler

    return mark


class Read(msgspec.Struct, frozen=True, gc=False):
    """An event as projections get it; where it is ``erased``, its private fields are unset."""

    recorded: Recorded
    erased: bool


Dealt = tuple[Handler, Recorded]
"""An event with the handler that folds it."""


class Projection:
    """Base of all read models. ``VERSION`` goes up when the fold changes.

    Tables that change their shape are noticed by themselves.
    """

    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = ()
    HANDLERS: ClassVar[dict[type[Event], tuple[Handler, bool]]] = {}

    def __init_subclass__(cls) -> None:
        """Collect the marked handlers."""
        cls.HANDLERS = {
            event_type: (handler, marked[1])
            for handler in vars(cls).values()
            if (marked := getattr(handler, _MARK, None))
            for event_type in marked[0]
        }

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        self.tables = tables

    def touches(self, event: Event) -> Iterable[Touch]:
        """Rows that folding the event asks for (a hint for loading a page at once)."""
        del event
        return ()

    def touches_next(self, event: Event) -> Iterable[Touch]:
        """Rows that those loaded so far lead to (a hint as well)."""
        del event
        return ()

    def take(self, dealt: Sequence[Dealt]) -> None:
        """Fold events that were dealt to this projection."""
        if not self.tables.complete:
            self.prefetch([recorded.event for _, recorded in dealt])
        for handle, recorded in dealt:
            handle(self, recorded.event, recorded)

    def prefetch(self, events: list[Event]) -> None:
        """Load what the events will touch, by two statements a table at most."""
        self.tables.load([touch for event in events for touch in self.touches(event)])
        self.tables.load([touch for event in events for touch in self.touches_next(event)])

    @classmethod
    @cache
    def shape(cls) -> str:
        """A digest of the tables' declarations."""
        return commitment(canonical.encode([shape_of(row) for row in cls.TABLES]))


def deal(
    reads: Iterable[Read], projections: Sequence[tuple[type[Projection], int]]
) -> list[list[Dealt]]:
    """Deal the events of a page to projections, each behind a position: one list for each.

    An event whose opening is erased goes to handlers of public fields only.
    """
    hands: list[list[Dealt]] = [[] for _ in projections]
    hearers: dict[type[Event], list[tuple[int, bool, Handler, int]]] = {}
    for hand, (projection, after) in enumerate(projections):
        for event_type, (handler, public) in projection.HANDLERS.items():
            hearers.setdefault(event_type, []).append((hand, public, handler, after))
    for read in reads:
        recorded, erased = read.recorded, read.erased
        for hand, public, handler, after in hearers.get(type(recorded.event), ()):
            if recorded.position > after and (public or not erased):
                hands[hand].append((handler, recorded))
    return hands
