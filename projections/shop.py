"""The shop: items and what is on the shelf, lots of goods, donors, exchange days, counts.

Everything here is public: it is folded from entries and published texts alone.
"""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.base import Event, Recorded
from ledger.events.exchanges import (
    ExchangeLine,
    GoodsExchanged,
    GoodsReturned,
    SessionAnnounced,
    SessionClosed,
)
from ledger.events.goods import (
    CountConfirmed,
    GoodsReceived,
    GoodsWrittenOff,
    ItemListed,
    StockCounted,
    WriteOffProposed,
)
from projections.base import Projection, folds
from projections.rows import Row
from projections.shop_rows import (
    CountLineRow,
    CountRow,
    DonorRow,
    GoodsRow,
    ItemRow,
    SessionItemRow,
    SessionRow,
    WriteOffRow,
)
from projections.tables import Connection, Tables, Touch


class Shop(Projection):
    """The points supermarket."""

    NAME: ClassVar[str] = "shop"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (
        ItemRow,
        GoodsRow,
        DonorRow,
        SessionRow,
        SessionItemRow,
        WriteOffRow,
        CountRow,
        CountLineRow,
    )

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.items, self.goods = tables[ItemRow], tables[GoodsRow]
        self.donors, self.sessions = tables[DonorRow], tables[SessionRow]
        self.session_items, self.write_offs = tables[SessionItemRow], tables[WriteOffRow]
        self.counts, self.count_lines = tables[CountRow], tables[CountLineRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """Items, lots of goods and sessions that the event names."""
        if isinstance(event, GoodsExchanged | GoodsReturned):
            yield SessionRow, event.session
            for line in event.lines:
                yield ItemRow, line.item
                yield SessionItemRow, (event.session, line.item)
                for goods, _ in line.goods:
                    yield GoodsRow, goods

    def touches_next(self, event: Event) -> Iterable[Touch]:
        """The donors of those lots."""
        if isinstance(event, GoodsExchanged | GoodsReturned):
            for line in event.lines:
                for goods, _ in line.goods:
                    lot = self.goods.find(goods)
                    if lot is not None and lot.donor:
                        yield DonorRow, lot.donor

    @folds(ItemListed, public=True)
    def item_listed(self, event: ItemListed, _: Recorded) -> None:
        """New terms replace the old ones."""
        if self.items.find(event.item) is None:
            self.items.add(
                ItemRow(
                    item=event.item,
                    name_zh=event.name_zh,
                    name_en=event.name_en,
                    unit=event.unit,
                    price=event.price,
                    limit_each=event.limit,
                )
            )
            return
        item = self.items.edit(event.item)
        item.name_zh, item.name_en, item.unit = event.name_zh, event.name_en, event.unit
        item.price, item.limit_each = event.price, event.limit

    @folds(GoodsReceived, public=True)
    def goods_received(self, event: GoodsReceived, recorded: Recorded) -> None:
        """A lot comes to the shelf."""
        lot = GoodsRow(
            goods=event.goods,
            item=event.item,
            donor=event.donor,
            position=recorded.position,
            received_at=recorded.recorded_at,
            unit_value_fen=event.unit_value_fen,
            best_before=event.best_before,
            stock=event.quantity,
            received=event.quantity,
        )
        self.goods.add(lot)
        item = self.items.edit(event.item)
        item.received += event.quantity
        item.stock += event.quantity
        if event.donor:
            donor = self._donor(event.donor)
            donor.lots += 1
            donor.received += event.quantity
            donor.received_value_fen += event.quantity * (event.unit_value_fen or 0)

    def _donor(self, donor: str) -> DonorRow:
        if self.donors.find(donor) is None:
            return self.donors.add(DonorRow(donor=donor))
        return self.donors.edit(donor)

    @folds(SessionAnnounced, public=True)
    def session_announced(self, event: SessionAnnounced, _: Recorded) -> None:
        """An exchange day is known."""
        self.sessions.add(
            SessionRow(
                session=event.session,
                place=event.place,
                opens_at=event.opens_at,
                closes_at=event.closes_at,
            )
        )

    @folds(SessionClosed, public=True)
    def session_closed(self, event: SessionClosed, recorded: Recorded) -> None:
        """The count closed it."""
        session = self.sessions.edit(event.session)
        session.count, session.closed_at = event.count, recorded.recorded_at

    @folds(GoodsExchanged, public=True)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        """Goods leave the shelf."""
        session = self.sessions.edit(event.session)
        session.exchanges += 1
        session.points_spent += event.points
        for line in event.lines:
            session.quantity += line.quantity
            sold = self._session_item(event.session, line.item)
            sold.given += line.quantity
            sold.points_spent += line.quantity * line.price
            self._hand_out(line, 1)

    @folds(GoodsReturned, public=True)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Goods come back to the lots they came from."""
        session = self.sessions.edit(event.session)
        session.returns += 1
        session.points_returned += event.points
        for line in event.lines:
            session.quantity -= line.quantity
            sold = self._session_item(event.session, line.item)
            sold.returned += line.quantity
            sold.points_returned += line.quantity * line.price
            self._hand_out(line, -1)

    def _session_item(self, session: str, item: str) -> SessionItemRow:
        if self.session_items.find((session, item)) is None:
            return self.session_items.add(SessionItemRow(session=session, item=item))
        return self.session_items.edit((session, item))

    def _hand_out(self, line: ExchangeLine, sign: int) -> None:
        """Move a line's goods off the shelf (``sign`` 1) or back onto it (-1)."""
        for goods, quantity in line.goods:
            lot = self.goods.edit(goods)
            _move(lot, quantity, sign)
            if lot.donor:
                donor = self.donors.edit(lot.donor)
                donor.handed_out += sign * quantity
                donor.handed_out_value_fen += sign * quantity * (lot.unit_value_fen or 0)
        _move(self.items.edit(line.item), line.quantity, sign)

    @folds(WriteOffProposed, public=True)
    def write_off_proposed(self, event: WriteOffProposed, recorded: Recorded) -> None:
        """It waits for the second officer."""
        self.write_offs.add(
            WriteOffRow(
                write_off=event.write_off,
                goods=event.goods,
                quantity=event.quantity,
                reason=event.reason,
                proposed_at=recorded.recorded_at,
                proposed_by=recorded.actor,
            )
        )

    @folds(GoodsWrittenOff, public=True)
    def goods_written_off(self, event: GoodsWrittenOff, recorded: Recorded) -> None:
        """The goods are gone."""
        row = self.write_offs.edit(event.write_off)
        row.written_off_at, row.confirmed_by = recorded.recorded_at, recorded.actor
        self._lose(event.goods, event.quantity)

    @folds(StockCounted, public=True)
    def stock_counted(self, event: StockCounted, recorded: Recorded) -> None:
        """It waits for the second officer."""
        self.counts.add(
            CountRow(count=event.count, counted_at=recorded.recorded_at, counted_by=recorded.actor)
        )
        for line in event.lines:
            self.count_lines.add(
                CountLineRow(
                    count=event.count,
                    goods=line.goods,
                    expected=line.expected,
                    counted=line.counted,
                )
            )

    @folds(CountConfirmed, public=True)
    def count_confirmed(self, event: CountConfirmed, recorded: Recorded) -> None:
        """What the count found missing is lost."""
        row = self.counts.edit(event.count)
        row.confirmed_at, row.confirmed_by = recorded.recorded_at, recorded.actor
        for line in event.lines:
            self._lose(line.goods, line.expected - line.counted)

    def _lose(self, goods: str, quantity: int) -> None:
        lot = self.goods.edit(goods)
        for row in (lot, self.items.edit(lot.item)):
            row.stock -= quantity
            row.lost += quantity


def _move(row: ItemRow | GoodsRow, quantity: int, sign: int) -> None:
    row.stock -= sign * quantity
    if sign > 0:
        row.given += quantity
    else:
        row.returned += quantity


def stock(connection: Connection) -> dict[str, int]:
    """What is on the shelf of every item, goods past their date included."""
    return dict(connection.execute("SELECT item, stock FROM items").fetchall())
