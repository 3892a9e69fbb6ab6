"""A served community, in the process of the test."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.hosting.house import House
from ledger.server import Database
from ledger.states.keys import Scope
from tests.support.live import LiveLedger, app_of, grant, live_house, started

_communities = count(1)


@dataclass
class Served:
    """A community at work, a client without a key, and keys by officer."""

    house: House
    ledger: LiveLedger
    client: TestClient
    keys: dict[str, str]

    @property
    def path(self) -> str:
        """Where its calls are."""
        return f"/api/v1/{self.house.community}"

    def headers(self, officer: str, key: str | None = None) -> dict[str, str]:
        """The headers of an officer's request; with a key, one that writes."""
        found = {"Authorization": f"Bearer {self.keys[officer]}", "Accept-Language": "en"}
        return found if key is None else {**found, "Idempotency-Key": key}


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[Served]:
    """Two households of 100 points, rice and oil on the shelf, session `now` open."""
    house = live_house(database, f"live{next(_communities)}", tmp_path)
    ledger = LiveLedger(house.writer, house.store)
    ledger.trading(households=2, points=100)
    ledger.carried_on()
    scopes = {"D": Scope.DESK, "S": Scope.OFFICE, "R": Scope.OFFICE, "T": Scope.AUDIT}
    keys = {officer: grant(ledger, house, officer, scope) for officer, scope in scopes.items()}
    with started(house) as houses, TestClient(app_of(houses)) as client:
        yield Served(house, ledger, client, keys)
