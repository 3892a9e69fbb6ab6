"""What the desk sends and is told."""

from typing import Annotated

from pydantic import Field

from api.web.fields import LINES_MAX, Body, Code, Quantity, Reason, Shown


class Line(Body):
    """Some of an item."""

    item: Code = Field(examples=["RICE5"])
    quantity: Quantity = Field(examples=[1])


Lines = Annotated[list[Line], Field(min_length=1, max_length=LINES_MAX)]


class CardBody(Body):
    """A card, which is personal and so never stands in an address."""

    card: Code = Field(examples=["C0001"])


class ExchangeBody(Body):
    """A basket for points: all of it is handed over, or nothing."""

    card: Code = Field(examples=["C0001"])
    session: Code = Field(examples=["2022Q3"])
    lines: Lines


class ReturnBody(Body):
    """Goods that come back; the reason is published."""

    lines: Lines
    reason: Reason = Field(examples=["包装破损"])


class LineAnswer(Shown):
    """A line of a basket that was handed over."""

    item: str
    quantity: int
    points: int


class ExchangeAnswer(Shown):
    """A recorded exchange. ``receipt`` is the code that the person takes home."""

    exchange: str
    position: int
    points: int
    balance: int
    lines: list[LineAnswer]
    recorded_at: str
    receipt: str


class ReturnAnswer(Shown):
    """A recorded return; the same shape, and the id of the return."""

    exchange: str
    goods_return: str
    position: int
    points: int
    balance: int
    lines: list[LineAnswer]
    recorded_at: str
    receipt: str


class Recorded(Shown):
    """Something was recorded at a position of the log."""

    position: int
    recorded_at: str


class Limit(Shown):
    """What is left of an item's limit in the open session."""

    item: str
    limit: int
    drawn: int
    left: int


class CardAnswer(Shown):
    """An account as the desk sees it: ``held`` points are kept for somebody until a time."""

    display_name: str
    balance: int
    held: int
    session: str | None
    limits: list[Limit]
    position: int


class ShelfLine(Shown):
    """An item of the shelf; ``stock`` is what may still be handed out today."""

    item: str
    name_zh: str
    name_en: str
    unit: str
    price: int
    limit: int | None
    stock: int


class SessionAnswer(Shown):
    """The open session and its shelf, as of a position."""

    session: str
    place: str
    opens_at: str
    closes_at: str
    shelf: list[ShelfLine]
    position: int


class StillOut(Shown):
    """What of a basket was handed out and is not back."""

    item: str
    price: int
    quantity: int


class ExchangeShown(Shown):
    """An exchange as it stands, returns taken off."""

    exchange: str
    session: str
    lines: list[StillOut]
    position: int
