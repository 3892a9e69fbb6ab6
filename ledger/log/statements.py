"""The SQL of the log. Names are unqualified: the schema is the connection's search path."""

from typing import Any, Final

from eventsourcing.dcb.api import DCBQuery

EVENT_COLUMNS: Final = "e.position, e.type, e.tags, e.entry, o.opening, o.tags, t.text"
_FROM: Final = (
    "FROM events e LEFT JOIN openings o USING (position) LEFT JOIN texts t USING (position)"
)
_NOW: Final = """to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


# The rows come from :mod:`ledger.log.copying`.
COPY_EVENTS: Final = (
    "COPY events (position, type, recorded_at, tags, entry) FROM STDIN (FORMAT BINARY)"
)
COPY_OPENINGS: Final = "COPY openings (position, tags, opening) FROM STDIN (FORMAT BINARY)"
COPY_TEXTS: Final = "COPY texts (position, text) FROM STDIN (FORMAT BINARY)"
COPY_REQUESTS: Final = (
    "COPY requests (key, owner, fingerprint, outcome, position, recorded_at) "
    "FROM STDIN (FORMAT BINARY)"
)

READ_HEAD: Final = f"SELECT position, recorded_at, {_NOW} FROM head"  # noqa: S608 (constants)
LOCK_HEAD: Final = READ_HEAD + " FOR UPDATE"
MOVE_HEAD: Final = "UPDATE head SET position = %s, recorded_at = %s"
NOTIFY: Final = "SELECT pg_notify(%s, %s)"
KNOWN_REQUESTS: Final = (
    "SELECT key, owner, fingerprint, outcome FROM requests WHERE key = ANY(%s::text[])"
)
READ_AFTER: Final = (
    f"SELECT {EVENT_COLUMNS} {_FROM} WHERE e.position > %s ORDER BY e.position LIMIT %s"
)
TAGGED_AFTER: Final = (
    f"SELECT {EVENT_COLUMNS} {_FROM} WHERE o.tags @> %s::text[] AND e.position > %s "
    "ORDER BY e.position LIMIT %s"
)
# MATERIALIZED: each tag is looked up in the index by itself, then the rows are fetched once.
TAGGED: Final = f"""
WITH found AS MATERIALIZED (
    SELECT DISTINCT o.position
    FROM unnest(%s::text[], %s::bigint[]) AS wanted (tag, after)
    CROSS JOIN LATERAL (
        SELECT position FROM openings
        WHERE tags @> ARRAY[wanted.tag] AND position > wanted.after
    ) o
)
SELECT {EVENT_COLUMNS}
FROM found JOIN events e USING (position)
LEFT JOIN openings o USING (position) LEFT JOIN texts t USING (position)
ORDER BY e.position
"""  # noqa: S608 (constants)
READ_SNAPSHOTS: Final = (
    "SELECT name, version, position, state FROM snapshots WHERE name = ANY(%s::text[])"
)
UPSERT_SNAPSHOT: Final = (
    "INSERT INTO snapshots (name, version, position, state) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (name) DO UPDATE SET version = excluded.version, "
    "position = excluded.position, state = excluded.state"
)


def query_condition(query: DCBQuery | None) -> tuple[str, list[Any]]:
    """A query of the protocol as a condition with its values: any item, of which all parts."""
    items, values = [], []
    for item in query.items if query else []:
        parts = ["true"]
        if item.types:
            parts.append("e.type = ANY(%s::text[])")
            values.append(item.types)
        if item.tags:
            parts.append("(e.tags || coalesce(o.tags, '{}')) @> %s::text[]")
            values.append(item.tags)
        items.append(" AND ".join(parts))
    return " OR ".join(f"({item})" for item in items) or "true", values


def read_matching(condition: str) -> str:
    """The statement that reads the events after a position that meet a condition."""
    return (
        f"SELECT {EVENT_COLUMNS} {_FROM} WHERE e.position > %s AND ({condition}) "
        "ORDER BY e.position LIMIT %s"
    )
