"""Connections to one community's schema: a pool for reading, single ones for writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg.rows import dict_row, tuple_row

from ledger.log.store import StoreUnavailableError

READERS_MAX: Final = 8
CONNECT_TIMEOUT_SECONDS: Final = 10
RECONNECT_SECONDS_MAX: Final = 3
"""The pool waits ever longer between tries, and nobody can hurry it: were it to go on trying for
its usual five minutes, readers would stay away for as long again as the database was. When it
gives up, the next reader makes it begin anew."""


def configure(connection: psycopg.Connection[Any], schema: str) -> None:
    """Set what every connection of the ledger needs.

    Plans for young tables would go stale when prepared, and compiling them never pays.
    """
    connection.autocommit = True
    connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
    connection.execute("SET jit = off")
    connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.execute("SET lock_timeout = '30s'")


class LogDatastore(PostgresDatastore):
    """The library's datastore, opened by a connection string and bound to one schema.

    Args:
        conninfo: libpq connection string of the role to work as.
        schema: the community's schema.
    """

    def __init__(self, conninfo: str, schema: str) -> None:
        """No connection is made yet."""
        super().__init__("", "", "", "", "", schema=schema)
        self.conninfo = conninfo
        self.channel = f"{schema}_log"
        self.pool = ConnectionPool(
            conninfo,
            connection_class=psycopg.Connection[dict[str, Any]],
            kwargs={"row_factory": dict_row},
            min_size=0,
            max_size=READERS_MAX,
            open=False,
            configure=lambda connection: configure(connection, schema),
            check=ConnectionPool.check_connection,
            timeout=CONNECT_TIMEOUT_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS_MAX,
            max_idle=60,
            name=schema,
        )

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of one's own."""
        connection = psycopg.connect(
            self.conninfo, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS
        )
        try:
            configure(connection, self.schema)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A pooled connection whose rows are plain tuples.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        self.pool.open()
        try:
            with self.pool.connection() as pooled:
                connection: Any = pooled
                connection.row_factory = tuple_row
                try:
                    yield connection
                finally:
                    connection.row_factory = dict_row
        except psycopg.OperationalError as error:
            raise StoreUnavailableError from error
