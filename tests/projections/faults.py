"""Things that go wrong while projections follow."""

from typing import ClassVar

import psycopg

from ledger.events.base import Recorded
from ledger.events.exchanges import GoodsExchanged
from ledger.events.people import HouseholdRegistered
from ledger.log.datastore import LogDatastore
from projections.base import Projection, folds
from projections.follow import Follower
from projections.rows import Row
from projections.tables import Connection, Tables
from projections.tracking import PositionRecorder


class BrokenError(Exception):
    """Breaks on purpose; the text stands for what no log may show."""


class SeenRow(Row):
    TABLE = "seen_households"
    KEY = ("household",)
    PERSON = "household"

    household: str


class Fragile(Projection):
    """Cannot bear exchanges."""

    NAME: ClassVar[str] = "fragile"
    TABLES: ClassVar[tuple[type[Row], ...]] = (SeenRow,)

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.seen = tables[SeenRow]

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, _: Recorded) -> None:
        self.seen.add(SeenRow(household=event.household))

    @folds(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        raise BrokenError(event.account)


class Sturdy(Projection):
    """The same projection, corrected."""

    NAME: ClassVar[str] = "fragile"
    VERSION: ClassVar[int] = 2
    TABLES: ClassVar[tuple[type[Row], ...]] = (SeenRow,)

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, _: Recorded) -> None:
        self.tables[SeenRow].add(SeenRow(household=event.household))


class Twice(Fragile):
    """Adds the same row for every event it folds, which only the database notices."""

    NAME: ClassVar[str] = "twice"

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, _: Recorded) -> None:
        self.seen.add(SeenRow(household=event.household))
        self.tables[SeenRow]._rows.clear()
        self.tables[SeenRow]._added[event.household, "again"] = SeenRow(household=event.household)


class Interrupted(PositionRecorder):
    """Breaks between the tables and the position, ``times`` times."""

    def __init__(self, datastore: LogDatastore, times: int) -> None:
        super().__init__(datastore)
        self.times = times

    def move(self, connection: Connection, name: str, position: int) -> None:
        if self.times:
            self.times -= 1
            raise psycopg.OperationalError("the connection is lost")
        super().move(connection, name, position)


def interrupt(follower: Follower, datastore: LogDatastore, times: int) -> None:
    """Make a follower break between tables and position."""
    follower._recorder = Interrupted(datastore, times)
