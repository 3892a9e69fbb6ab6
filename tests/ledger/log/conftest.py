"""The stores that the log's tests run on, and a small ledger on each of them."""

from collections.abc import Iterator

import pytest

from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.store import Store
from tests.support.ledgers import SmallLedger, writing


@pytest.fixture(params=["memory", "database"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty log, in memory and in PostgreSQL in turn."""
    if request.param == "memory":
        return MemoryStore()
    recorder: LedgerRecorder = request.getfixturevalue("recorder")
    return recorder


@pytest.fixture
def ledger(store: Store) -> Iterator[SmallLedger]:
    """A ledger inside its exchange session: two households of 100 points each, ten bags of rice."""
    with writing(store) as writer:
        yield SmallLedger(writer, store).trading()
