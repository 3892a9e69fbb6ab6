"""States: what a decision needs to know, folded from events.

A state is a plain struct with one handler per event type. Resident states hear every event; cold
ones hear the events that carry their tag (``account:H0001``) and are loaded when first touched.
States hold nothing but what the events said, so a snapshot of one can always be thrown away.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, dataclass_transform

import msgspec

from ledger.events.base import Event, Recorded

Handler = Callable[[Any, Any, Recorded], None]
H = TypeVar("H", bound=Handler)

_MARK = "_folds"


def folds(*event_types: type[Event]) -> Callable[[H], H]:
    """Mark a method ``(self, event, recorded)`` as the handler of these event types."""

    def mark(handler: H) -> H:
        setattr(handler, _MARK, event_types)
        return handler

    return mark


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class State(msgspec.Struct, kw_only=True):
    """Base of all states; ``VERSION`` goes up when the fold or the fields change."""

    VERSION: ClassVar[int] = 1
    HANDLERS: ClassVar[dict[type[Event], Handler]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the marked handlers."""
        super().__init_subclass__(**kwargs)
        cls.HANDLERS = {
            event_type: handler
            for handler in vars(cls).values()
            for event_type in getattr(handler, _MARK, ())
        }

    def apply(self, recorded: Recorded) -> None:
        """Fold one event; an event without a handler changes nothing."""
        handler = self.HANDLERS.get(type(recorded.event))
        if handler is not None:
            handler(self, recorded.event, recorded)


class ColdState(State):
    """A state that is loaded by its tag; ``KIND`` is the tag's first word."""

    KIND: ClassVar[str] = ""
    COLD: ClassVar[dict[str, type["ColdState"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the kind known."""
        super().__init_subclass__(**kwargs)
        ColdState.COLD[cls.KIND] = cls
