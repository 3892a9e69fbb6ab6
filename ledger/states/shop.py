"""The points supermarket: items, lots of goods, exchange sessions."""

from bisect import insort

from msgspec import Struct, field

from ledger.events.base import Recorded
from ledger.events.exchanges import (
    GoodsExchanged,
    GoodsReturned,
    SessionAnnounced,
    SessionClosed,
)
from ledger.events.goods import (
    CountConfirmed,
    CountLine,
    GoodsReceived,
    GoodsWrittenOff,
    ItemListed,
    StockCounted,
    WriteOffProposed,
)
from ledger.states.base import State, folds

LAST = "9999-12-31"
"""Sorts goods without a best-before date behind all others."""


class Item(Struct):
    """What the shelf offers and on which terms."""

    price: int
    limit: int | None


class Goods(Struct):
    """A lot of goods: ``left`` of it is on the shelf."""

    item: str
    best_before: str | None
    order: int
    left: int


class Session(Struct):
    """An exchange day, open when ``opens_at`` <= t < ``closes_at``; ``count`` closed it."""

    place: str
    opens_at: str
    closes_at: str
    count: str | None


class Proposal(Struct):
    """A write-off that waits for the second officer; ``post`` proposed it."""

    goods: str
    quantity: int
    post: str


class Count(Struct):
    """A count that waits for the second officer, or that was confirmed."""

    lines: list[CountLine]
    post: str
    counted_at: str
    confirmed: bool


class Shop(State):
    """Resident. ``shelf`` lists per item the lots that have something left, in giving order."""

    items: dict[str, Item] = field(default_factory=dict)
    goods: dict[str, Goods] = field(default_factory=dict)
    shelf: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)

    def available(self, item: str, today: str) -> list[tuple[str, int]]:
        """Lots of an item that may be given out on a local date, as ``(goods, left)``.

        Earliest best-before first, blank last, ties in the order they came; goods are good on
        the day of their date and not after.
        """
        return [
            (goods, self.goods[goods].left)
            for best_before, _, goods in self.shelf.get(item, ())
            if best_before >= today
        ]

    def open_at(self, instant: str) -> list[str]:
        """The sessions whose window holds an instant and that no count has closed."""
        return [
            name
            for name, s in self.sessions.items()
            if s.opens_at <= instant < s.closes_at and s.count is None
        ]

    def _move(self, goods: str, quantity: int) -> None:
        lot = self.goods[goods]
        key = (lot.best_before or LAST, lot.order, goods)
        shelf = self.shelf.setdefault(lot.item, [])
        if lot.left == 0 and quantity:
            insort(shelf, key)
        lot.left += quantity
        if lot.left == 0 and quantity:
            shelf.remove(key)

    @folds(ItemListed)
    def item_listed(self, event: ItemListed, _: Recorded) -> None:
        """New terms replace the old ones."""
        self.items[event.item] = Item(event.price, event.limit)

    @folds(GoodsReceived)
    def goods_received(self, event: GoodsReceived, _: Recorded) -> None:
        """A lot comes to the shelf."""
        self.goods[event.goods] = Goods(event.item, event.best_before, len(self.goods), 0)
        self._move(event.goods, event.quantity)

    @folds(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        """Goods leave the shelf."""
        for line in event.lines:
            for goods, quantity in line.goods:
                self._move(goods, -quantity)

    @folds(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Goods come back to the lots they came from."""
        for line in event.lines:
            for goods, quantity in line.goods:
                self._move(goods, quantity)

    @folds(SessionAnnounced)
    def session_announced(self, event: SessionAnnounced, _: Recorded) -> None:
        """An exchange day is known."""
        self.sessions[event.session] = Session(event.place, event.opens_at, event.closes_at, None)

    @folds(SessionClosed)
    def session_closed(self, event: SessionClosed, _: Recorded) -> None:
        """The count closed it."""
        self.sessions[event.session].count = event.count

    @folds(WriteOffProposed)
    def write_off_proposed(self, event: WriteOffProposed, recorded: Recorded) -> None:
        """It waits for the second officer."""
        self.proposals[event.write_off] = Proposal(event.goods, event.quantity, recorded.actor)

    @folds(GoodsWrittenOff)
    def goods_written_off(self, event: GoodsWrittenOff, _: Recorded) -> None:
        """The goods are gone."""
        del self.proposals[event.write_off]
        self._move(event.goods, -event.quantity)

    @folds(StockCounted)
    def stock_counted(self, event: StockCounted, recorded: Recorded) -> None:
        """It waits for the second officer."""
        self.counts[event.count] = Count(
            event.lines, recorded.actor, recorded.recorded_at, confirmed=False
        )

    @folds(CountConfirmed)
    def count_confirmed(self, event: CountConfirmed, _: Recorded) -> None:
        """The difference between expected and counted leaves or joins the shelf."""
        for line in event.lines:
            self._move(line.goods, line.counted - line.expected)
        self.counts[event.count].confirmed = True
        self.counts[event.count].lines = []
