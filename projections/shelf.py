"""The shelf on an exchange day: what may be handed out now, and on which terms."""

from typing import Final, NamedTuple

from projections.tables import Connection

ITEMS_MAX: Final = 2_000
"""Items that one answer lists."""

_OPEN: Final = """
SELECT session, place, opens_at, closes_at FROM sessions
WHERE opens_at <= %(now)s AND closes_at > %(now)s AND closed_at IS NULL
ORDER BY opens_at, session LIMIT 1
"""
_SHELF: Final = """
SELECT i.item, i.name_zh, i.name_en, i.unit, i.price, i.limit_each,
       coalesce(sum(g.stock) FILTER (WHERE g.best_before IS NULL OR g.best_before >= %s), 0)::bigint
FROM items i LEFT JOIN goods g USING (item)
GROUP BY i.item ORDER BY i.item LIMIT %s
"""


class OpenSession(NamedTuple):
    """A session whose window holds the moment, and that no count has closed."""

    session: str
    place: str
    opens_at: str
    closes_at: str


class ShelfItem(NamedTuple):
    """An item and its terms; ``stock`` is what is there and not past its date."""

    item: str
    name_zh: str
    name_en: str
    unit: str
    price: int
    limit: int | None
    stock: int


def open_session(connection: Connection, now: str) -> OpenSession | None:
    """The session that is open at an instant."""
    row = connection.execute(_OPEN, {"now": now}).fetchone()
    return None if row is None else OpenSession(*row)


def shelf(connection: Connection, today: str) -> list[ShelfItem]:
    """Every item, with what of it may be handed out on a local date."""
    return [ShelfItem(*row) for row in connection.execute(_SHELF, (today, ITEMS_MAX))]
