"""The tables of the shop; see :mod:`projections.shop`."""

from projections.rows import Row


class ItemRow(Row):
    """An item on its newest terms, and its quantities over all lots.

    ``stock`` is what is on the shelf, past its date or not. ``returned`` came back after it was
    ``given``; ``lost`` was written off or missing in counts, less what counts found too many.
    """

    TABLE = "items"
    KEY = ("item",)

    item: str
    name_zh: str
    name_en: str
    unit: str
    price: int
    limit_each: int | None
    stock: int = 0
    received: int = 0
    given: int = 0
    returned: int = 0
    lost: int = 0


class GoodsRow(Row):
    """A lot of goods; ``position`` gives the order of lots with one date. See :class:`ItemRow`."""

    TABLE = "goods"
    KEY = ("goods",)
    INDEXES = (("item",), ("donor",))

    goods: str
    item: str
    donor: str
    position: int
    received_at: str
    unit_value_fen: int | None
    best_before: str | None
    stock: int
    received: int
    given: int = 0
    returned: int = 0
    lost: int = 0


class DonorRow(Row):
    """What a donor gave, and how much of it was handed out and not returned.

    Values are in fen and count lots whose unit value is known.
    """

    TABLE = "donors"
    KEY = ("donor",)

    donor: str
    lots: int = 0
    received: int = 0
    handed_out: int = 0
    received_value_fen: int = 0
    handed_out_value_fen: int = 0


class SessionRow(Row):
    """An exchange day; ``count`` closed it. ``quantity`` counts pieces given and not returned."""

    TABLE = "sessions"
    KEY = ("session",)

    session: str
    place: str
    opens_at: str
    closes_at: str
    exchanges: int = 0
    returns: int = 0
    quantity: int = 0
    points_spent: int = 0
    points_returned: int = 0
    count: str | None = None
    closed_at: str | None = None


class SessionItemRow(Row):
    """What of an item an exchange day handed out and took back; points likewise."""

    TABLE = "session_items"
    KEY = ("session", "item")

    session: str
    item: str
    given: int = 0
    returned: int = 0
    points_spent: int = 0
    points_returned: int = 0


class WriteOffRow(Row):
    """Goods that a storekeeper asked to write off; ``written_off_at``: a second officer agreed."""

    TABLE = "write_offs"
    KEY = ("write_off",)

    write_off: str
    goods: str
    quantity: int
    reason: str
    proposed_at: str
    proposed_by: str
    written_off_at: str | None = None
    confirmed_by: str | None = None


class CountRow(Row):
    """A count of the shelf; ``confirmed_at``: a second officer agreed."""

    TABLE = "counts"
    KEY = ("count",)

    count: str
    counted_at: str
    counted_by: str
    confirmed_at: str | None = None
    confirmed_by: str | None = None


class CountLineRow(Row):
    """What a count found of one lot."""

    TABLE = "count_lines"
    KEY = ("count", "goods")
    APPEND_ONLY = True

    count: str
    goods: str
    expected: int
    counted: int
