"""Communities in a database: one schema each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from ledger.errors import LedgerError
from ledger.log.canonical import parse_canonical
from ledger.server import (
    OWNER,
    WRITER,
    Database,
    check_database,
    check_writer,
    ensure_roles,
)

PREFIX: Final = "sunledger_"
REHEARSAL: Final = "0_rehearsal_"
"""Begins the names of throw-away communities; no community's own name begins with a digit."""

# Its own number space beside that of the migrations.
_IN_USE: Final = "SELECT pg_try_advisory_lock(hashtextextended('sunledger in use ' || %s, 0))"
_HAS_EVENTS: Final = "SELECT to_regclass(quote_ident(%s) || '.events')"
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


class NotARehearsalError(LedgerError):
    """A ledger on the real clock is never dropped."""

    code = "not_a_rehearsal"
    status = 409
    message = "{community} is a real ledger and no rehearsal. It was left as it is."


def drop(database: Database, schema: str) -> None:
    """Drop a rehearsal's schema and all that is in it, however far it had come.

    Raises:
        NotARehearsalError: its genesis is that of a real ledger.
    """
    with psycopg.connect(database.conninfo(OWNER)) as connection:  # one transaction
        if not _is_rehearsal(connection, schema):
            raise NotARehearsalError(community=schema.removeprefix(PREFIX))
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))


def _is_rehearsal(connection: psycopg.Connection[tuple[Any, ...]], schema: str) -> bool:
    """Whether the genesis says so; a log without one holds nothing that could be lost."""
    there = connection.execute(_HAS_EVENTS, (schema,)).fetchone()
    if not there or there[0] is None:
        return True
    events = Identifier(schema, "events")
    # Locked, so that nobody opens a real ledger between the look and the drop.
    connection.execute(SQL("LOCK TABLE {} IN SHARE MODE").format(events))
    genesis = connection.execute(SQL("SELECT entry FROM {} WHERE position = 1").format(events))
    row = genesis.fetchone()
    return row is None or parse_canonical(row[0])["data"].get("rehearsal") is True


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
