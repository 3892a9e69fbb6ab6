"""Random commands through the real writer, against a plain model and the whole audit.

After every step the ledger's states are those of the model, the audit of the log finds nothing, and
a fresh replay of the log comes to what the writer holds in memory.
"""

import os
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from ledger.commands.community import AdoptSettings
from ledger.commands.people import RegisterHousehold
from ledger.log import cache
from ledger.log.datastore import LogDatastore
from ledger.log.memory import MemoryStore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import KeyReusedError, Request
from ledger.log.store import Store
from ledger.server import Database
from tests.ledger.machine.deeds import Deeds
from tests.ledger.machine.office import SECRETARY
from tests.ledger.machine.plain import clock, day_of, later, months_later
from tests.ledger.machine.trade import Trade

STEPS_MAX = 40
IN_CI = os.environ.get("CI") == "true"
STEPS = st.sampled_from(
    [
        {"minutes": 1},
        {"hours": 5},
        {"days": 1},
        {"days": 3},
        {"days": 7},
        {"minutes": -10},
        {"days": -2},
        {"days": -40},
    ]
)


class Machine(Deeds, Trade):
    """All rules, and those of time, retries and restarts."""

    def settle(self) -> None:
        """Everybody has earned something when the first rule is drawn, and V1 on two terms."""
        super().settle()
        self.glancing(100)
        self.seasons("V1", "A", 720, 1, 2)
        self.model.months = self.model.months and 1
        self.do(AdoptSettings(settings=self.settings()), SECRETARY)
        for member in ("V1", "V2", "V3"):
            self.seasons(member, "A", 720, 1, 0)
        self.forward()
        self.forward()

    @rule(step=STEPS, works=st.booleans())
    def stepping(self, step: dict[str, int], works: bool) -> None:
        """The clock goes forward or back, and the clockwork looks at it or not."""
        self.at = later(self.at, **step)
        if works:
            self.run_clockwork()

    @rule(months=st.integers(1, 2))
    def midnight(self, months: int) -> None:
        """The clock goes to the midnight some months ahead, when lots end."""
        self.at = clock(months_later(day_of(self.model.now(self.at)), months))
        self.run_clockwork()

    @rule(days=st.sampled_from([9, 40, 100]))
    def glancing(self, days: int) -> None:
        """For a moment the clock is far ahead, and comes back."""
        before = self.at
        self.at = later(self.model.now(self.at), days=days)
        self.run_clockwork()
        self.at = before

    @rule(data=st.data(), same=st.booleans())
    def retrying(self, data: st.DataObject, same: bool) -> None:
        """An earlier request comes again: the same answer to the same body, else none."""
        request, outcome = self.pick(data, self.sent)
        if same:
            again = Request(request.key, request.principal, request.command, self.at)
            assert outcome == self.writer.submit(again).result(timeout=60)
            return
        other = RegisterHousehold(household="H9", grid="g9", building="", flat="")
        reused = Request(request.key, request.principal, other, self.at)
        with pytest.raises(KeyReusedError):
            self.writer.submit(reused).result(timeout=60)

    @rule(forget=st.booleans())
    def restarting(self, forget: bool) -> None:
        """The process ends and another one begins, with or without snapshots."""
        self.writer.close()
        if forget:
            self.forget(self.store)
        event(f"restart without snapshots: {forget}")
        self.begin()


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots after a few events, and a cache of few states, so that both matter."""
    monkeypatch.setattr(cache, "RESIDENT_SNAPSHOT_EVENTS", 7)
    monkeypatch.setattr(cache, "COLD_SNAPSHOT_EVENTS", 1)
    monkeypatch.setattr(cache, "COLD_STATES_MAX", 12)


def forget_in_memory(store: Store) -> None:
    """Throw the snapshots away."""
    assert isinstance(store, MemoryStore)
    store._snapshots.clear()


def run(machine: Callable[[], Machine], examples: int) -> None:
    """Run the machine, longer in CI."""
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]  # whatever makes one will do, says its documentation
        settings=settings(
            max_examples=examples * (10 if IN_CI else 1), stateful_step_count=STEPS_MAX
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("small_bounds")
def test_the_ledger_in_memory_is_the_model() -> None:
    """Whatever happens, states, audit and replay agree with the model."""
    run(lambda: Machine(MemoryStore(), forget_in_memory), examples=120)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("small_bounds")
def test_the_ledger_in_postgresql_is_the_model(database: Database) -> None:
    """The same on a real database, each run in a schema of its own."""
    names = (f"sunledger_machine{number}" for number in count(1))

    def machine() -> Machine:
        schema = next(names)
        migrate(database.conninfo("sunledger_owner"), schema)
        datastore = LogDatastore(database.conninfo("sunledger_writer"), schema)
        return Machine(LedgerRecorder(datastore), forget_in_postgresql)

    run(machine, examples=8)


def forget_in_postgresql(store: Store) -> None:
    """Throw the snapshots away."""
    assert isinstance(store, LedgerRecorder)
    with store.log.connect() as connection:
        connection.execute("DELETE FROM snapshots")
