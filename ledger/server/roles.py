"""The database roles: each part of the application acts as the least of them that it needs.

    sunledger_owner    owns the schemas; migrations
    sunledger_writer   INSERT; the writer
    sunledger_eraser   DELETE on private tables; erasure
    sunledger_reader   SELECT; projections and pages

The login user may become each of them (SET ROLE) and is none of them by itself (no inheritance).
"""

from typing import Any

import psycopg
from psycopg import sql

from ledger.server.config import DATABASE, LOGIN
from ledger.server.errors import RolesMissingError

OWNER = "sunledger_owner"
WRITER = "sunledger_writer"
ERASER = "sunledger_eraser"
READER = "sunledger_reader"
ROLES = (OWNER, WRITER, ERASER, READER)
"""The group roles; none of them can log in."""

ADMINISTRATOR_SQL = """\
CREATE ROLE sunledger_owner NOLOGIN;
CREATE ROLE sunledger_writer NOLOGIN;
CREATE ROLE sunledger_eraser NOLOGIN;
CREATE ROLE sunledger_reader NOLOGIN;
ALTER ROLE {login} NOINHERIT;
GRANT sunledger_owner, sunledger_writer, sunledger_eraser, sunledger_reader TO {login};
GRANT CREATE ON DATABASE {database} TO sunledger_owner;
"""
"""What an administrator runs once for an external database, on PostgreSQL 15 to 18.

`{login}` is the user in SUNLEDGER_DATABASE_URL, `{database}` its database, quoted as identifiers.
"""

_LOCK_KEY = 0x53554E4C_524F4C45  # "SUNLROLE"
_ATTEMPTS_MAX = 5

_MISSING = """
SELECT wanted.name,
       roles.oid IS NOT NULL AS present,
       COALESCE(pg_has_role(%(login)s, roles.oid, {membership}), false) AS granted,
       COALESCE(has_database_privilege(roles.oid, %(database)s, 'CREATE'), false) AS creates
FROM unnest(%(roles)s::text[]) WITH ORDINALITY AS wanted(name, place)
LEFT JOIN pg_roles AS roles ON roles.rolname = wanted.name
ORDER BY wanted.place
"""


def ensure_roles(connection: psycopg.Connection[Any]) -> None:
    """Make the group roles and let the user of this connection become them.

    Safe at every start and in several processes: where nothing is missing, nothing is written.

    Raises:
        RolesMissingError: the user may not do that; the error names the SQL for an administrator.
    """
    row = connection.execute("SELECT session_user::text, current_database()::text").fetchone()
    assert row is not None, "a SELECT without FROM has one row"  # noqa: S101 (for the type checker)
    login, database = row
    try:
        arrange(connection, login, database)
    except psycopg.errors.InsufficientPrivilege as error:
        missing = _missing(connection, login, database)
        statements = " ".join(f"{statement.as_string(connection)};" for statement in missing)
        raise RolesMissingError(user=login, statements=statements) from error


def arrange(connection: psycopg.Connection[Any], login: str, database: str) -> None:
    """Run whatever is missing for `login` on `database`, in one transaction."""
    for attempt in range(_ATTEMPTS_MAX):
        try:
            _arrange_once(connection, login, database)
        except (
            # Databases of one server share the roles but not the lock: another was quicker.
            psycopg.errors.DuplicateObject,
            psycopg.errors.UniqueViolation,
            psycopg.errors.InternalError_,
        ):
            if attempt + 1 == _ATTEMPTS_MAX:
                raise
        else:
            return


def _arrange_once(connection: psycopg.Connection[Any], login: str, database: str) -> None:
    with connection.transaction():
        if not _missing(connection, login, database):
            return
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])
        for statement in _missing(connection, login, database):
            connection.execute(statement)


def _missing(connection: psycopg.Connection[Any], login: str, database: str) -> list[sql.Composed]:
    modern = connection.info.server_version >= 160000
    query = sql.SQL(_MISSING).format(membership=sql.Literal("SET" if modern else "MEMBER"))
    values = {"login": login, "database": database, "roles": list(ROLES)}
    with connection.transaction():
        rows = connection.execute(query, values).fetchall()
    statements = []
    for name, present, granted, creates in rows:
        role = sql.Identifier(name)
        if not present:
            statements.append(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        if not granted:
            # Before version 16 inheritance is the login's own attribute.
            plain = sql.SQL(" WITH INHERIT FALSE, SET TRUE" if modern else "")
            grant = sql.SQL("GRANT {} TO {}{}")
            statements.append(grant.format(role, sql.Identifier(login), plain))
        if name == OWNER and not creates:
            grant = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
            statements.append(grant.format(sql.Identifier(database), role))
    return statements


def prepare_database(superuser: str) -> None:
    """Make login role, database and group roles of the embedded server, as far as they are missing.

    `superuser` is the address of the supervisor's user in the maintenance database.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        _make_login(connection)
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(known, [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        arrange(connection, LOGIN, DATABASE)


def _make_login(connection: psycopg.Connection[Any]) -> None:
    login = sql.Identifier(LOGIN)
    with connection.transaction():
        known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        if connection.execute(known, [LOGIN]).fetchone() is not None:
            return
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(login))
        # Messages of failed statements quote values, perhaps names; the client has them anyway.
        connection.execute(sql.SQL("ALTER ROLE {} SET log_min_messages TO log").format(login))
