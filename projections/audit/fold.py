"""How a check is made: a fold over the lines of a history that reports what does not hold."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from ledger.events.base import Event, Recorded
from projections.audit.findings import Fault, Finding
from projections.audit.ground import Ground
from projections.audit.history import Line

Handler = Callable[[Any, Any, Recorded], None]
H = TypeVar("H", bound=Handler)

_MARK = "_hears"


def hears(*event_types: type[Event]) -> Callable[[H], H]:
    """Mark a method ``(self, event, recorded)`` as the handler of these event types."""

    def mark(handler: H) -> H:
        setattr(handler, _MARK, event_types)
        return handler

    return mark


class Fold:
    """Base of all checks. It goes on with what the log says even where that cannot be right.

    So one wrong event gives findings of its own and few of those behind it.
    """

    HANDLERS: ClassVar[dict[type[Event], Handler]] = {}

    def __init_subclass__(cls) -> None:
        """Collect the marked handlers."""
        cls.HANDLERS = {
            event_type: handler
            for handler in vars(cls).values()
            for event_type in getattr(handler, _MARK, ())
        }

    def __init__(self, ground: Ground) -> None:
        """Stand on this ground, which somebody else folds."""
        self.ground = ground
        self.position = 0
        self.findings: list[Finding] = []

    def report(self, fault: Fault, **params: str | int) -> None:
        """Note a finding at the event at hand."""
        self.findings.append(fault.at(self.position, **params))

    def check(self, holds: bool, fault: Fault, **params: str | int) -> None:
        """Note a finding at the event at hand unless something holds."""
        if not holds:
            self.report(fault, **params)

    def take(self, line: Line) -> None:
        """Check one line."""
        self.position = line.position
        if line.recorded is not None:
            self.hear(line.recorded)

    def hear(self, recorded: Recorded) -> None:
        """Check one event that could be read."""
        handler = self.HANDLERS.get(type(recorded.event))
        if handler is not None:
            handler(self, recorded.event, recorded)

    def end(self) -> None:
        """Check what can be said only when all lines were taken."""
