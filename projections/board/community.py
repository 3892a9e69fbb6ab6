"""The community on the board: its names, its settings, and the moment that an answer is of."""

from typing import Final, NamedTuple

from projections.tables import Connection

_RECORDED_AT: Final = "SELECT recorded_at AT TIME ZONE 'UTC' FROM events WHERE position = %s"
_COMMUNITY: Final = """
SELECT l.community, l.name_zh, l.name_en, l.timezone, l.rehearsal, s.notice_days, s.expiry_months
FROM ledger l LEFT JOIN settings s ON s.position = (SELECT max(position) FROM settings)
"""


class Moment(NamedTuple):
    """How far the tables had come: the position, and when its event was recorded (an instant)."""

    position: int
    recorded_at: str | None


class CommunityFacts(NamedTuple):
    """Who keeps this ledger; settings are None before any were adopted."""

    community: str
    name_zh: str
    name_en: str
    timezone: str
    rehearsal: bool
    notice_days: int | None
    expiry_months: int | None


def moment_at(connection: Connection, position: int) -> Moment:
    """The moment of a position; position 0 is before everything."""
    row = connection.execute(_RECORDED_AT, (position,)).fetchone()
    return Moment(position, row[0].isoformat()[:19] + "Z" if row else None)


def community_facts(connection: Connection) -> CommunityFacts | None:
    """The community; None before its genesis was followed."""
    row = connection.execute(_COMMUNITY).fetchone()
    return CommunityFacts(*row) if row else None
