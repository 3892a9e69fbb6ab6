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
from ledger.transparency.keys import SigningKey
from projections.catalogue import ALL
from projections.schema import install
from projections.sealing.seal import check_key
from projections.status import status_of


def open_houses(database: Database, keys: Path, guards: Path) -> list[House]:
    """A house for each community of the database, its tables brought up to date.

    Raises:
        LedgerError: a database that will not do, one that was set back, or a damaged key.
    """
    communities.prepare(database)
    keyring = Keyring.open(keys)
    return [
        open_house(database, community, keyring, guards, signing=keys)
        for community in communities.communities(database)
    ]


def open_house(
    database: Database,
    community: str,
    keyring: Keyring,
    guards: Path,
    *,
    signing: Path | None = None,
) -> House:
    """A house on a community's schema, which is migrated; not started.

    Its log is sealed by the key that lies in the folder ``signing``, where there is one.

    Raises:
        LedgerBehindError: an older backup was restored.
        SigningKeyError: the key is damaged, or open to others.
        SigningKeyUnfitError: it is the key of another ledger.
    """
    key = SigningKey.load(signing / f"{community}.key") if signing is not None else None
    schema = schema_of(community)
    owner = database.conninfo(OWNER)
    migrate(owner, schema)
    install(owner, schema, ALL)
    house = House(database, community, keyring, schema)
    rehearsal = status_of(house.store).rehearsal
    guard = HeadGuard(guards, community, rehearsal=rehearsal)
    check_not_behind(house.store, guard)
    if key is not None:
        for genesis in house.store.read_after(0, 1):
            check_key(genesis.event.data, key)
    house.guarded(guard, key)
    return house


@contextmanager
def at_work(houses: Iterable[House]) -> Iterator[Mapping[str, House]]:
    """The houses by name: logs followed and sealed, clockwork running; then stopped."""
    found = {house.community: house for house in houses}
    with ExitStack() as stack:
        for house in found.values():
            stack.callback(house.stop)
            house.start()
        ticking = Ticking(found.values())
        ticking.start()
        stack.callback(ticking.stop)
        yield found
