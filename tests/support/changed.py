"""What only somebody with the owner's rights can do to a database: change rows, set it back."""

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

TABLES: Final = (
    "events",
    "openings",
    "texts",
    "requests",
    "snapshots",
    "head",
    "sealing",
    "tiles",
    "checkpoints",
)


def _switch(connection: psycopg.Connection[tuple[object, ...]], state: str) -> None:
    for table in TABLES:
        statement = SQL("ALTER TABLE {} {} TRIGGER USER").format(Identifier(table), SQL(state))
        connection.execute(statement)


def changed(owner: str, schema: str, *statements: str) -> None:
    """Run statements on a schema, past all that refuses them."""
    with psycopg.connect(owner) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
        _switch(connection, "DISABLE")
        for statement in statements:
            connection.execute(statement.encode())
        _switch(connection, "ENABLE")


@dataclass(frozen=True)
class Backup:
    """A copy of a schema's log and seal, as of when it was taken."""

    owner: str
    schema: str

    @classmethod
    def take(cls, owner: str, schema: str) -> "Backup":
        """Copy the tables into a schema that no program takes for a community."""
        changed(
            owner,
            schema,
            f"CREATE SCHEMA kept_{schema}",
            *(f"CREATE TABLE kept_{schema}.{table} AS TABLE {table}" for table in TABLES),
        )
        return cls(owner, schema)

    def restore(self) -> None:
        """Put everything back as it was then."""
        changed(
            self.owner,
            self.schema,
            *(f"DELETE FROM {table}" for table in TABLES),  # noqa: S608 (constants)
            *(f"INSERT INTO {table} TABLE kept_{self.schema}.{table}" for table in TABLES),
        )
