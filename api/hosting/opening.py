"""Opening the communities of a database, and keeping them at work."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.hosting.house import House
from api.hosting.keyring import Keyring
from api.hosting.ticking import Ticking
from ledger.log import communities
from ledger.log.communities import schema_of
from ledger.log.guard import HeadGuard, check_not_behind
from ledger.log.migrations import migrate
from ledger.server import OWNER, Database
from projections.catalogue import ALL
from projections.schema import install
from projections.status import status_of


def open_houses(database: Database, keys: Path, guards: Path) -> list[House]:
    """A house for each community of the database, its tables brought up to date.

    Raises:
        LedgerError: a database that will not do, or one that was set back.
    """
    communities.prepare(database)
    keyring = Keyring.open(keys)
    return [
        open_house(database, community, keyring, guards)
        for community in communities.communities(database)
    ]


def open_house(
    database: Database, community: str, keyring: Keyring, guards: Path, schema: str | None = None
) -> House:
    """A house on a community's schema, which is migrated; not started.

    Raises:
        LedgerBehindError: an older backup was restored.
    """
    schema = schema or schema_of(community)
    owner = database.conninfo(OWNER)
    migrate(owner, schema)
    install(owner, schema, ALL)
    house = House(database, community, keyring, schema)
    rehearsal = status_of(house.store).rehearsal
    check_not_behind(house.store, HeadGuard(guards, community, rehearsal=rehearsal))
    return house


@contextmanager
def at_work(houses: Iterable[House]) -> Iterator[Mapping[str, House]]:
    """The houses by name, following their logs and with their clockwork running, then stopped."""
    found = {house.community: house for house in houses}
    with ExitStack() as stack:
        for house in found.values():
            stack.callback(house.stop)
            house.start()
        ticking = Ticking(found.values())
        ticking.start()
        stack.callback(ticking.stop)
        yield found
