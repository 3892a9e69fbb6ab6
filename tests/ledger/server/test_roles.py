"""The group roles: made at once by whoever may, asked of the administrator by others."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ledger.server import Database, ServerSettings, open_database
from ledger.server.errors import RolesMissingError
from ledger.server.roles import ADMINISTRATOR_SQL, OWNER, ROLES, ensure_roles
from tests.ledger.server.helpers import as_superuser, copy_data, value

GUEST = "the guest"
Connect = Callable[[], psycopg.Connection[Any]]


@contextmanager
def acting_as(connect: Connect, login: str) -> Iterator[psycopg.Connection[Any]]:
    """A session of the database user `login`."""
    with connect() as connection:
        name = sql.Identifier(login)
        connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(name))
        yield connection


@pytest.fixture(scope="module", params=["stopped_data", "older_data"])
def server(
    request: pytest.FixtureRequest, tmp_home: Callable[[], AbstractContextManager[Path]]
) -> Iterator[Database]:
    """A server of each version that the wheel has."""
    with tmp_home() as home:
        copy_data(request.getfixturevalue(request.param), home)
        with open_database(ServerSettings(home)) as database:
            yield database


@pytest.fixture
def bare(server: Database) -> Connect:
    """Connects as superuser to a database with a login user but without our roles."""
    with as_superuser(server) as connection:
        connection.execute("ALTER DATABASE sunledger OWNER TO postgres")
        for role in (*ROLES, GUEST, "landlord"):
            name = sql.Identifier(role)
            known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
            if connection.execute(known, [role]).fetchone():
                connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
                connection.execute(sql.SQL("DROP ROLE {}").format(name))
        connection.execute(f'CREATE ROLE "{GUEST}" LOGIN'.encode())
    return lambda: as_superuser(server)


def powers(connect: Connect) -> set[str]:
    """The roles that the guest may become, each with its own rights and none by itself."""
    with acting_as(connect, GUEST) as connection:
        query = "SELECT has_database_privilege(current_user, 'sunledger', 'CREATE')"
        # What only the owner role may do shows that nothing is inherited.
        assert value(connection, query) is False
        for role in ROLES:
            connection.execute(f"SET ROLE {role}".encode())
            assert (role == OWNER) == value(connection, query)
        return set(ROLES)


def test_a_user_who_may_makes_the_roles(bare: Connect) -> None:
    """A user with CREATEROLE that owns the database needs no administrator."""
    with bare() as superuser:
        superuser.execute(f'ALTER ROLE "{GUEST}" CREATEROLE'.encode())
        superuser.execute("CREATE ROLE landlord")
        superuser.execute(f'ALTER DATABASE sunledger OWNER TO "{GUEST}"'.encode())
    with acting_as(bare, GUEST) as connection:
        ensure_roles(connection)
        ensure_roles(connection)
    with bare() as superuser:
        superuser.execute("ALTER DATABASE sunledger OWNER TO landlord")
        superuser.execute(f"GRANT CREATE ON DATABASE sunledger TO {OWNER}".encode())
    assert set(ROLES) == powers(bare)


def test_a_user_who_may_not_names_the_statements(bare: Connect) -> None:
    """The refusal names statements with which an administrator makes the next try succeed."""
    with acting_as(bare, GUEST) as connection, pytest.raises(RolesMissingError) as refused:
        ensure_roles(connection)
    with bare() as superuser:
        superuser.execute(str(refused.value.params["statements"]).encode())
    with acting_as(bare, GUEST) as connection:
        ensure_roles(connection)
    assert set(ROLES) == powers(bare)


def test_the_documented_statements_do(bare: Connect) -> None:
    """An administrator who runs the documented statements first leaves nothing to be made."""
    with bare() as superuser:
        filled = ADMINISTRATOR_SQL.format(login=f'"{GUEST}"', database="sunledger")
        superuser.execute(filled.encode())
    with acting_as(bare, GUEST) as connection:
        ensure_roles(connection)
    assert set(ROLES) == powers(bare)


def test_several_processes_may_try_at_once(bare: Connect) -> None:
    """Sessions that find the roles missing at the same moment all end well."""
    with bare() as superuser:
        superuser.execute(f'ALTER ROLE "{GUEST}" CREATEROLE'.encode())
        superuser.execute(f'ALTER DATABASE sunledger OWNER TO "{GUEST}"'.encode())

    def once(_: int) -> None:
        with acting_as(bare, GUEST) as connection:
            ensure_roles(connection)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(once, range(12)))
    with bare() as superuser:
        query = "SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)"
        assert (len(ROLES),) == superuser.execute(query, [list(ROLES)]).fetchone()
