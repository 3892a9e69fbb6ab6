"""The states in memory: resident ones always, cold ones from their first touch.

The cache stands at one position of the log. While a batch is decided it also holds the events of
that batch, which are not stored yet; if they never are, the whole cache is dropped.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar, cast

import msgspec

from ledger.events.acts import ActRecorded, OpeningBalanceRecorded
from ledger.events.base import Event, Recorded
from ledger.events.exchanges import GoodsExchanged
from ledger.log.entries import EntryError, LoggedEvent, decode
from ledger.log.residents import HEARERS, Residents, residents_version
from ledger.log.store import Head, Locked, Snapshot
from ledger.states import (
    Account,
    Act,
    Card,
    ColdState,
    Exchange,
    Household,
    Member,
    RegisterNumber,
)

COLD_STATES_MAX: Final = 100_000
CATCH_UP_PAGE: Final = 2_000
COLD_SNAPSHOT_EVENTS: Final = 200
"""A cold state that took more events than this to load gets a snapshot."""
RESIDENT_SNAPSHOT_EVENTS: Final = 5_000
"""Residents get a snapshot this often, so that one is never 10,000 events old."""

BORN: Final[dict[type[Event], str]] = {
    ActRecorded: "act",
    OpeningBalanceRecorded: "act",
    GoodsExchanged: "exchange",
}
"""Events that are the first with a fresh id of this kind, so that nothing need be loaded."""

C = TypeVar("C", bound=ColdState)
S = TypeVar("S", bound=msgspec.Struct)


Load = Callable[[list[str]], None]


class StateCache:
    """States at ``position``; cold ones come through ``load`` while the head is locked."""

    def __init__(self) -> None:
        """Empty, at the beginning of the log."""
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.position = 0
        self.snapshot_at = 0
        self.started = False
        self._cold: OrderedDict[str, ColdState] = OrderedDict()
        self._pending: list[tuple[Recorded, list[str]]] = []
        self._load: Load | None = None
        self.heavy: dict[str, ColdState] = {}
        self._adopt(Residents())

    def _adopt(self, residents: Residents) -> None:
        self.residents = residents
        self.community, self.officers = residents.community, residents.officers
        self.rulebooks, self.notices = residents.rulebooks, residents.notices
        self.keys, self.shop = residents.keys, residents.shop

    # Cold states, as decisions ask for them.

    def account(self, account: str) -> Account:
        """The account of that id."""
        return self._get(Account, account)

    def act(self, act: str) -> Act:
        """The act of that id."""
        return self._get(Act, act)

    def card(self, card: str) -> Card:
        """The card of that number."""
        return self._get(Card, card)

    def exchange(self, exchange: str) -> Exchange:
        """The exchange of that id."""
        return self._get(Exchange, exchange)

    def household(self, household: str) -> Household:
        """The household of that number."""
        return self._get(Household, household)

    def member(self, member: str) -> Member:
        """The member of that volunteer number."""
        return self._get(Member, member)

    def register_number(self, number: int) -> RegisterNumber:
        """What the number of the paper register stands for."""
        return self._get(RegisterNumber, str(number))

    def _get(self, kind: type[C], name: str) -> C:
        tag = f"{kind.KIND}:{name}"
        state = self._cold.get(tag)
        if state is None:
            if self._load is None:
                message = "cold states are loaded under the head lock only"
                raise LookupError(message)
            self._load([tag])
            state = self._cold[tag]
        else:
            self._cold.move_to_end(tag)
        return cast("C", state)

    # Following the log.

    def catch_up(self, locked: Locked) -> None:
        """Fold what other processes wrote, from a snapshot when starting."""
        if self.position > locked.head.position:
            self.reset()  # a database that went back: what we saw behind its head is not there
        self._load = lambda tags: self.load(locked, tags)
        if not self.started:
            self._start(locked)
        while self.position < locked.head.position:
            page = locked.read_after(self.position, CATCH_UP_PAGE)
            positions = range(self.position + 1, self.position + 1 + len(page))
            if not page or [logged.position for logged in page] != list(positions):
                message = f"the log has a gap behind position {self.position}"
                raise EntryError(message)
            for logged in page:
                self.fold(decode(logged), logged.event.private_tags, stored=True)

    def _start(self, locked: Locked) -> None:
        snapshot = locked.snapshots(["residents"]).get("residents")
        residents = _from_snapshot(Residents, residents_version(), snapshot, locked.head)
        if snapshot and residents:
            self._adopt(residents)
            self.position = self.snapshot_at = snapshot.position
        self.started = True

    def fold(self, recorded: Recorded, tags: list[str], *, stored: bool = False) -> None:
        """Take one event into every state that hears it and is here.

        One that is not ``stored`` yet is kept until the batch is, for states loaded meanwhile.
        """
        event = recorded.event
        for name in HEARERS.get(type(event), ()):
            getattr(self, name).apply(recorded)
        born = None if stored else BORN.get(type(event))
        for tag in tags:
            state = self._cold.get(tag)
            if state is None and born is not None and tag.startswith(born + ":"):
                state = self._cold[tag] = ColdState.COLD[born]()
            if state is not None:
                state.apply(recorded)
        if not stored:
            self._pending.append((recorded, tags))
        self.position = recorded.position

    def missing(self, tags: Iterable[str]) -> list[str]:
        """Of these tags, those whose state is not here."""
        return [tag for tag in tags if tag not in self._cold]

    def peeking(self) -> "Peek":
        """The states that are here; others are blank."""
        return Peek(self)

    def load(self, locked: Locked, tags: list[str]) -> None:
        """Load cold states: snapshot, own events, and those of the batch being decided."""
        states: dict[str, ColdState] = {}
        after: dict[str, int] = {}
        snapshots = locked.snapshots(tags)
        for tag in tags:
            kind = ColdState.COLD[tag.partition(":")[0]]
            snapshot = snapshots.get(tag)
            state = _from_snapshot(kind, kind.VERSION, snapshot, locked.head)
            states[tag] = state or kind()
            after[tag] = snapshot.position if snapshot and state else 0
        read = self._replay(locked.tagged(after), states, after)
        for recorded, event_tags in self._pending:
            for tag in states.keys() & set(event_tags):
                states[tag].apply(recorded)
        self.heavy |= {t: s for t, s in states.items() if read.get(t, 0) > COLD_SNAPSHOT_EVENTS}
        self._cold.update(states)

    def _replay(
        self,
        events: Iterable[LoggedEvent],
        states: Mapping[str, ColdState],
        after: Mapping[str, int],
    ) -> dict[str, int]:
        read: dict[str, int] = {}
        for logged in events:
            recorded = decode(logged)
            for tag in logged.event.private_tags:
                if tag in states and logged.position > after[tag]:
                    states[tag].apply(recorded)
                    read[tag] = read.get(tag, 0) + 1
        return read

    def committed(self) -> None:
        """The batch is stored: forget what only an open batch needs, and keep the bound."""
        self._pending.clear()
        self._load = None
        self.heavy.clear()
        while len(self._cold) > COLD_STATES_MAX:
            self._cold.popitem(last=False)

    def snapshots(self) -> list[Snapshot]:
        """Snapshots that are due, as of the cache's position."""
        due = [
            Snapshot(tag, state.VERSION, self.position, msgspec.msgpack.encode(state))
            for tag, state in self.heavy.items()
        ]
        if self.position - self.snapshot_at >= RESIDENT_SNAPSHOT_EVENTS:
            state = msgspec.msgpack.encode(self.residents)
            due.append(Snapshot("residents", residents_version(), self.position, state))
            self.snapshot_at = self.position
        return due


def _from_snapshot(kind: type[S], version: int, snapshot: Snapshot | None, head: Head) -> S | None:
    """The state in a snapshot; None where there is none that can be used."""
    if snapshot is None or snapshot.version != version or snapshot.position > head.position:
        return None
    try:
        return msgspec.msgpack.decode(snapshot.state, type=kind)
    except msgspec.DecodeError:
        return None


class Peek:
    """The cache as hints see it: nothing is loaded, what is not here is blank."""

    def __init__(self, cache: StateCache) -> None:
        """Look into this cache."""
        self._cold = cache._cold
        self.community, self.officers = cache.community, cache.officers
        self.rulebooks, self.notices = cache.rulebooks, cache.notices
        self.keys, self.shop = cache.keys, cache.shop

    def account(self, account: str) -> Account:
        """The account, if it is here."""
        return self._peek(Account, account)

    def act(self, act: str) -> Act:
        """The act, if it is here."""
        return self._peek(Act, act)

    def card(self, card: str) -> Card:
        """The card, if it is here."""
        return self._peek(Card, card)

    def exchange(self, exchange: str) -> Exchange:
        """The exchange, if it is here."""
        return self._peek(Exchange, exchange)

    def household(self, household: str) -> Household:
        """The household, if it is here."""
        return self._peek(Household, household)

    def member(self, member: str) -> Member:
        """The member, if it is here."""
        return self._peek(Member, member)

    def register_number(self, number: int) -> RegisterNumber:
        """The register number, if it is here."""
        return self._peek(RegisterNumber, str(number))

    def _peek(self, kind: type[C], name: str) -> C:
        return cast("C", self._cold.get(f"{kind.KIND}:{name}")) or kind()
