"""A home that is served by two processes, and clients of both."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.api.storm.clients import Client
from tests.api.storm.serving import Furnished, Goods, Server, furnished_home, serving

HOUSEHOLDS = 12
POINTS = 5_000
HOT = Goods("hot", 1, 20)
MILD = Goods("mild", 1, 10_000)


@dataclass(frozen=True)
class Twins:
    """Two servers of one home: the first owns the database, the second has joined it."""

    furnished: Furnished
    servers: tuple[Server, Server]

    def client(self, server: int, desk: int = 0) -> Client:
        """A desk that talks to one of them."""
        return self.caller(server, self.furnished.desks[desk])

    def caller(self, server: int, key: str) -> Client:
        """Whoever has a key, talking to one of them."""
        port = self.servers[server].port
        return Client(lambda: port, key)


@pytest.fixture(scope="package")
def twins() -> Iterator[Twins]:
    """The two servers, with keys of four clerks."""
    with furnished_home(HOUSEHOLDS, POINTS, [HOT, MILD], desks=8) as furnished:
        with serving(furnished.home) as first, serving(furnished.home) as second:
            yield Twins(furnished, (first, second))
            assert (0, 0) == (second.stop(), first.stop())
