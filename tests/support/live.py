"""A small ledger on the real clock, as a server has it: its exchange session `now` is open.

Its points were earned in 2022 on a simulated clock; what comes after `carried_on` is live.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from api.app import application
from api.hosting.house import House
from api.hosting.keyring import Keyring
from api.web.limits import Limits
from ledger.calendar import instant_of
from ledger.commands.goods import AnnounceSession, ReceiveGoods
from ledger.commands.keys import GrantKey
from ledger.log.guard import HeadGuard
from ledger.log.migrations import migrate
from ledger.server import OWNER, Database
from ledger.states.keys import Scope
from projections.catalogue import ALL
from projections.schema import install
from tests.support.ledgers import LOG_KEY, SmallLedger

SESSION: Final = "now"
ROOMY: Final = 10_000_000
"""A rate limit that no test meets unless it wants to."""


class LiveLedger(SmallLedger):
    """A ledger without an end and without expiry, so that what was earned in 2022 counts today."""

    ENDS = None
    EXPIRY_MONTHS = None

    def carried_on(self, *, rice: int = 100) -> "LiveLedger":
        """Until this moment: rice on the shelf, and a session that is open for some hours."""
        now = datetime.now(UTC)
        self.at = instant_of(now)
        self.do(ReceiveGoods(item="rice", quantity=rice, donor="粮店"), "officer:K")
        self.do(ReceiveGoods(item="oil", quantity=10), "officer:K")
        self.do(
            AnnounceSession(
                session=SESSION,
                place="门岗",
                opens_at=instant_of(now - timedelta(hours=1)),
                closes_at=instant_of(now + timedelta(hours=8)),
            )
        )
        return self


def live_house(
    database: Database, community: str, folder: Path, schema: str | None = None
) -> House:
    """A house on a fresh schema, by default that of the community's name; not started.

    Its log is sealed, and guarded in the folder, for as long as it is started.
    """
    house = House(database, community, Keyring.open(folder / "keys"), schema)
    house.guarded(HeadGuard(folder / "guard", community, rehearsal=True), LOG_KEY)
    migrate(database.conninfo(OWNER), house.books.schema)
    install(database.conninfo(OWNER), house.books.schema, ALL)
    return house


def grant(ledger: SmallLedger, house: House, officer: str, scope: Scope) -> str:
    """A fresh key for an officer."""
    key = house.keyring.new_key(scope)
    digest = house.keyring.digest(house.community, key)
    ledger.do(GrantKey(officer=officer, scope=scope, digest=digest))
    return key


@contextmanager
def started(*houses: House) -> Iterator[Mapping[str, House]]:
    """Houses that follow their logs, stopped at the end."""
    for house in houses:
        house.start()
    try:
        yield {house.community: house for house in houses}
    finally:
        for house in houses:
            house.stop()


def app_of(houses: Mapping[str, House], limits: Limits | None = None) -> FastAPI:
    """The application, by default with limits that no test meets."""
    roomy = Limits(key_per_minute=ROOMY, address_per_minute=ROOMY, failures_per_minute=ROOMY)
    return application(houses, limits or roomy)
