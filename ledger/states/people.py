"""Households, members and cards: cold states."""

from typing import ClassVar

from msgspec import field

from ledger.events.acts import ActRecorded, OpeningBalanceRecorded
from ledger.events.base import Recorded
from ledger.events.people import (
    CardBlocked,
    CardIssued,
    HouseholdRegistered,
    MemberChanged,
    MemberRegistered,
)
from ledger.events.points import PointsAwarded
from ledger.states.base import ColdState, folds


class Household(ColdState):
    """Whether the household is known."""

    KIND: ClassVar[str] = "household"

    registered: bool = False

    @folds(HouseholdRegistered)
    def household_registered(self, _: HouseholdRegistered, __: Recorded) -> None:
        """The household is known."""
        self.registered = True


class Member(ColdState):
    """A resident: who, where, what they did on which day, and what caps have used up.

    ``done`` lists per local date the recorded acts as ``(rule, from, to)`` in minutes; ``awarded``
    sums the points of plus-awards per ``rule|date`` and ``rule|month``. ``opening`` is the act
    of the newest opening balance.
    """

    KIND: ClassVar[str] = "member"
    VERSION: ClassVar[int] = 2

    household: str | None = None
    name: str = ""
    done: dict[str, list[tuple[str, int | None, int | None]]] = field(default_factory=dict)
    awarded: dict[str, int] = field(default_factory=dict)
    opening: str | None = None

    @folds(MemberRegistered, MemberChanged)
    def member_registered(self, event: MemberRegistered | MemberChanged, _: Recorded) -> None:
        """The details as they are from now on."""
        self.household, self.name = event.household, event.name

    @folds(ActRecorded)
    def act_recorded(self, event: ActRecorded, _: Recorded) -> None:
        """One more act on that day."""
        self.done.setdefault(event.performed_on, []).append(
            (event.rule, event.performed_from, event.performed_to)
        )

    @folds(OpeningBalanceRecorded)
    def opening_balance_recorded(self, event: OpeningBalanceRecorded, _: Recorded) -> None:
        """What the paper book said is known."""
        self.opening = event.act

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, _: Recorded) -> None:
        """The award uses up the caps of its day and month, for good."""
        for period in (event.performed_on, event.performed_on[:7]):
            key = f"{event.rule}|{period}"
            self.awarded[key] = self.awarded.get(key, 0) + event.points


class Card(ColdState):
    """Whose account a card opens, and whether it still does."""

    KIND: ClassVar[str] = "card"

    account: str | None = None
    blocked: bool = False

    @folds(CardIssued)
    def card_issued(self, event: CardIssued, _: Recorded) -> None:
        """The card opens this account."""
        self.account = event.account

    @folds(CardBlocked)
    def card_blocked(self, _: CardBlocked, __: Recorded) -> None:
        """The card opens nothing any more."""
        self.blocked = True
