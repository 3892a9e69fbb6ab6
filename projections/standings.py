"""Standings: points and minutes of service by month, of people and of the groups they belong to.

The month is that of ``performed_on``. What an act added, and to whom, is remembered by act, so that
a reversal takes exactly that back even when the member has moved or changed the team since. An
opening balance is of an earlier time and counts for nobody's standing.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ledger.events.acts import NO_RULE
from ledger.events.base import Event, Recorded
from ledger.events.people import HouseholdRegistered, MemberChanged, MemberRegistered
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Tables, Touch


class StandingRow(Row):
    """Sums of one month; ``acts`` counts those that are service. ``key`` names one of ``kind``."""

    KEY = ("kind", "key", "period")
    INDEXES = (("kind", "period"),)

    kind: str
    key: str
    period: str
    points: int = 0
    minutes: int = 0
    acts: int = 0


class PersonStandingRow(StandingRow):
    """A member or a household in one month."""

    TABLE = "person_standings"
    PERSON = "key"


class GroupStandingRow(StandingRow):
    """A team, a building or a grid in one month."""

    TABLE = "group_standings"


class BookingRow(Row):
    """What an act added, to whom, while it is not taken back."""

    TABLE = "standing_bookings"
    KEY = ("act",)
    INDEXES = (("member",),)
    PERSON = "member"

    act: str
    member: str
    household: str
    team: str
    building: str
    grid: str
    period: str
    points: int
    minutes: int
    acts: int


class HouseholdPlaceRow(Row):
    """Where a household lives."""

    TABLE = "standing_households"
    KEY = ("household",)
    PERSON = "household"

    household: str
    building: str
    grid: str


class MemberPlaceRow(Row):
    """Where a member lives and serves."""

    TABLE = "standing_members"
    KEY = ("member",)
    PERSON = "member"

    member: str
    household: str
    team: str
    building: str
    grid: str


PERSONS = ("member", "household")
GROUPS = ("team", "building", "grid")


def standing_keys(
    row: BookingRow | MemberPlaceRow, period: str
) -> Iterator[tuple[type[StandingRow], tuple[str, str, str]]]:
    """The standings that an act of this member counts for; no group without a name."""
    for kind in PERSONS:
        yield PersonStandingRow, (kind, getattr(row, kind), period)
    for kind in GROUPS:
        if name := getattr(row, kind):
            yield GroupStandingRow, (kind, name, period)


class Standings(Projection):
    """Points, minutes and acts by month."""

    NAME: ClassVar[str] = "standings"
    VERSION: ClassVar[int] = 2
    TABLES: ClassVar[tuple[type[Row], ...]] = (
        PersonStandingRow,
        GroupStandingRow,
        BookingRow,
        HouseholdPlaceRow,
        MemberPlaceRow,
    )

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.bookings = tables[BookingRow]
        self.households, self.members = tables[HouseholdPlaceRow], tables[MemberPlaceRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The member, the household, and what the act added."""
        if isinstance(event, MemberRegistered | MemberChanged | HouseholdRegistered):
            yield HouseholdPlaceRow, event.household
        if isinstance(event, MemberChanged | PointsAwarded | PointsDeducted | ActCapped):
            yield MemberPlaceRow, event.member
        if isinstance(event, AwardReversed):
            yield BookingRow, event.act

    def touches_next(self, event: Event) -> Iterable[Touch]:
        """The standings that change."""
        row: BookingRow | MemberPlaceRow | None = None
        if isinstance(event, PointsAwarded | PointsDeducted | ActCapped):
            row = self.members.find(event.member)
        elif isinstance(event, AwardReversed):
            row = self.bookings.find(event.act)
        if row is not None:
            yield from standing_keys(row, event.performed_on[:7])  # type: ignore[attr-defined]

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, _: Recorded) -> None:
        """Where it lives."""
        self.households.add(
            HouseholdPlaceRow(household=event.household, building=event.building, grid=event.grid)
        )

    @folds(MemberRegistered)
    def member_registered(self, event: MemberRegistered, _: Recorded) -> None:
        """Where they live and serve."""
        self.members.add(
            MemberPlaceRow(
                member=event.member,
                household=event.household,
                team=event.team,
                building=self._place(event.household).building,
                grid=self._place(event.household).grid,
            )
        )

    @folds(MemberChanged)
    def member_changed(self, event: MemberChanged, _: Recorded) -> None:
        """What is booked from now on counts for the new place and team."""
        member, place = self.members.edit(event.member), self._place(event.household)
        member.household, member.team = event.household, event.team
        member.building, member.grid = place.building, place.grid

    def _place(self, household: str) -> HouseholdPlaceRow:
        nowhere = HouseholdPlaceRow(household=household, building="", grid="")
        return self.households.find(household) or nowhere

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, _: Recorded) -> None:
        """Points and minutes."""
        if event.rule != NO_RULE:
            self._book(event, event.points, event.minutes or 0, 1)

    @folds(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, _: Recorded) -> None:
        """Points go; the minutes of such an act are no service."""
        self._book(event, -event.points, 0, 0)

    @folds(ActCapped)
    def act_capped(self, event: ActCapped, _: Recorded) -> None:
        """No points, but minutes: service under a cap is service."""
        self._book(event, 0, event.minutes or 0, 1)

    @folds(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """Everything that the act added goes from where it was added."""
        booking = self.bookings.find(event.act)
        if booking is not None:
            self._add(booking, -1)
            self.bookings.remove(event.act)

    def _book(
        self,
        event: PointsAwarded | PointsDeducted | ActCapped,
        points: int,
        minutes: int,
        acts: int,
    ) -> None:
        member = self.members.find(event.member)
        if member is None:
            return
        booking = BookingRow(
            act=event.act,
            member=event.member,
            household=member.household,
            team=member.team,
            building=member.building,
            grid=member.grid,
            period=event.performed_on[:7],
            points=points,
            minutes=minutes,
            acts=acts,
        )
        self._add(self.bookings.add(booking), 1)

    def _add(self, booking: BookingRow, sign: int) -> None:
        for row, key in standing_keys(booking, booking.period):
            rows = self.tables[row]
            if rows.find(key) is None:
                rows.add(row(kind=key[0], key=key[1], period=key[2]))
            standing = rows.edit(key)
            standing.points += sign * booking.points
            standing.minutes += sign * booking.minutes
            standing.acts += sign * booking.acts
