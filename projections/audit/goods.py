"""The shelf: gifts in = given out − returned + lost + on the shelf, per item and lot."""

from typing import Final

from msgspec import Struct

from ledger.events.base import Recorded
from ledger.events.exchanges import ExchangeLine, GoodsExchanged, GoodsReturned
from ledger.events.goods import (
    CountConfirmed,
    CountLine,
    GoodsReceived,
    GoodsWrittenOff,
    ItemListed,
    StockCounted,
    WriteOffProposed,
)
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import Ground

LAST: Final = "9999-12-31"
"""Sorts goods without a best-before date behind all others."""

GOODS_STRAY: Final = Fault(
    "goods_stray", N_("Position {position}: the lot of goods {goods} is not one of item {item}.")
)
GOODS_REPEATED: Final = Fault(
    "goods_repeated",
    N_("Position {position}: the lot of goods {goods} came before, or is of no listed item."),
)
SHELF_BELOW_ZERO: Final = Fault(
    "shelf_below_zero",
    N_("Position {position}: more of the lot {goods} left the shelf than lay on it."),
)
GOODS_PAST_DATE: Final = Fault(
    "goods_past_date",
    N_("Position {position}: goods of the lot {goods} were given out past their date."),
)
GIVING_ORDER_WRONG: Final = Fault(
    "giving_order_wrong",
    N_("Position {position}: {item} did not come from the lots that must be given out first."),
)
LINE_WRONG: Final = Fault(
    "line_wrong", N_("Position {position}: the lots of {item} do not add up to its quantity.")
)
WRITE_OFF_WRONG: Final = Fault(
    "write_off_wrong",
    N_("Position {position}: no such write-off was proposed and waits."),
)
COUNT_WRONG: Final = Fault(
    "count_wrong",
    N_("Position {position}: the count of the lot {goods} does not say what the shelf held."),
)
COUNT_STRAY: Final = Fault(
    "count_stray", N_("Position {position}: no such count was taken and waits.")
)
GOODS_DIFFER: Final = Fault(
    "goods_differ",
    N_("Of {item}, {received} came in; {given} out, {lost} lost and {left} left do not add up."),
)


class Lot(Struct):
    """A lot of goods and where it went; ``left`` is told by what moved it."""

    item: str
    best_before: str
    order: int
    left: int


class Tally(Struct):
    """An item's public quantities; ``given`` is less what came back."""

    received: int = 0
    given: int = 0
    lost: int = 0


class Goods(Fold):
    """Nothing leaves the shelf that was not on it, and all that came in is accounted for."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.items: set[str] = set()
        self.lots: dict[str, Lot] = {}
        self.of_item: dict[str, list[str]] = {}
        self.tallies: dict[str, Tally] = {}
        self.proposals: dict[str, WriteOffProposed] = {}
        self.counts: dict[str, list[CountLine]] = {}

    def end(self) -> None:
        """Per item, what came in is what went out, was lost and is left."""
        for item, tally in self.tallies.items():
            left = sum(self.lots[goods].left for goods in self.of_item.get(item, ()))
            if tally.received != tally.given + tally.lost + left:
                self.findings.append(
                    GOODS_DIFFER.at(
                        0,
                        item=item,
                        received=tally.received,
                        given=tally.given,
                        lost=tally.lost,
                        left=left,
                    )
                )

    def tally(self, item: str) -> Tally:
        """The public quantities of an item."""
        return self.tallies.setdefault(item, Tally())

    def move(self, goods: str, quantity: int) -> None:
        """Goods come to the shelf (above zero) or leave it."""
        lot = self.lots.get(goods)
        if lot is None:
            self.report(GOODS_STRAY, goods=goods, item="")
            return
        lot.left += quantity
        self.check(lot.left >= 0, SHELF_BELOW_ZERO, goods=goods)

    @hears(ItemListed)
    def item_listed(self, event: ItemListed, _: Recorded) -> None:
        """The shop has it."""
        self.items.add(event.item)

    @hears(GoodsReceived)
    def goods_received(self, event: GoodsReceived, _: Recorded) -> None:
        """A fresh lot of a listed item."""
        fresh = event.goods not in self.lots and event.item in self.items and event.quantity > 0
        self.check(fresh, GOODS_REPEATED, goods=event.goods)
        best_before = event.best_before or LAST
        self.lots[event.goods] = Lot(event.item, best_before, len(self.lots), event.quantity)
        self.of_item.setdefault(event.item, []).append(event.goods)
        self.tally(event.item).received += event.quantity

    @hears(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, recorded: Recorded) -> None:
        """From the lots that end first, none past its date."""
        today = self.ground.today(recorded.recorded_at)
        for line in event.lines:
            first = self.first_lots(line.item, line.quantity, today)
            self.check(first == line.goods, GIVING_ORDER_WRONG, item=line.item)
            self.check_line(line)
            self.tally(line.item).given += line.quantity
            for goods, quantity in line.goods:
                lot = self.lots.get(goods)
                good = lot is None or lot.best_before >= today
                self.check(good, GOODS_PAST_DATE, goods=goods)
                self.move(goods, -quantity)

    def first_lots(self, item: str, quantity: int, today: str) -> list[tuple[str, int]]:
        """The lots that ``quantity`` of an item must come from."""
        found = []
        lots = [(goods, self.lots[goods]) for goods in self.of_item.get(item, ())]
        good = [(goods, lot) for goods, lot in lots if lot.left > 0 and lot.best_before >= today]
        for goods, lot in sorted(good, key=lambda named: (named[1].best_before, named[1].order)):
            part = min(quantity, lot.left)
            if part:
                found.append((goods, part))
                quantity -= part
        return found

    def check_line(self, line: ExchangeLine) -> None:
        """The lots are of the item and add up to the line."""
        adds = sum(quantity for _, quantity in line.goods) == line.quantity > 0
        self.check(adds and min(n for _, n in line.goods) > 0, LINE_WRONG, item=line.item)
        for goods, _ in line.goods:
            lot = self.lots.get(goods)
            mine = lot is not None and lot.item == line.item
            self.check(mine, GOODS_STRAY, goods=goods, item=line.item)

    @hears(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Back to the shelf."""
        for line in event.lines:
            self.check_line(line)
            self.tally(line.item).given -= line.quantity
            for goods, quantity in line.goods:
                self.move(goods, quantity)

    @hears(WriteOffProposed)
    def write_off_proposed(self, event: WriteOffProposed, _: Recorded) -> None:
        """It waits."""
        self.proposals[event.write_off] = event

    @hears(GoodsWrittenOff)
    def goods_written_off(self, event: GoodsWrittenOff, _: Recorded) -> None:
        """What was proposed is gone, once."""
        asked, lot = self.proposals.pop(event.write_off, None), self.lots.get(event.goods)
        same = asked is not None and (asked.goods, asked.quantity) == (event.goods, event.quantity)
        of_item = lot is not None and lot.item == event.item
        self.check(same and of_item and event.quantity > 0, WRITE_OFF_WRONG)
        self.tally(event.item).lost += event.quantity
        self.move(event.goods, -event.quantity)

    @hears(StockCounted)
    def stock_counted(self, event: StockCounted, _: Recorded) -> None:
        """What was expected is what lay there; each lot once."""
        names = [line.goods for line in event.lines]
        for line in event.lines:
            once = names.count(line.goods) == 1 and line.counted >= 0
            self.check(once and self.holds(line), COUNT_WRONG, goods=line.goods)
        self.counts[event.count] = event.lines

    @hears(CountConfirmed)
    def count_confirmed(self, event: CountConfirmed, _: Recorded) -> None:
        """As it was counted, and while the shelf is as it was then."""
        self.check(self.counts.pop(event.count, None) == event.lines, COUNT_STRAY)
        for line in event.lines:
            self.check(self.holds(line), COUNT_WRONG, goods=line.goods)
            lot = self.lots.get(line.goods)
            if lot is not None:
                self.tally(lot.item).lost += line.expected - line.counted
                self.move(line.goods, line.counted - line.expected)

    def holds(self, line: CountLine) -> bool:
        """Whether the shelf holds what a line of a count expects."""
        lot = self.lots.get(line.goods)
        return lot is not None and lot.left == line.expected
