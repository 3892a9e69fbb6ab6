"""Households, members, cards and who holds which post: all of it personal."""

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.events.base import Event, Recorded
from ledger.events.officers import OfficerAppointed, RelativesDeclared
from ledger.events.people import (
    CardBlocked,
    CardIssued,
    HouseholdRegistered,
    MemberChanged,
    MemberRegistered,
)
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Connection, Tables, Touch

NAMES_MAX: Final = 20
"""Members of one household that are named together."""


class HouseholdRow(Row):
    """A household and where it lives; an empty text was not given."""

    TABLE = "households"
    KEY = ("household",)
    INDEXES = (("building",), ("grid",))
    PERSON = "household"

    household: str
    grid: str
    building: str
    flat: str
    registered_at: str


class MemberRow(Row):
    """A resident with a volunteer number; ``consent`` is real, masked or anonymous."""

    TABLE = "members"
    KEY = ("member",)
    INDEXES = (("household",), ("name",), ("team",))
    PERSON = "member"

    member: str
    household: str
    name: str
    phone: str
    team: str
    consent: str
    registered_at: str


class CardRow(Row):
    """A card of an account; a blocked one opens nothing."""

    TABLE = "cards"
    KEY = ("card",)
    INDEXES = (("account",),)
    PERSON = "account"

    card: str
    account: str
    issued_at: str
    blocked_at: str | None = None


class OfficerRow(Row):
    """Who holds a post: officer number and name, and who they are as a resident."""

    TABLE = "officers"
    KEY = ("post",)
    INDEXES = (("officer",),)
    PERSON = "officer"

    post: str
    officer: str
    name: str
    member: str | None


class RelativesRow(Row):
    """A household that an officer never decides for."""

    TABLE = "relatives"
    KEY = ("officer", "household")
    PERSON = "household"

    officer: str
    household: str


class People(Projection):
    """Who is who."""

    NAME: ClassVar[str] = "people"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (
        HouseholdRow,
        MemberRow,
        CardRow,
        OfficerRow,
        RelativesRow,
    )

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.households, self.members = tables[HouseholdRow], tables[MemberRow]
        self.cards, self.officers = tables[CardRow], tables[OfficerRow]
        self.relatives = tables[RelativesRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The member, card or household that the event changes."""
        if isinstance(event, MemberChanged):
            yield MemberRow, event.member
        elif isinstance(event, CardBlocked):
            yield CardRow, event.card
        elif isinstance(event, RelativesDeclared):
            yield RelativesRow, (event.officer, event.household)

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, recorded: Recorded) -> None:
        """The household is known."""
        self.households.add(
            HouseholdRow(
                household=event.household,
                grid=event.grid,
                building=event.building,
                flat=event.flat,
                registered_at=recorded.recorded_at,
            )
        )

    @folds(MemberRegistered)
    def member_registered(self, event: MemberRegistered, recorded: Recorded) -> None:
        """The member is known."""
        self.members.add(
            MemberRow(
                member=event.member,
                household=event.household,
                name=event.name,
                phone=event.phone,
                team=event.team,
                consent=event.consent,
                registered_at=recorded.recorded_at,
            )
        )

    @folds(MemberChanged)
    def member_changed(self, event: MemberChanged, _: Recorded) -> None:
        """The details as they are from now on."""
        member = self.members.edit(event.member)
        member.household, member.name, member.phone = event.household, event.name, event.phone
        member.team, member.consent = event.team, event.consent

    @folds(CardIssued)
    def card_issued(self, event: CardIssued, recorded: Recorded) -> None:
        """The card opens this account."""
        self.cards.add(
            CardRow(card=event.card, account=event.account, issued_at=recorded.recorded_at)
        )

    @folds(CardBlocked)
    def card_blocked(self, event: CardBlocked, recorded: Recorded) -> None:
        """The card opens nothing any more."""
        self.cards.edit(event.card).blocked_at = recorded.recorded_at

    @folds(OfficerAppointed)
    def officer_appointed(self, event: OfficerAppointed, _: Recorded) -> None:
        """Who holds the post."""
        self.officers.add(
            OfficerRow(
                post=event.post,
                officer=event.officer,
                name=event.name,
                member=event.member,
            )
        )

    @folds(RelativesDeclared)
    def relatives_declared(self, event: RelativesDeclared, _: Recorded) -> None:
        """Declaring twice changes nothing."""
        if self.relatives.find((event.officer, event.household)) is None:
            self.relatives.add(RelativesRow(officer=event.officer, household=event.household))


def names_of(connection: Connection, account: str) -> list[str]:
    """The names of the members that an account belongs to: of a household, or one member."""
    rows = connection.execute(
        "SELECT name FROM members WHERE household = %s OR member = %s ORDER BY member LIMIT %s",
        (account, account, NAMES_MAX),
    )
    return [name for (name,) in rows]
