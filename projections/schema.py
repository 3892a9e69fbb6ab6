"""The tables of the projections: made when missing, named for a rebuild when they have changed.

Done as the owner, under an advisory lock of the schema, so that two processes may start together.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from psycopg.sql import SQL, Composed, Identifier

from ledger.log.datastore import LogDatastore
from projections.base import Projection
from projections.rows import NEW, Row, create_indexes, create_table
from projections.tables import Connection
from projections.tracking import (
    CREATE_PROJECTIONS,
    TRACKING,
    PositionRecorder,
    standings_of,
)

LOCK_WAIT: Final = "60s"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('sunledger-projections:' || %s, 0))"
_NO_REBUILD: Final = (
    "SELECT pg_try_advisory_xact_lock(hashtextextended('sunledger-rebuild:' || %s, 0))"
)
_GRANTS: Final = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO sunledger_writer",
    "GRANT SELECT ON {} TO sunledger_reader",
)
_GRANT_ERASER: Final = "GRANT SELECT, DELETE ON {} TO sunledger_eraser"


@contextmanager
def owner_datastore(owner_conninfo: str, schema: str) -> Iterator[LogDatastore]:
    """The owner's datastore, closed afterwards."""
    datastore = LogDatastore(owner_conninfo, schema)
    try:
        yield datastore
    finally:
        datastore.close()


def install(owner_conninfo: str, schema: str, projections: Sequence[type[Projection]]) -> list[str]:
    """Make the tables that are missing and name the projections that have changed.

    Safe at every start and in several processes. Returns the names of the projections that must
    be rebuilt before they can be followed and read; tables of a newer program are not among them.
    """
    with (
        owner_datastore(owner_conninfo, schema) as datastore,
        datastore.connect() as connection,
        connection.transaction(),
    ):
        connection.execute(SQL("SET LOCAL lock_timeout = {}").format(LOCK_WAIT))
        connection.execute(_LOCK, (schema,))
        if connection.execute(_NO_REBUILD, (schema,)).fetchone() == (True,):
            drop_leftovers(connection)
        _create_tracking(connection, datastore)
        return [p.NAME for p in projections if _install(connection, p)]


def _create_tracking(connection: Connection, datastore: LogDatastore) -> None:
    """Make the tables of positions where they are missing."""
    found = connection.execute("SELECT to_regclass('projections')").fetchone()
    if found is not None and found[0] is not None:
        return
    PositionRecorder(datastore).create(connection)
    connection.execute(CREATE_PROJECTIONS)
    for table in (TRACKING, "projections"):
        for grant in _GRANTS:
            connection.execute(SQL(grant).format(Identifier(table)))


def _install(connection: Connection, projection: type[Projection]) -> bool:
    """Bring one projection's tables up to date; whether they wait for a rebuild."""
    standing = standings_of(connection, [projection.NAME]).get(projection.NAME)
    if standing is None:
        create(connection, projection)
        return False
    if standing.version > projection.VERSION:
        return False
    return not standing.fits(projection)


def create(connection: Connection, projection: type[Projection]) -> None:
    """Make a projection's tables, at position 0."""
    for row in projection.TABLES:
        create_empty(connection, row)
        for statement in create_indexes(row):
            connection.execute(statement)
    connection.execute(
        "INSERT INTO projections VALUES (%s, %s, %s, 1, %s)",
        (projection.NAME, projection.VERSION, projection.shape(), tables_of(projection)),
    )
    connection.execute("INSERT INTO tracking VALUES (%s, 0)", (projection.NAME,))


def tables_of(projection: type[Projection]) -> list[str]:
    """The names of a projection's tables."""
    return [row.TABLE for row in projection.TABLES]


def create_empty(connection: Connection, row: type[Row], suffix: str = "") -> None:
    """Make one table without key and indexes, with its grants."""
    connection.execute(create_table(row, suffix))
    for statement in grants(row, suffix):
        connection.execute(statement)


def grants(row: type[Row], suffix: str = "") -> list[Composed]:
    """Who may do what with a table: the eraser deletes where it is personal."""
    table = Identifier(row.TABLE + suffix)
    wanted = _GRANTS if row.PERSON is None else (*_GRANTS, _GRANT_ERASER)
    return [SQL(grant).format(table) for grant in wanted]


def drop_leftovers(connection: Connection) -> None:
    """Drop what a rebuild that was killed has left behind."""
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname LIKE %s",
        ("%" + NEW.replace("_", r"\_"),),
    ).fetchall()
    for (table,) in found:
        connection.execute(SQL("DROP TABLE {}").format(Identifier(table)))
