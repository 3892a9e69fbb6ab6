"""Where each projection stands: the library's tracking, and which tables belong to a position.

``tracking`` holds the position of each projection; ``projections`` the version, shape and names of
its tables, and a generation that goes up when they are swapped.
"""

from collections.abc import Collection
from typing import Any, Final, NamedTuple, cast

import psycopg
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder

from ledger.log.datastore import LogDatastore
from projections.base import Projection
from projections.errors import ProjectionStaleError
from projections.tables import Connection

TRACKING: Final = "tracking"
# What is lost when the machine stops is folded again: tables and positions are lost together, and
# never stand without the events that they come from, which were written before.
SYNCHRONOUS_OFF: Final = "SET synchronous_commit = off"

CREATE_PROJECTIONS: Final = """
CREATE TABLE projections (
    name text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    shape text NOT NULL,
    generation bigint NOT NULL,
    tables text[] NOT NULL
)
"""
_LOCK: Final = """
SELECT application_name FROM tracking WHERE application_name = ANY(%s::text[])
ORDER BY application_name COLLATE "C" FOR UPDATE
"""
_STANDING: Final = """
SELECT p.name, t.notification_id, p.version, p.shape, p.generation, p.tables
FROM projections p JOIN tracking t ON t.application_name = p.name
WHERE p.name = ANY(%s::text[])
"""


class Standing(NamedTuple):
    """What the database says of a projection."""

    position: int
    version: int
    shape: str
    generation: int
    tables: list[str]

    @property
    def position_and_generation(self) -> tuple[int, int]:
        """What changes when somebody else writes the tables."""
        return self.position, self.generation

    def fits(self, projection: type[Projection]) -> bool:
        """Whether the tables are those of this program's projection."""
        return (self.version, self.shape) == (projection.VERSION, projection.shape())


class PositionRecorder(PostgresTrackingRecorder):
    """The library's tracking recorder over one table with one row a projection."""

    def __init__(self, datastore: LogDatastore) -> None:
        """The table is made by :func:`projections.schema.install`."""
        super().__init__(datastore, tracking_table_name=TRACKING)

    def create(self, connection: Connection) -> None:
        """Make the table, in the connection's transaction."""
        with connection.cursor() as cursor:
            self._create_table(cast("Any", cursor))

    def move(self, connection: Connection, name: str, position: int) -> None:
        """Move a projection's position forward, in the connection's transaction.

        Raises:
            IntegrityError: it stands there already, or further.
        """
        with connection.cursor() as cursor:
            self._insert_tracking(cast("Any", cursor), Tracking(name, position))


def standings_of(connection: Connection, names: Collection[str]) -> dict[str, Standing]:
    """What the database says of these projections; those it does not know are left out.

    Raises:
        ProjectionStaleError: no projection was ever installed.
    """
    try:
        rows = connection.execute(_STANDING, (sorted(names),)).fetchall()
    except psycopg.errors.UndefinedTable as error:
        raise ProjectionStaleError from error
    return {row[0]: Standing(*row[1:]) for row in rows}


def lock_standings(connection: Connection, names: Collection[str]) -> dict[str, Standing]:
    """The same, while nobody else can move them until the end of the transaction.

    Two statements, for only the second sees all that was committed while the first waited.

    Raises:
        ProjectionStaleError: no projection was ever installed.
    """
    try:
        connection.execute(_LOCK, (sorted(names),))
    except psycopg.errors.UndefinedTable as error:
        raise ProjectionStaleError from error
    return standings_of(connection, names)
