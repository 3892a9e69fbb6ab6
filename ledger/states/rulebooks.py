"""The rulebooks, and which one is in force on a day."""

from msgspec import Struct, field

from ledger.events.base import Recorded
from ledger.events.rulebooks import RulebookAdopted, RuleListed
from ledger.states.base import State, folds


class Rule(Struct):
    """One line of a rulebook; see :class:`ledger.events.rulebooks.RuleListed`."""

    rule: str
    sign: int
    unit: str
    points: int
    cap_day: int | None
    cap_month: int | None

    @property
    def per_hour(self) -> bool:
        """Whether the rule counts hours, so that an act needs a start and an end."""
        return self.unit == "hour"

    def raw_points(self, minutes: int | None) -> int:
        """Signed points before caps: per hour whole hours count, at least one."""
        units = max(1, (minutes or 0) // 60) if self.per_hour else 1
        return self.sign * self.points * units


class Rulebook(Struct):
    """A rulebook and its rules by code."""

    rulebook: str
    in_force_from: str
    rules: dict[str, Rule]


class Rulebooks(State):
    """Resident. Rulebooks by id, in the order of their adoption."""

    books: dict[str, Rulebook] = field(default_factory=dict)

    def in_force(self, day: str) -> Rulebook | None:
        """The rulebook in force on a local date: the latest start, of those the last adopted."""
        started = [b for b in self.books.values() if b.in_force_from <= day]
        return max(reversed(started), key=lambda b: b.in_force_from, default=None)

    def newest(self) -> Rulebook | None:
        """The rulebook that came into force, or will, last."""
        return max(reversed(self.books.values()), key=lambda b: b.in_force_from, default=None)

    @folds(RulebookAdopted)
    def rulebook_adopted(self, event: RulebookAdopted, _: Recorded) -> None:
        """Add the book; its rules follow."""
        self.books[event.rulebook] = Rulebook(event.rulebook, event.in_force_from, {})

    @folds(RuleListed)
    def rule_listed(self, event: RuleListed, _: Recorded) -> None:
        """Add a rule to its book."""
        self.books[event.rulebook].rules[event.rule] = Rule(
            event.rule, event.sign, event.unit, event.points, event.cap_day, event.cap_month
        )
