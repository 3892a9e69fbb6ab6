"""Communities in a database: one schema each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from ledger.server import (
    OWNER,
    WRITER,
    Database,
    check_database,
    check_writer,
    ensure_roles,
)

PREFIX: Final = "sunledger_"
REHEARSAL: Final = "rehearsal_"
"""Begins the names of throw-away communities, behind the prefix."""

# Its own number space beside that of the migrations.
_IN_USE: Final = "SELECT pg_try_advisory_lock(hashtextextended('sunledger in use ' || %s, 0))"
_SCHEMAS: Final = """
SELECT nspname FROM pg_namespace
WHERE starts_with(nspname, %s) AND to_regclass(quote_ident(nspname) || '.head') IS NOT NULL
ORDER BY nspname
"""


def schema_of(community: str) -> str:
    """The schema that holds a community."""
    return PREFIX + community


def prepare(database: Database) -> None:
    """Check that the database keeps what it is given, and make the roles.

    Raises:
        ServerError: what is wrong, as one sentence.
    """
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        check_database(connection)
        check_writer(connection)
        ensure_roles(connection)


def communities(database: Database) -> list[str]:
    """The communities of a database; throw-away ones are left out."""
    with psycopg.connect(database.conninfo(WRITER), autocommit=True) as connection:
        names = [row[0] for row in connection.execute(_SCHEMAS, (PREFIX,))]
    found = [name.removeprefix(PREFIX) for name in names]
    return [name for name in found if not name.startswith(REHEARSAL)]


def drop(database: Database, schema: str) -> None:
    """Drop a community's schema and all that is in it; only ever for rehearsals."""
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))


@contextmanager
def throw_away(database: Database, schema: str) -> Iterator[None]:
    """Mark a throw-away schema as in use; drop it at the end, and those that others left behind."""
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute(_IN_USE, (schema,))
        for (name,) in connection.execute(_SCHEMAS, (PREFIX + REHEARSAL,)).fetchall():
            free = connection.execute(_IN_USE, (name,)).fetchone()
            if name != schema and free and free[0]:
                drop(database, name)
        try:
            yield
        finally:
            drop(database, schema)
