"""The HTTP server: the application on a socket, until the process is told to end."""

import signal
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Final

import uvicorn

from api.app import application
from api.hosting.house import House
from api.web.connections import Connection
from api.web.limits import Limits

BACKLOG: Final = 1_024
KEEP_ALIVE_SECONDS: Final = 20
STOP_SECONDS_MAX: Final = 20
"""How long requests under way may take when the server is to stop."""
GONE_TICKS: Final = 5
"""Tenths of a second between two looks at whether the database is gone."""


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
