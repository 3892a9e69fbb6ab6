"""The database server: the embedded PostgreSQL with its supervisor, or a configured one.

Example:
    with open_database(ServerSettings(home)) as database:
        with psycopg.connect(database.conninfo()) as connection:
            check_database(connection)
            ensure_roles(connection)
        migrate(database.conninfo(OWNER), schema="guangsha")
        with psycopg.connect(database.conninfo(WRITER)) as connection:
            check_writer(connection)
"""

from ledger.server.checks import check_database, check_writer
from ledger.server.database import Database, ServerSettings
from ledger.server.errors import (
    AlreadyRunningError,
    DatabaseRefusedError,
    NoServerError,
    ServerError,
)
from ledger.server.opening import holds_data, open_database
from ledger.server.roles import (
    ADMINISTRATOR_SQL,
    ERASER,
    OWNER,
    READER,
    ROLES,
    WRITER,
    ensure_roles,
)

__all__ = [
    "ADMINISTRATOR_SQL",
    "ERASER",
    "OWNER",
    "READER",
    "ROLES",
    "WRITER",
    "AlreadyRunningError",
    "Database",
    "DatabaseRefusedError",
    "NoServerError",
    "ServerError",
    "ServerSettings",
    "check_database",
    "check_writer",
    "ensure_roles",
    "holds_data",
    "open_database",
]
