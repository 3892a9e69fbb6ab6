"""Opening the communities of a database, and serving them over HTTP."""

import signal
import socket
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from api.app import application
from api.hosting.connections import Connection
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
GONE_TICKS: Final = 5
"""Tenths of a second between two looks at whether the database is gone."""


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
    gone: Callable[[], bool],
) -> None:
    """Serve until the process is told to end, or the database is ``gone`` for good.

    What is under way is answered first.
    """
    config = uvicorn.Config(
        application(houses, limits),
        http=Connection,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
    _Server(config, on_ready, gone).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Tells when it accepts requests, and ends when the terminal is closed or nothing can work."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], gone: Callable[[], bool]
    ) -> None:
        super().__init__(config)
        self._on_ready, self._gone = on_ready, gone

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        ended = await super().on_tick(counter)
        return ended or (counter % GONE_TICKS == 0 and self._gone())

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # The library leaves this one alone, which would end the loop between any two steps.
        before = signal.getsignal(signal.SIGHUP)
        if before is not signal.SIG_IGN:  # as under nohup
            signal.signal(signal.SIGHUP, self.handle_exit)
        try:
            with super().capture_signals():
                yield
        finally:
            signal.signal(signal.SIGHUP, before)
