"""Exchange days, the shelf, donors and where their gifts went, for the board.

All of it is folded from public entries: none of it knows who exchanged anything.
"""

from typing import Any, Final, NamedTuple

from projections.tables import Connection

SESSIONS_MAX: Final = 200
ITEMS_MAX: Final = 1_000
GIFTS_MAX: Final = 5_000

_SESSIONS: Final = """
SELECT session, place, opens_at, closes_at, closed_at, exchanges, returns, quantity,
       points_spent - points_returned
FROM sessions WHERE %s::text IS NULL OR session = %s
ORDER BY opens_at DESC, session LIMIT %s
"""
_SESSION_ITEMS: Final = """
SELECT i.item, i.name_zh, i.name_en, i.unit, s.given, s.returned,
       s.points_spent - s.points_returned
FROM session_items s JOIN items i USING (item)
WHERE s.session = %s ORDER BY i.item LIMIT %s
"""
_SHELF: Final = """
SELECT i.item, i.name_zh, i.name_en, i.unit, i.price, i.limit_each,
       coalesce(g.fit, 0)::bigint, i.stock - coalesce(g.fit, 0)::bigint
FROM items i LEFT JOIN (
    SELECT item, sum(stock) AS fit FROM goods
    WHERE best_before IS NULL OR best_before >= %s GROUP BY item
) g USING (item)
ORDER BY i.item LIMIT %s
"""
_GIFTS: Final = """
SELECT g.donor, i.item, i.name_zh, i.name_en, i.unit, count(*), sum(g.received)::bigint,
       sum(g.given - g.returned)::bigint, sum(g.stock)::bigint, sum(g.lost)::bigint,
       sum(g.received * coalesce(g.unit_value_fen, 0))::bigint
FROM goods g JOIN items i USING (item)
GROUP BY g.donor, i.item, i.name_zh, i.name_en, i.unit
ORDER BY g.donor, i.item LIMIT %s
"""
_SHELF_POINTS: Final = "SELECT coalesce(sum(stock * price), 0)::bigint FROM items"


class SessionFacts(NamedTuple):
    """An exchange day; ``quantity`` and ``points`` are what was given, less what came back."""

    session: str
    place: str
    opens_at: str
    closes_at: str
    closed_at: str | None
    exchanges: int
    returns: int
    quantity: int
    points: int


class HandedOutFacts(NamedTuple):
    """What of an item an exchange day gave and took back; ``points`` net."""

    item: str
    name_zh: str
    name_en: str
    unit: str
    given: int
    returned: int
    points: int


class ItemFacts(NamedTuple):
    """An item: ``limit`` is per household and session, ``stock`` can be given out.

    ``past_date`` pieces are on the shelf as well and are not given out any more.
    """

    item: str
    name_zh: str
    name_en: str
    unit: str
    price: int
    limit: int | None
    stock: int
    past_date: int


class GiftFacts(NamedTuple):
    """What came in of an item from one donor (an empty name: bought), and where it went.

    ``received`` = ``handed_out`` + ``on_shelf`` + ``lost``. ``value_fen`` counts lots whose unit
    value is known.
    """

    donor: str
    item: str
    name_zh: str
    name_en: str
    unit: str
    lots: int
    received: int
    handed_out: int
    on_shelf: int
    lost: int
    value_fen: int


def sessions(connection: Connection, limit: int = SESSIONS_MAX) -> list[SessionFacts]:
    """Exchange days, the latest first."""
    return _sessions(connection, (None, None, min(limit, SESSIONS_MAX)))


def session(connection: Connection, session_id: str) -> SessionFacts | None:
    """One exchange day."""
    return next(iter(_sessions(connection, (session_id, session_id, 1))), None)


def _sessions(connection: Connection, values: tuple[Any, ...]) -> list[SessionFacts]:
    return [SessionFacts(*row) for row in connection.execute(_SESSIONS, values)]


def handed_out(connection: Connection, session_id: str) -> list[HandedOutFacts]:
    """What an exchange day handed out, by item."""
    found = connection.execute(_SESSION_ITEMS, (session_id, ITEMS_MAX))
    return [HandedOutFacts(*row) for row in found]


def shelf(connection: Connection, day: str) -> list[ItemFacts]:
    """Every item, and what of it may be given out on the local date ``day``."""
    return [ItemFacts(*row) for row in connection.execute(_SHELF, (day, ITEMS_MAX))]


def shelf_points(connection: Connection) -> int:
    """What everything on the shelf costs together, in points."""
    row = connection.execute(_SHELF_POINTS).fetchone()
    return row[0] if row else 0


def gifts(connection: Connection) -> list[GiftFacts]:
    """Goods by donor and item, in the order of both."""
    return [GiftFacts(*row) for row in connection.execute(_GIFTS, (GIFTS_MAX,))]
