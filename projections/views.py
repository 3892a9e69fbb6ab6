"""Reading the read models: one moment, one position, whatever is written meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from ledger.log.datastore import LogDatastore
from projections.base import Projection
from projections.errors import ProjectionStaleError
from projections.rows import Row, columns_of
from projections.tables import Connection
from projections.tracking import standings_of

_BEGIN: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LOCK: Final = SQL("LOCK TABLE {} IN ACCESS SHARE MODE")


@dataclass(frozen=True, slots=True)
class View:
    """Tables at one moment: all that is read through ``connection`` is as of ``position``.

    ``positions`` tells the projections apart; ``position`` is the lowest of those asked for.
    """

    connection: Connection
    position: int
    positions: dict[str, int]


@contextmanager
def view(datastore: LogDatastore, *projections: type[Projection]) -> Iterator[View]:
    """Read some projections together, in one transaction.

    The tables are locked against a swap before the moment is taken: names that a swap gave to new
    tables in between would show tables without the rows of that moment.

    Raises:
        ProjectionStaleError: tables are missing, or are those of another version of the program.
        StoreUnavailableError: the database does not answer.
    """
    with datastore.reading() as connection, connection.transaction():
        positions = _begin(connection, projections)
        yield View(connection, min(positions.values(), default=0), positions)


def _begin(connection: Connection, projections: Sequence[type[Projection]]) -> dict[str, int]:
    """Take the locks, then the moment; the positions at it."""
    connection.execute(_BEGIN)
    tables = [Identifier(row.TABLE) for p in projections for row in p.TABLES]
    try:
        if tables:
            connection.execute(_LOCK.format(SQL(", ").join(tables)))
        found = standings_of(connection, [p.NAME for p in projections])
    except psycopg.errors.UndefinedTable as error:
        raise ProjectionStaleError from error
    if not all(p.NAME in found and found[p.NAME].fits(p) for p in projections):
        raise ProjectionStaleError
    return {name: standing.position for name, standing in found.items()}


def dump(connection: Connection, *projections: type[Projection]) -> bytes:
    """Every row of the projections' tables as lines of JSON, in the order of their keys.

    Two dumps are equal byte for byte when the tables are.
    """
    tables = [row for projection in projections for row in projection.TABLES]
    return b"".join(line for row in tables for line in _lines(connection, row))


def _lines(connection: Connection, row: type[Row]) -> Iterator[bytes]:
    names = SQL(", ").join([Identifier(column.name) for column in columns_of(row)])
    keys = SQL(", ").join([Identifier(name) for name in row.KEY])
    statement = SQL("SELECT {} FROM {} ORDER BY {}")
    values: tuple[Any, ...]
    for values in connection.execute(statement.format(names, Identifier(row.TABLE), keys)):
        yield msgspec.json.encode([row.TABLE, *values]) + b"\n"
