"""What every command has: a context to decide in, and the decision that comes out.

Decisions are pure: time, ids and the acting officer come from the context, facts from the states.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Protocol, dataclass_transform

import msgspec

from ledger.calendar import is_instant, plus_months
from ledger.errors import Refusal
from ledger.events.base import Event
from ledger.states import (
    Account,
    Act,
    Card,
    Community,
    Exchange,
    Household,
    Keys,
    Member,
    Notices,
    Officers,
    RegisterNumber,
    Rulebooks,
    Shop,
)
from ledger.states.officers import Post, PostKind

CLOCKWORK: Final = "clockwork"
RESIDENT: Final = "resident"
NOW: Final = "now"
"""Stands in a command for the instant of the decision, where paper would give another."""


class States(Protocol):
    """The states as a decision sees them; cold ones are loaded when first asked for."""

    community: Community
    officers: Officers
    keys: Keys
    rulebooks: Rulebooks
    notices: Notices
    shop: Shop

    def account(self, account: str) -> Account:
        """The account of that id."""

    def act(self, act: str) -> Act:
        """The act of that id."""

    def card(self, card: str) -> Card:
        """The card of that number."""

    def exchange(self, exchange: str) -> Exchange:
        """The exchange of that id."""

    def household(self, household: str) -> Household:
        """The household of that number."""

    def member(self, member: str) -> Member:
        """The member of that volunteer number."""

    def register_number(self, number: int) -> RegisterNumber:
        """What the number of the paper register stands for."""


@dataclass(slots=True)
class Context:
    """When, by whom and with which fresh ids a command is decided, behind which position."""

    states: States
    instant: str
    today: str
    principal: str
    ids: Iterator[str]
    position: int

    def new_id(self) -> str:
        """A fresh id: 80 bits in 16 characters."""
        return next(self.ids)

    def at(self, reported: str | None) -> str | None:
        """The instant that a command reports; ``NOW`` is the instant of the decision.

        Another spelling than the ledger's cannot be compared and counts as unreadable.
        """
        if reported == NOW:
            return self.instant
        return reported if reported is not None and is_instant(reported) else None

    def in_period(self, reported: str | None) -> bool:
        """Whether a reported instant is readable and lies in the ledger's period."""
        instant = self.at(reported)
        return instant is not None and self.states.community.holds(instant)

    def expiry(self, day: str) -> str | None:
        """The local date from which on points that come in on ``day`` are void."""
        months = self.states.community.expiry_months
        return None if months is None else plus_months(day, months)

    def acting(self, *kinds: PostKind) -> Post | None:
        """The post in which the caller acts now, if it is one of these kinds (none: any)."""
        return self.states.officers.acting(self.principal, self.instant, *kinds)

    def is_kin(self, post: Post, *households: str | None) -> bool:
        """Whether one of the households is the officer's own or that of declared relatives."""
        kin = self.states.officers.officers[post.officer].households
        return any(household in kin for household in households)


@dataclass(slots=True)
class Decided:
    """Events to append in one piece, in whose name, and what the caller is told."""

    events: list[Event]
    actor: str
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One use case. ``decide`` returns the decision or raises a :class:`Refusal`."""

    NAME: ClassVar[str] = ""
    REFUSALS: ClassVar[tuple[type[Refusal], ...]] = ()
    """Every refusal that deciding may end with; callers are told of them beforehand."""

    def decide(self, context: Context) -> Decided:
        """Decide; pure.

        Raises:
            Refusal: the ledger's rules are against it.
        """
        raise TypeError(type(self).__name__)  # every command has its own

    def touches(self) -> Iterable[str]:
        """Tags of the cold states that the decision asks for first (a hint for prefetching)."""
        return ()

    def touches_next(self, states: States) -> Iterable[str]:
        """Tags that states loaded so far lead to (a hint as well; unloaded states are blank)."""
        del states
        return ()


class OfficerUnknown(Refusal):
    """The caller holds no post that may do this now."""

    code = "officer_unknown"
    message = "Only an officer whose post allows this, here and at this time, may do it."


class OfficerConflict(Refusal):
    """Nobody acts for their own household or relatives."""

    code = "officer_conflict"
    message = "An officer may not act for their own household or relatives. A colleague must do it."


class TimeInvalid(Refusal):
    """The reported time cannot be read or lies outside the ledger's period."""

    code = "time_invalid"
    message = "The time cannot be read, or lies outside the period of the ledger."


def check_post(context: Context, *kinds: PostKind) -> Post:
    """The acting post.

    Raises:
        OfficerUnknown: the caller holds none of these posts now.
    """
    post = context.acting(*kinds)
    if post is None:
        raise OfficerUnknown
    return post


def check_not_kin(context: Context, post: Post, *households: str | None) -> None:
    """Nobody acts for their own household or relatives.

    Raises:
        OfficerConflict: they would.
    """
    if context.is_kin(post, *households):
        raise OfficerConflict


def check_time(context: Context, reported: str | None) -> None:
    """A reported instant is readable and lies in the period.

    Raises:
        TimeInvalid: it does not.
    """
    if not context.in_period(reported):
        raise TimeInvalid


def check_instants(*instants: str | None) -> None:
    """Instants that a command brings are spelled as the ledger compares them.

    Raises:
        TimeInvalid: one is not.
    """
    if not all(instant is None or is_instant(instant) for instant in instants):
        raise TimeInvalid


def account_of(states: States, member: str) -> str:
    """The account that a member earns for: the household's or their own."""
    if states.community.account_holder == "member":
        return member
    return states.member(member).household or ""


def household_of(states: States, account: str) -> str | None:
    """The household that an account belongs to."""
    if states.community.account_holder == "member":
        return states.member(account).household
    return account
