"""What every rule of the machine stands on: a writer, a clock, the model, and the checks."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from ledger.clockwork import Clockwork
from ledger.commands.base import Command, Context
from ledger.log.requests import Outcome, Request
from ledger.log.sources import seeded_sources
from ledger.log.store import Store
from ledger.log.writer import Writer
from ledger.states.act import Stage
from projections.audit import Audit, History, audit
from projections.audit.history import read
from tests.ledger.machine.desk import Model
from tests.support.ledgers import SEED
from tests.support.whole import replayed

BEGINS = "2022-07-01T00:00:00Z"
OFFICERS = ("S", "T", "G", "R", "Q", "D", "K", "X")
"""Whoever may try something; `X` is nobody."""

T = TypeVar("T")
Forget = Callable[[Store], None]
"""Throws the snapshots of a store away."""


class Base(RuleBasedStateMachine):
    """One ledger and its model, from the genesis on."""

    model: Model

    def __init__(self, store: Store, forget: Forget) -> None:
        super().__init__()
        self.store, self.forget = store, forget
        self.at = BEGINS
        self.sent: list[tuple[Request, Outcome]] = []
        self.auditing = Audit()
        self.audited = 0
        self.begin()

    def begin(self) -> None:
        """A writer and a clockwork that remember nothing."""
        self.writer = Writer(self.store, seeded_sources(SEED))
        self.clockwork = Clockwork(self.writer, self.store)

    def request(self, command: Command, officer: str) -> Request:
        """A command under a key of its own; officers act by their number or by their post."""
        number = len(self.sent)
        principal = officer if ":" in officer or officer.islower() else f"officer:{officer}"
        return Request(f"key{number:04}", principal, command, self.at)

    def do(self, command: Command, officer: str, expected: str | None = None) -> Outcome:
        """Run a command, which must be answered as the model says."""
        return self.answered(self.request(command, officer), expected)

    def answered(self, request: Request, expected: str | None) -> Outcome:
        """Send a request and keep the answer, which must be as the model says."""
        outcome = self.writer.submit(request).result(timeout=60)
        return self.keep(request, outcome, expected)

    def keep(self, request: Request, outcome: Outcome, expected: str | None) -> Outcome:
        """The answer is as the model says; the clock of the log moves with what was accepted."""
        assert (expected, self.model.now(self.at)) == (outcome.code, outcome.recorded_at)
        if outcome.accepted:
            self.model.head = outcome.recorded_at
        self.sent.append((request, outcome))
        event(f"{request.command.NAME}: {expected or 'accepted'}")
        return outcome

    def pick(self, data: st.DataObject, choices: Sequence[T]) -> T:
        """One of some values."""
        return data.draw(st.sampled_from(choices))

    def run_clockwork(self) -> None:
        """What is due happens, in the ledger and in the model.

        A date on which lots ended is noted even where they were spent; the model notes nothing.
        """
        before = self.store.head()
        self.clockwork.run(self.at)
        head = self.store.head()
        assert head.position > before.position or not self.model.tick(self.at)
        if head.position > before.position:
            assert head.recorded_at == self.model.now(self.at)
            self.model.tick(self.at)
            self.model.head = head.recorded_at

    @invariant()
    def the_states_are_those_of_the_model(self) -> None:
        """Purses, shelf, acts and who may object to what are as the model has them."""
        assert self.expected() == self.writer.ask(self.seen, at=self.at)

    def expected(self) -> object:
        """What the model shows."""
        model, today = self.model, self.model.today(self.at)
        purses = {name: model.purse(name) for name in model.accounts()}
        return {
            "purses": {n: (*p.shown(), p.balance(today)) for n, p in purses.items()},
            "shelf": {name: goods.left for name, goods in model.goods.items()},
            "acts": {name: act.stage for name, act in model.acts.items()},
            "open": {n for n, a in model.acts.items() if model.objecting(n, self.at) is None},
            "undecided": {n for n, a in model.acts.items() if None in a.objections.values()},
        }

    def seen(self, context: Context) -> object:
        """What the ledger's states show."""
        states, today = context.states, context.today
        accounts = {name: states.account(name) for name in self.model.accounts()}
        acts = {name: states.act(name) for name in self.model.acts}
        return {
            "purses": {
                name: ([(n.points, n.expires) for n in a.lots], a.debt, a.balance(today))
                for name, a in accounts.items()
            },
            "shelf": {name: goods.left for name, goods in states.shop.goods.items()},
            "acts": {name: str(act.stage) for name, act in acts.items()},
            "open": {
                name
                for name, act in acts.items()
                if act.stage is Stage.POSTED
                and context.instant < act.closes_at
                and states.community.holds(context.instant)
            },
            "undecided": {name for name, act in acts.items() if None in act.objections.values()},
        }

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        """Every line that came is checked at once; the whole is read again at the end."""
        for logged in self.store.read_after(self.audited, 10_000):
            self.auditing.take(read(logged))
            self.audited = logged.position
        assert [] == self.auditing.findings()

    @invariant()
    def a_fresh_replay_comes_to_the_same_states(self) -> None:
        """Whatever the writer has in its memory is what the log alone gives."""
        self.writer.ask(lambda context: context.today)  # after a restart it holds nothing
        held = self.writer._cache
        fresh = replayed(self.store, list(held._cold))
        assert fresh.residents == held.residents
        assert fresh._cold == dict(held._cold)

    def teardown(self) -> None:
        """Read the whole log once more, then stop."""
        try:
            assert [] == audit(History.stored(self.store))
        finally:
            self.writer.close()
            self.store.close()
