"""Exchange: points for goods on an exchange day, and part of it back."""

from typing import ClassVar

from msgspec import Struct

from ledger.events.base import Entry, Event, Private, Published
from ledger.events.points import Taken


class ExchangeLine(Struct, frozen=True):
    """One item of a basket; ``goods`` says from which lots it came, as ``(lot, quantity)``."""

    item: str
    quantity: int
    price: int
    goods: list[tuple[str, int]]


class SessionAnnounced(Event):
    """An exchange day: open when ``opens_at`` <= t < ``closes_at``."""

    TOPIC: ClassVar[str] = "session-announced.v1"
    PUBLIC_TAGS = ("session",)

    session: Entry[str]
    place: Entry[str]
    opens_at: Entry[str]
    closes_at: Entry[str]


class SessionClosed(Event):
    """The session is closed by a confirmed count."""

    TOPIC: ClassVar[str] = "session-closed.v1"
    PUBLIC_TAGS = ("session", "count")

    session: Entry[str]
    count: Entry[str]


class GoodsExchanged(Event):
    """A basket was handed over for ``points``."""

    TOPIC: ClassVar[str] = "goods-exchanged.v1"
    PUBLIC_TAGS = ("exchange", "session")
    PRIVATE_TAGS = ("exchange", "account")

    exchange: Entry[str]
    session: Entry[str]
    lines: Entry[list[ExchangeLine]]
    points: Entry[int]
    account: Private[str]
    card: Private[str]
    taken: Private[Taken]


class GoodsReturned(Event):
    """Part of a basket came back, and its points with it."""

    TOPIC: ClassVar[str] = "goods-returned.v1"
    PUBLIC_TAGS = ("exchange", "session")
    PRIVATE_TAGS = ("exchange", "account", "expires")

    goods_return: Entry[str]
    exchange: Entry[str]
    session: Entry[str]
    lines: Entry[list[ExchangeLine]]
    points: Entry[int]
    account: Private[str]
    lot: Private[str]
    debt_paid: Private[int]
    lot_points: Private[int]
    expires: Private[str | None]
    reason: Published[str]
