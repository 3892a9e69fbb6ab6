"""Opening the communities of a database, and serving them over HTTP."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from api.app import application
from api.hosting.house import House
from api.hosting.keyring import Keyring
from api.hosting.ticking import Ticking
from api.web.limits import Limits
from ledger.log import communities
from ledger.log.communities import schema_of
from ledger.log.guard import HeadGuard, check_not_behind
from ledger.log.migrations import migrate
from ledger.server import OWNER, Database
from projections.catalogue import ALL
from projections.schema import install
from projections.status import status_of

BACKLOG: Final = 1_024
KEEP_ALIVE_SECONDS: Final = 75
STOP_SECONDS_MAX: Final = 20
"""How long requests under way may take when the server is to stop."""


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


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0: any that is free.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def run(
    houses: Mapping[str, House],
    listening: socket.socket,
    limits: Limits,
    on_ready: Callable[[], None],
) -> None:
    """Serve until the process is told to end; what is under way is answered first."""
    config = uvicorn.Config(
        application(houses, limits),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
    _Server(config, on_ready).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Tells when it accepts requests."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()
