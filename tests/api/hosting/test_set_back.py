"""A database that was set back: nothing is written, nothing is signed, and everybody is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from api.hosting.keyring import Keyring
from api.hosting.opening import open_house
from ledger.events.people import GridRegistered
from ledger.log.entries import seal
from ledger.log.guard import HeadGuard, LedgerBehindError
from ledger.log.recorder import LedgerRecorder
from ledger.server import OWNER, Database
from projections.sealing.sealer import Sealer
from tests.api.conftest import Served
from tests.support.changed import Backup, changed
from tests.support.ledgers import LOG_KEY
from tests.support.live import SESSION, LiveLedger
from tests.support.sealed import check_sealed, notes

BASKET = {"card": "C1", "session": SESSION, "lines": [{"item": "rice", "quantity": 1}]}
LOGGED = ("events", "openings", "texts", "requests")


@dataclass
class Community:
    """A served community, and a copy of its database from before its last exchanges."""

    served: Served
    database: Database
    guard: HeadGuard
    backup: Backup
    keys: "count[int]" = field(default_factory=count)

    @property
    def store(self) -> LedgerRecorder:
        """Its log."""
        return self.served.house.store

    def exchange(self) -> tuple[int, str | None]:
        """Status and code of an exchange."""
        headers = self.served.headers("D", f"key{next(self.keys)}")
        path = f"{self.served.path}/exchanges"
        answer = self.served.client.post(path, json=BASKET, headers=headers)
        return answer.status_code, answer.json().get("code")

    def sealer(self) -> Sealer:
        """The sealer that works."""
        assert self.served.house.sealer is not None
        return self.served.house.sealer

    def delete_newest(self) -> None:
        """Delete the newest position, as somebody might who wants it gone."""
        last = self.store.head().position
        changed(
            self.database.conninfo(OWNER),
            self.store.log.schema,
            *(f"DELETE FROM {table} WHERE position = {last}" for table in LOGGED),  # noqa: S608
            f"UPDATE head SET position = {last - 1}",  # noqa: S608 (a number)
        )

    def write_another_history(self) -> None:
        """Restore the copy, and write past the guard by a program that does not look at it."""
        head = self.store.head().position
        self.backup.restore()
        unguarded = LedgerRecorder(self.store.log)
        at = unguarded.head()
        other = seal(
            GridRegistered(grid="other"),
            actor="clockwork",
            recorded_at=at.recorded_at,
            salt=lambda _: bytes(16),
        )
        unguarded.append([other] * (head - at.position + 3))
        unguarded.release()


@pytest.fixture
def community(served: Served, database: Database, tmp_path: Path) -> Community:
    """The community after three exchanges that the copy does not have, all of it sealed."""
    house = served.house
    backup = Backup.take(database.conninfo(OWNER), house.books.schema)
    guard = HeadGuard(tmp_path / "guard", house.community, rehearsal=True)
    made = Community(served, database, guard, backup)
    assert [(201, None)] * 3 == [made.exchange() for _ in range(3)]
    made.sealer().catch_up()
    return made


SETBACKS: dict[str, Callable[[Community], None]] = {
    "an older copy": lambda community: community.backup.restore(),
    "the newest row deleted": Community.delete_newest,
    "another history": Community.write_another_history,
}


@pytest.fixture(params=list(SETBACKS.values()), ids=list(SETBACKS))
def set_back(request: pytest.FixtureRequest, community: Community) -> Community:
    """The community after its database went back."""
    request.param(community)
    return community


def test_no_event_is_written(set_back: Community) -> None:
    """Callers are told 503 `ledger_behind`, each time, and the log stays as it is."""
    before = set_back.store.head().position
    # The connection may be that of before, whose reading the mark did not change since.
    set_back.store.release()
    assert [(503, "ledger_behind")] * 2 == [set_back.exchange() for _ in range(2)]
    assert before == set_back.store.head().position


def test_a_shorter_log_is_noticed_over_the_same_connection(community: Community) -> None:
    """Rows that are deleted under a server that goes on are missed at the next request."""
    community.delete_newest()
    assert (503, "ledger_behind") == community.exchange()


def test_no_checkpoint_is_signed(set_back: Community) -> None:
    """The running sealer and a fresh one refuse; guard and published notes stay as they are."""
    mark, published = set_back.guard.read(), notes(set_back.store.log)
    set_back.sealer().stop()
    fresh = Sealer(set_back.store.log, set_back.guard, LOG_KEY)
    for sealer in (set_back.sealer(), fresh):
        with pytest.raises(LedgerBehindError):
            sealer.catch_up()
    assert (mark, published) == (set_back.guard.read(), notes(set_back.store.log))


def test_it_is_not_served_again(set_back: Community) -> None:
    """The next start ends with the sentence that says what happened."""
    house = set_back.served.house
    folder = set_back.guard.path.parent
    keyring = Keyring.open(folder.parent / "keys")
    with pytest.raises(LedgerBehindError):
        open_house(set_back.database, house.community, keyring, folder)


def test_readiness_tells(set_back: Community) -> None:
    """The process is not ready, and says that an older backup was restored."""
    with pytest.raises(LedgerBehindError) as refused:
        set_back.sealer().catch_up()
    set_back.sealer()._stop_for(refused.value)
    answer = set_back.served.client.get("/readyz", headers={"Accept-Language": "en"})
    said = {check["check"]: check["sentence"] for check in answer.json()["checks"]}
    assert (503, str(refused.value)) == (answer.status_code, said["seal"])


def test_a_database_that_is_put_right_is_written_again(
    community: Community, database: Database
) -> None:
    """Where the newer copy comes back, writing and sealing go on as if nothing had been."""
    owner, schema = database.conninfo(OWNER), community.store.log.schema
    changed(owner, schema, f"ALTER SCHEMA kept_{schema} RENAME TO older_{schema}")
    newer = Backup.take(owner, schema)
    community.delete_newest()
    assert (503, "ledger_behind") == community.exchange()
    newer.restore()
    assert (201, None) == community.exchange()
    community.sealer().catch_up()
    check_sealed(community.store)


def test_a_damaged_guard_stops_writing(community: Community) -> None:
    """Where nobody can tell how far the log had come, nothing is written."""
    community.guard.path.write_bytes(b"{")
    assert (503, "guard_unreadable") == community.exchange()


def test_a_ledger_goes_on(community: Community) -> None:
    """With the database as it was, the guard is in nobody's way."""
    ledger: LiveLedger = community.served.ledger
    ledger.refill(5)
    assert (201, None) == community.exchange()
