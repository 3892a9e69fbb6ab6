"""An agenda: things to do at instants, done in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.rehearsal.timeline import Kind

Do = Callable[[str], None]
"""Does one thing at an instant."""
OnProgress = Callable[[int, int], None]
"""Told how much is done of how much."""


def silent(_done: int, _total: int) -> None:
    """Where nobody wants to be told."""


@dataclass(slots=True)
class Agenda:
    """What falls on one instant happens in the order of the kinds, then as it was noted."""

    items: list[tuple[str, Kind, int, Do]] = field(default_factory=list)

    def note(self, at: str, kind: Kind, do: Do) -> None:
        """Something to do at an instant."""
        self.items.append((at, kind, len(self.items), do))

    def work_off(self, on_progress: OnProgress = silent) -> None:
        """Do everything, once."""
        todo, self.items = sorted(self.items, key=lambda item: item[:3]), []
        for done, (at, _, _, do) in enumerate(todo):
            on_progress(done, len(todo))
            do(at)
        on_progress(len(todo), len(todo))
