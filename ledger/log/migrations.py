"""Numbered SQL files, each applied once to a community's schema.

The folder holds `0001_name.sql`, `0002_name.sql`, … without gaps. A file runs in one transaction
with the row that says so, under an advisory lock of the session that is keyed by the schema: a
process that is killed leaves neither half a file nor a lock. Files name tables without a schema.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ledger.server.errors import ServerError

LOCK_WAIT_SECONDS_MAX = 600
"""How long one process waits for another that migrates the same schema."""

_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,50}")
_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


class MigrationError(ServerError):
    """Base of what keeps a schema from being brought up to date."""

    code = "migration"


class SchemaNameError(MigrationError):
    """Not a name that a schema may have."""

    code = "schema_name"
    message = (
        "The schema name {schema} cannot be used: take up to 51 lower-case letters, digits and"
        " underscores, beginning with a letter."
    )


class MigrationFilesError(MigrationError):
    """The program's own files are not numbered as they must be."""

    code = "migration_files"
    message = (
        "The migration file {name} does not fit ({reason}): number the files 0001, 0002 and on,"
        " each once."
    )


class MigrationChangedError(MigrationError):
    """A file differs from what was applied."""

    code = "migration_changed"
    message = (
        "The migration {name} has changed since schema {schema} applied it: restore the file and"
        " put the change into a new one."
    )


class MigrationGapError(MigrationError):
    """The schema's own record has a hole."""

    code = "migration_gap"
    message = (
        "Schema {schema} has no record of migration {number} though later ones were applied:"
        " restore the schema from a backup."
    )


class DatabaseNewerError(MigrationError):
    """A later program was here before."""

    code = "database_newer"
    message = (
        "Schema {schema} is at migration {found} and this program knows {known}: run the newer"
        " version of Sunledger."
    )


class MigrationBusyError(MigrationError):
    """A lock was not to be had in time."""

    code = "migration_busy"
    message = (
        "Schema {schema} is in use and {name} could not be applied: try again when its other users"
        " are done."
    )


class MigrationFailedError(MigrationError):
    """The database refused."""

    code = "migration_failed"
    message = "Schema {schema} could not be migrated at {name} ({reason}): nothing of it was kept."


@dataclass(frozen=True)
class Migration:
    """One file. `checksum` is the SHA-256 of its bytes, with Unix line ends."""

    number: int
    name: str
    text: bytes
    checksum: str


def migrate(
    conninfo: str,
    schema: str,
    folder: Path | Traversable | None = None,
    *,
    lock_timeout_ms: int = 5000,
    on_progress: Callable[[str], None] | None = None,
) -> list[str]:
    """Bring `schema` up to date and return the names of the files applied, in order.

    `conninfo` is that of the owner role, which will own the schema. `folder` is the program's own
    unless another is given. `on_progress` is told the name of each file before it runs.
    `lock_timeout_ms` bounds each wait for a table; another process that migrates is waited for.

    Raises:
        MigrationError: one of its kinds; what was applied before stays applied, and a later call
            goes on from there.
    """
    if not _SCHEMA.fullmatch(schema):
        raise SchemaNameError(schema=schema)
    known = read_migrations(folder if folder is not None else files("ledger.log") / "sql")
    with (
        _explained(schema, "its own record"),
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        _lock(connection, schema)
        _set_up(connection, schema, lock_timeout_ms)
        pending = _pending(connection, schema, known)
        for migration in pending:
            if on_progress is not None:
                on_progress(migration.name)
            with _explained(schema, migration.name):
                _apply(connection, schema, migration)
    return [migration.name for migration in pending]


def read_migrations(folder: Path | Traversable) -> list[Migration]:
    """Read the files of a folder in order; files that do not end in `.sql` are passed over.

    Raises:
        MigrationFilesError: a name does not fit, or a number is missing or there twice.
    """
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    migrations = []
    for place, name in enumerate(names, 1):
        match = _FILE.fullmatch(name)
        if match is None:
            raise MigrationFilesError(name=name, reason="it is not called NNNN_name.sql")
        if int(match[1]) != place:
            raise MigrationFilesError(name=name, reason=f"number {place} was expected")
        text = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        migrations.append(Migration(place, name, text, hashlib.sha256(text).hexdigest()))
    return migrations


@contextmanager
def _explained(schema: str, name: str) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise MigrationBusyError(schema=schema, name=name) from error
    except psycopg.Error as error:
        reason = error.diag.message_primary or "the connection was lost"
        raise MigrationFailedError(schema=schema, name=name, reason=reason) from error


def _lock(connection: psycopg.Connection[Any], schema: str) -> None:
    # Advisory locks wait by lock_timeout too; another process may need minutes for a large table.
    _set(connection, "lock_timeout", f"{LOCK_WAIT_SECONDS_MAX}s")
    connection.execute("SELECT pg_advisory_lock(hashtextextended('sunledger:' || %s, 0))", [schema])


def _set(connection: psycopg.Connection[Any], name: str, value: str) -> None:
    connection.execute("SELECT set_config(%s, %s, false)", [name, value])


def _set_up(connection: psycopg.Connection[Any], schema: str, lock_timeout_ms: int) -> None:
    _set(connection, "lock_timeout", f"{lock_timeout_ms}ms")
    with connection.transaction():
        known = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        # Not IF NOT EXISTS, which asks for the right to create even where nothing is created.
        if connection.execute(known, [schema]).fetchone() is None:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        _enter(connection, schema)
        if connection.execute("SELECT to_regclass('migrations')").fetchone() == (None,):
            connection.execute(_TABLE)


def _enter(connection: psycopg.Connection[Any], schema: str) -> None:
    """Make unqualified names mean this schema, until the end of the transaction."""
    path = sql.SQL("SET LOCAL search_path TO {}, pg_temp").format(sql.Identifier(schema))
    connection.execute(path)


def _pending(
    connection: psycopg.Connection[Any], schema: str, known: list[Migration]
) -> list[Migration]:
    """Return what is still to be applied, once the schema's record fits the files."""
    with connection.transaction():
        _enter(connection, schema)
        rows = connection.execute("SELECT number, checksum FROM migrations").fetchall()
    applied: dict[int, str] = dict(rows)
    last = max(applied, default=0)
    if last > len(known):
        raise DatabaseNewerError(schema=schema, found=last, known=len(known))
    for migration in known[:last]:
        if migration.number not in applied:
            raise MigrationGapError(schema=schema, number=migration.number)
        if applied[migration.number] != migration.checksum:
            raise MigrationChangedError(schema=schema, name=migration.name)
    return known[last:]


def _apply(connection: psycopg.Connection[Any], schema: str, migration: Migration) -> None:
    with connection.transaction():
        _enter(connection, schema)
        before = connection.execute("SELECT pg_current_xact_id()").fetchone()
        connection.execute(migration.text)
        # A file that commits by itself has torn itself from its row; say so before anything else.
        if connection.execute("SELECT pg_current_xact_id()").fetchone() != before:
            raise MigrationFilesError(name=migration.name, reason="it ends its own transaction")
        _enter(connection, schema)
        connection.execute(
            "INSERT INTO migrations (number, name, checksum) VALUES (%s, %s, %s)",
            [migration.number, migration.name, migration.checksum],
        )
