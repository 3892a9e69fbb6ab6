"""Residents into the ledger: places, households, members, cards, row by row.

A row that says something new of a member the ledger knows changes that member; households stay
where they were registered, and a blocked card stays blocked.
"""

from collections.abc import Iterator
from typing import Final

from api.importing.courier import Errand
from api.importing.work import Work
from api.messages import N_, excerpt
from api.sheets.columns import RESIDENTS
from api.sheets.rows import Resident
from ledger.commands.base import Command
from ledger.commands.community import RegisterBuilding, RegisterGrid
from ledger.commands.people import (
    BlockCard,
    ChangeMember,
    IssueCard,
    RegisterHousehold,
    RegisterMember,
)
from projections.register import Person, Place

PHASE: Final = "people"

_MOVED = N_(
    "Household {value} stands at another place in an earlier row or in the ledger. "
    "Write the grid, building and flat that stand there."
)
_OTHER_GRID = N_(
    "Building {value} belongs to grid {grid}. "
    "Write that grid, or give this building a name of its own."
)
_OTHER_ACCOUNT = N_("Card {value} was issued to somebody else. Write the right card number.")
_STAYS_BLOCKED = N_("Card {value} is blocked, and stays so. Issue a card with a new number.")


class People:
    """Plans the errands of the residents' sheet."""

    def __init__(self, work: Work) -> None:
        """What the ledger has, and what this import adds to it."""
        self._work, register = work, work.register
        self._grids, self._buildings = set(register.grids), dict(register.buildings)
        self._homes = dict(register.households)
        self._changes: list[tuple[Errand, Person]] = []

    def bring_in(self) -> None:
        """Send all rows."""
        work = self._work
        errands = [e for row in work.intake.residents.rows for e in self._row(row)]
        differing = [(errand, _content(errand.content[0], now)) for errand, now in self._changes]
        work.send(PHASE, [*errands, *work.changes(differing)])

    def _errand(self, row: Resident, purpose: str, content: list[str], do: Command) -> Errand:
        errand = self._work.errand(RESIDENTS, row.row, purpose, content, do)
        errand.primary = purpose == "member"
        return errand

    def _row(self, row: Resident) -> Iterator[Errand]:
        if not self._fits(row):
            return
        yield from self._place(row)
        details = Person(row.household, row.name, row.phone, row.team, row.consent)
        known = self._work.register.members.get(row.number)
        content = _content(row.number, details)
        if known is None:
            command = RegisterMember(member=row.number, **details._asdict())
            yield self._errand(row, "member", content, command)
        elif known != details:
            change = ChangeMember(member=row.number, **details._asdict())
            errand = self._errand(row, "member", content, change)
            errand.primary = False
            self._changes.append((errand, known))
        if row.card:
            yield from self._card(row)

    def _fits(self, row: Resident) -> bool:
        """Whether the household's place is the one that is known; blank flats say nothing."""
        grid = self._buildings.get(row.building, row.grid)
        if grid != row.grid:
            self._refuse(row, "网格", _OTHER_GRID, value=excerpt(row.building), grid=grid)
            return False
        home = self._homes.get(row.household)
        if home is None:
            return True
        same_flat = not row.flat or not home.flat or row.flat == home.flat
        if (row.grid, row.building) == (home.grid, home.building) and same_flat:
            return True
        self._refuse(row, "户号", _MOVED, value=excerpt(row.household))
        return False

    def _refuse(self, row: Resident, column: str, message: str, **params: object) -> None:
        self._work.tally.refuse(RESIDENTS, row.row, message, column, params)

    def _place(self, row: Resident) -> Iterator[Errand]:
        """Grid, building and household, where they are new."""
        if row.grid not in self._grids:
            self._grids.add(row.grid)
            yield self._errand(row, "grid", [row.grid], RegisterGrid(grid=row.grid))
        if row.building not in self._buildings:
            self._buildings[row.building] = row.grid
            building = RegisterBuilding(building=row.building, grid=row.grid)
            yield self._errand(row, "building", [row.building], building)
        if row.household not in self._homes:
            home = Place(row.grid, row.building, row.flat)
            self._homes[row.household] = home
            household = RegisterHousehold(household=row.household, **home._asdict())
            yield self._errand(row, "household", [row.household], household)

    def _card(self, row: Resident) -> Iterator[Errand]:
        """A card that is new, or newly lost."""
        register, opened = self._work.register, self._work.register.opened
        own = opened is not None and opened.account_holder == "member"
        account = row.number if own else row.household
        known = register.cards.get(row.card)
        if known is None:
            card = IssueCard(card=row.card, account=account)
            yield self._errand(row, "card", [row.card, account], card)
        elif known[0] != account:
            self._refuse(row, "卡号", _OTHER_ACCOUNT, value=excerpt(row.card))
            return
        blocked = known is not None and known[1]
        if row.card_blocked and not blocked:
            yield self._errand(row, "block", [row.card], BlockCard(card=row.card))
        elif blocked and not row.card_blocked:
            self._refuse(row, "卡状态", _STAYS_BLOCKED, value=excerpt(row.card))


def _content(member: str | int | None, details: Person) -> list[str]:
    return [str(member), *details]
