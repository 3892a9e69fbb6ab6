"""Snapshots are disposable: with them, without them, old or broken, the states are the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from ledger.commands.community import RegisterGrid
from ledger.log import cache as cache_module
from ledger.log.cache import StateCache
from ledger.log.entries import EntryError, LoggedEvent
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.residents import RESIDENTS, Residents, residents_version
from ledger.log.store import Batch, Locked, Snapshot, Store
from ledger.states import Account, Shop
from tests.support.ledgers import SmallLedger, answers, together, writing
from tests.support.whole import check_log, everything, replayed

TAGS = ["account:H1", "account:H2", "member:V1", "card:C2", "household:H1", "register_number:1"]
Change = Callable[[Snapshot], Snapshot]


def states_of(cache: StateCache) -> list[Any]:
    """All resident states, and cold ones of a few tags."""
    cold = [cache.account("H1"), cache.account("H2"), cache.member("V1"), cache.card("C2")]
    return [cache.residents, *cold, cache.household("H1"), cache.register_number(1)]


def stored(store: Store, names: list[str]) -> Mapping[str, Snapshot]:
    """The snapshots of these names."""
    found: dict[str, Snapshot] = {}

    def prepare(locked: Locked) -> Batch:
        found.update(locked.snapshots(names))
        return Batch()

    store.append_batch((), prepare)
    return found


def put(store: Store, snapshots: list[Snapshot]) -> None:
    """Store snapshots as a batch does."""
    store.append_batch((), lambda _: Batch(snapshots=snapshots))


@pytest.fixture(params=[1, 7, 30])
def snapped(
    request: pytest.FixtureRequest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> SmallLedger:
    """A ledger with baskets and returns, that made a snapshot every so many events."""
    monkeypatch.setattr(cache_module, "RESIDENT_SNAPSHOT_EVENTS", request.param)
    monkeypatch.setattr(cache_module, "COLD_SNAPSHOT_EVENTS", 3)
    with writing(store) as writer:
        trade(SmallLedger(writer, store).trading())
    with writing(store) as writer:  # without states, so that heavy ones are loaded and kept
        ledger = SmallLedger(writer, store, "again")
        ledger.refill(5)
        trade(ledger)
        return ledger


def trade(ledger: SmallLedger) -> None:
    """Four baskets, and a bag back of each."""
    sold = answers([ledger.writer.submit(ledger.basket(1 + n % 2)) for n in range(4)])
    returns = [ledger.give_back(outcome.answer["exchange"], "rice", 1) for outcome in sold]
    assert all(outcome.accepted for outcome in answers(together(ledger.writer, returns)))


def test_a_snapshot_and_the_rest_make_the_whole(snapped: SmallLedger) -> None:
    """States from snapshots and later events equal states from the first event on."""
    store = snapped.store
    kept = stored(store, ["residents", *TAGS])
    assert {"residents", "account:H1", "account:H2"} <= set(kept)
    plain = replayed(store, TAGS, snapshots=False)
    quick = replayed(store, TAGS)
    assert states_of(plain) == states_of(quick)
    assert store.head().position == quick.position == plain.position
    check_log(store)


def broken(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(state=b"\xc1" + snapshot.state)


def foreign(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(state=msgspec.msgpack.encode({"drawn": 5, "shop": "closed"}))


def older(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(version=snapshot.version - 1, state=blank(snapshot))


def newer(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(version=snapshot.version + 1, state=blank(snapshot))


def ahead(snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(position=snapshot.position + 10_000, state=blank(snapshot))


def blank(snapshot: Snapshot) -> bytes:
    """A state that would be wrong if anybody used it."""
    kind = Residents if snapshot.name == "residents" else Account
    return msgspec.msgpack.encode(kind())


@pytest.mark.parametrize("change", [broken, foreign, older, newer, ahead])
def test_a_snapshot_that_does_not_fit_is_passed_over(ledger: SmallLedger, change: Change) -> None:
    """Broken, of another version, or from behind the head: replay does without it."""
    trade(ledger)
    store = ledger.store
    plain = replayed(store, TAGS, snapshots=False)
    right = [
        Snapshot(tag, Account.VERSION, plain.position, msgspec.msgpack.encode(account))
        for tag, account in (("account:H1", plain.account("H1")), ("account:H2", Account()))
    ]
    residents = msgspec.msgpack.encode(plain.residents)
    right.append(Snapshot("residents", residents_version(), plain.position, residents))
    put(store, [change(snapshot) for snapshot in right])
    assert states_of(plain) == states_of(replayed(store, TAGS))
    with writing(store) as writer:
        trade(SmallLedger(writer, store, "again"))
        SmallLedger(writer, store, "more").do(RegisterGrid(grid="g9"))


@pytest.mark.parametrize("state", [state for _, state in RESIDENTS])
def test_the_version_of_any_resident_counts(
    ledger: SmallLedger, monkeypatch: pytest.MonkeyPatch, state: type[Shop]
) -> None:
    """When one resident state gets a new version, the snapshot of all of them is passed over."""
    put(
        ledger.store,
        [
            Snapshot(
                "residents",
                residents_version(),
                ledger.store.head().position,
                msgspec.msgpack.encode(Residents()),
            )
        ],
    )
    assert {} == replayed(ledger.store).shop.items
    monkeypatch.setattr(state, "VERSION", state.VERSION + 1)
    assert {"rice", "oil"} == set(replayed(ledger.store).shop.items)


def test_a_snapshot_spares_reading_what_is_before_it(recorder: LedgerRecorder) -> None:
    """A cold state with a snapshot is loaded from the events behind it alone."""
    with writing(recorder) as writer:
        trade(SmallLedger(writer, recorder).trading())
    head = recorder.head().position
    account = replayed(recorder, ["account:H1"]).account("H1")
    state = msgspec.msgpack.encode(account)
    put(recorder, [Snapshot("account:H1", Account.VERSION, head, state)])
    read: list[int] = []

    def prepare(locked: Locked) -> Batch:
        read.extend(event.position for event in locked.tagged({"account:H1": head}))
        return Batch()

    recorder.append_batch((), prepare)
    assert [] == read
    assert account == replayed(recorder, ["account:H1"]).account("H1")


def test_a_cache_that_forgets_decides_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one cold state the log is, to the byte, what it is with room for all."""
    logs = []
    for room in (100_000, 1):
        monkeypatch.setattr(cache_module, "COLD_STATES_MAX", room)
        store = MemoryStore()
        with writing(store) as writer:
            trade(SmallLedger(writer, store).trading())
        logs.append(everything(store))
    assert logs[0] == logs[1]


def test_both_stores_hold_the_same_bytes(recorder: LedgerRecorder) -> None:
    """The same requests give the same entries, openings, texts and tags in either store."""
    logs = []
    for store in (MemoryStore(), recorder):
        with writing(store) as writer:
            trade(SmallLedger(writer, store).trading())
        logs.append([without_time(event) for event in everything(store)])
    assert logs[0] == logs[1]


def without_time(event: LoggedEvent) -> LoggedEvent:
    """The event without the column that is not read back."""
    return LoggedEvent(replace(event.event, recorded_at=""), event.position)


def test_catching_up_keeps_nothing_it_does_not_need(ledger: SmallLedger) -> None:
    """A replay holds no events, and no cold state that nobody asked for."""
    trade(ledger)
    cache = StateCache()

    def prepare(locked: Locked) -> Batch:
        cache.catch_up(locked)
        return Batch()

    ledger.store.append_batch((), prepare)
    assert ledger.store.head().position == cache.position
    assert ([], {}) == (cache._pending, dict(cache._cold))


def test_states_do_not_outlive_a_log_that_went_back() -> None:
    """Where the log is shorter than what was seen of it, the states start again from it."""
    long, short = MemoryStore(), MemoryStore()
    for store, rice in ((long, 50), (short, 10)):
        with writing(store) as writer:
            ledger = SmallLedger(writer, store).trading(points=0, rice=rice)
            if store is long:
                ledger.do(RegisterGrid(grid="lost"))
    cache = replayed(long)
    assert "lost" in cache.community.grids

    def prepare(locked: Locked) -> Batch:
        cache.catch_up(locked)
        return Batch()

    short.append_batch((), prepare)
    assert replayed(short).residents == cache.residents
    assert short.head().position == cache.position


@pytest.mark.parametrize("gap", [0, 5, -1])
def test_a_gap_in_the_log_stops_the_replay(gap: int) -> None:
    """A log with a hole, at its beginning, inside or at its end, is not decided upon."""
    store = MemoryStore()
    with writing(store) as writer:
        SmallLedger(writer, store).trading(points=0)
    head = store.head()
    events = store.logged()
    del events[gap]
    cache = StateCache()

    class Holed:
        def __init__(self, locked: Locked) -> None:
            self.head, self.outcomes = head, locked.outcomes
            self.tagged, self.snapshots = locked.tagged, locked.snapshots

        def read_after(self, position: int, limit: int) -> list[LoggedEvent]:
            return [event for event in events if event.position > position][:limit]

    def prepare(locked: Locked) -> Batch:
        cache.catch_up(Holed(locked))
        return Batch()

    with pytest.raises(EntryError, match="gap"):
        store.append_batch((), prepare)
