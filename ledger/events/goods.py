"""Goods: what is on the shelf, where it came from, and what was lost."""

from typing import ClassVar

from msgspec import Struct

from ledger.events.base import Entry, Event, Published


class CountLine(Struct, frozen=True):
    """What a count found of one lot of goods."""

    goods: str
    expected: int
    counted: int


class ItemListed(Event):
    """An item, its price in points and its limit per household and session, from now on."""

    TOPIC: ClassVar[str] = "item-listed.v1"
    PUBLIC_TAGS = ("item",)

    item: Entry[str]
    name_zh: Entry[str]
    name_en: Entry[str]
    unit: Entry[str]
    price: Entry[int]
    limit: Entry[int | None]


class GoodsReceived(Event):
    """A lot of goods. ``best_before`` is a local date; ``donor`` is empty when bought."""

    TOPIC: ClassVar[str] = "goods-received.v1"
    PUBLIC_TAGS = ("goods", "item")

    goods: Entry[str]
    item: Entry[str]
    quantity: Entry[int]
    unit_value_fen: Entry[int | None]
    best_before: Entry[str | None]
    donor: Published[str]


class WriteOffProposed(Event):
    """A storekeeper asks to write goods off; a second officer decides."""

    TOPIC: ClassVar[str] = "write-off-proposed.v1"
    PUBLIC_TAGS = ("write_off", "goods")

    write_off: Entry[str]
    goods: Entry[str]
    quantity: Entry[int]
    reason: Published[str]


class GoodsWrittenOff(Event):
    """The second officer agreed: the goods are gone."""

    TOPIC: ClassVar[str] = "goods-written-off.v1"
    PUBLIC_TAGS = ("write_off", "goods")

    write_off: Entry[str]
    goods: Entry[str]
    item: Entry[str]
    quantity: Entry[int]


class StockCounted(Event):
    """A storekeeper counted the shelf; a second officer confirms what differs."""

    TOPIC: ClassVar[str] = "stock-counted.v1"
    PUBLIC_TAGS = ("count",)

    count: Entry[str]
    lines: Entry[list[CountLine]]


class CountConfirmed(Event):
    """The second officer agreed: the shelf is what was counted."""

    TOPIC: ClassVar[str] = "count-confirmed.v1"
    PUBLIC_TAGS = ("count",)

    count: Entry[str]
    lines: Entry[list[CountLine]]
