"""Households, members and cards."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.commands.acts import MemberUnknown
from ledger.commands.base import Command, Context, Decided, OfficerUnknown, States, check_post
from ledger.commands.community import GridUnknown
from ledger.commands.exchanges import CardBlocked, CardUnknown
from ledger.errors import Refusal
from ledger.events.people import CardBlocked as CardWasBlocked
from ledger.events.people import (
    CardIssued,
    HouseholdRegistered,
    MemberChanged,
    MemberRegistered,
)
from ledger.states.officers import PostKind


class HouseholdKnown(Refusal):
    """The number is taken."""

    code = "household_known"
    message = "A household with this number is registered already."


class HouseholdUnknown(Refusal):
    """No such household."""

    code = "household_unknown"
    message = "No household with this number is registered."


class BuildingUnknown(Refusal):
    """No such building."""

    code = "building_unknown"
    message = "This building is not registered."


class MemberKnown(Refusal):
    """The number is taken."""

    code = "member_known"
    message = "This volunteer number is registered already."


class CardKnown(Refusal):
    """The number is taken."""

    code = "card_known"
    message = "A card with this number was issued already."


class AccountUnknown(Refusal):
    """No such account."""

    code = "account_unknown"
    message = "No such account is open."


class RegisterHousehold(Command):
    """A household and where it lives; ``building`` empty: not given."""

    NAME: ClassVar[str] = "register-household"
    REFUSALS = (
        OfficerUnknown,
        GridUnknown,
        HouseholdKnown,
        BuildingUnknown,
    )

    household: str
    grid: str
    building: str
    flat: str

    def touches(self) -> Iterable[str]:
        """The household."""
        yield f"household:{self.household}"

    def decide(self, context: Context) -> Decided:
        """Once, in a known place."""
        post = check_post(context, PostKind.SECRETARY)
        community = context.states.community
        if context.states.household(self.household).registered:
            raise HouseholdKnown
        if self.grid and self.grid not in community.grids:
            raise GridUnknown
        if self.building and self.building not in community.buildings:
            raise BuildingUnknown
        event = HouseholdRegistered(
            household=self.household, grid=self.grid, building=self.building, flat=self.flat
        )
        return Decided([event], post.post, {"household": self.household})


class MemberDetails(Command):
    """All that is known of a resident; ``consent`` is real, masked or anonymous."""

    member: str
    household: str
    name: str
    phone: str
    team: str
    consent: str

    def touches(self) -> Iterable[str]:
        """The member and the household."""
        yield f"member:{self.member}"
        yield f"household:{self.household}"

    def details(self) -> dict[str, str]:
        """The fields of the event."""
        return {name: getattr(self, name) for name in MemberDetails.__struct_fields__}


class RegisterMember(MemberDetails):
    """A resident with a volunteer number."""

    NAME: ClassVar[str] = "register-member"
    REFUSALS = (
        OfficerUnknown,
        HouseholdUnknown,
        MemberKnown,
    )

    def decide(self, context: Context) -> Decided:
        """Once, in a known household."""
        post = check_post(context, PostKind.SECRETARY)
        if context.states.member(self.member).household is not None:
            raise MemberKnown
        check_household(context.states, self.household)
        event = MemberRegistered(**self.details())
        return Decided([event], post.post, {"member": self.member})


class ChangeMember(MemberDetails):
    """All details of a member as they are from now on."""

    NAME: ClassVar[str] = "change-member"
    REFUSALS = (
        OfficerUnknown,
        MemberUnknown,
        HouseholdUnknown,
    )

    def decide(self, context: Context) -> Decided:
        """A known member, in a known household."""
        post = check_post(context, PostKind.SECRETARY)
        if context.states.member(self.member).household is None:
            raise MemberUnknown
        check_household(context.states, self.household)
        return Decided([MemberChanged(**self.details())], post.post, {"member": self.member})


def check_household(states: States, household: str) -> None:
    """The household is registered.

    Raises:
        HouseholdUnknown: it is not.
    """
    if not states.household(household).registered:
        raise HouseholdUnknown


class IssueCard(Command):
    """A new card for an account; older ones stay as they are until blocked."""

    NAME: ClassVar[str] = "issue-card"
    REFUSALS = (
        OfficerUnknown,
        CardKnown,
        AccountUnknown,
    )

    card: str
    account: str

    def touches(self) -> Iterable[str]:
        """The card and whom it is for."""
        yield f"card:{self.card}"
        yield f"household:{self.account}"

    def decide(self, context: Context) -> Decided:
        """A number is issued once."""
        post = check_post(context, PostKind.SECRETARY)
        states = context.states
        if states.card(self.card).account is not None:
            raise CardKnown
        if states.community.account_holder == "member":
            known = states.member(self.account).household is not None
        else:
            known = states.household(self.account).registered
        if not known:
            raise AccountUnknown
        return Decided([CardIssued(card=self.card, account=self.account)], post.post)


class BlockCard(Command):
    """Block a lost card; the account stays as it is."""

    NAME: ClassVar[str] = "block-card"
    REFUSALS = (
        OfficerUnknown,
        CardUnknown,
        CardBlocked,
    )

    card: str

    def touches(self) -> Iterable[str]:
        """The card."""
        yield f"card:{self.card}"

    def decide(self, context: Context) -> Decided:
        """A card in use."""
        post = check_post(context, PostKind.SECRETARY, PostKind.CLERK)
        card = context.states.card(self.card)
        if card.account is None:
            raise CardUnknown
        if card.blocked:
            raise CardBlocked
        return Decided([CardWasBlocked(card=self.card, account=card.account)], post.post)
