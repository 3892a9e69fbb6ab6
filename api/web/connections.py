"""Connections of the interface: how many there may be, and how long one may keep us waiting.

The library below closes a connection that is idle between two requests. It would wait for ever
for the first byte of the first one, and for the last byte of any head: whoever opens connections
and says nothing could use up all that a process may have.
"""

import asyncio
from ipaddress import ip_address
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

CONNECTIONS_MAX: Final = 800
"""Below the usual limit of 1,024 open files, with room for the database and the program's own."""
ADDRESS_CONNECTIONS_MAX: Final = 64
"""Of one address; a reverse proxy on this machine may have all, for it speaks for everybody."""
HEAD_SECONDS_MAX: Final = 10.0
"""From the first byte, or the beginning of the connection, to the end of the request's head."""
LINGER_SECONDS_MAX: Final = 2.0
"""For a caller to read why the rest of its body is not wanted: hanging up at once may undo that."""


class Connection(H11Protocol):
    """One connection, closed when a request is too slow to begin, or when there are too many."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As the library makes it."""
        super().__init__(*args, **kwargs)
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it on, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX or self._has_too_many():
            transport.abort()
            return
        # The event loop leaves this to us for sockets that it has not made: without it, the second
        # half of every answer waits 40 ms for the other side to confirm the first.
        transport.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._expect(HEAD_SECONDS_MAX)

    def _has_too_many(self) -> bool:
        """Whether the address has all the connections that one may have."""
        address = self.client[0] if self.client else ""
        if is_local(address):
            return False
        peers = [getattr(other, "client", None) for other in self.connections]
        same = [peer for peer in peers if peer is not None and peer[0] == address]
        return len(same) > ADDRESS_CONNECTIONS_MAX

    def data_received(self, data: bytes) -> None:
        """Some of a request: the clock of its head runs from the first byte on."""
        if self._late is None and self._between:
            self._expect(HEAD_SECONDS_MAX)
        super().data_received(data)
        if not self._between:
            self._forget()

    def on_response_complete(self) -> None:
        """A request was answered; where that was before its end, the rest is not waited for."""
        super().on_response_complete()
        if self._between and self.conn.their_state is h11.SEND_BODY and self._late is None:
            self._expect(LINGER_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        """It ended."""
        self._forget()
        super().connection_lost(exc)

    @property
    def _between(self) -> bool:
        """Whether no request is being answered."""
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is None or cycle.response_complete

    def _expect(self, seconds: float) -> None:
        self._late = self.loop.call_later(seconds, self._close)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _close(self) -> None:
        self._late = None
        if self._between:
            self.transport.close()


def is_local(address: str) -> bool:
    """Whether an address is of this machine, where a reverse proxy may stand."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True  # no address at all: a socket of this machine
