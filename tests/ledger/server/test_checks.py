"""Databases that are refused, and an external one that takes the same path."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.server import (
    Database,
    ServerError,
    ServerSettings,
    check_database,
    check_writer,
    config,
    ensure_roles,
    open_database,
)
from ledger.server.errors import (
    EncodingRefusedError,
    SettingRefusedError,
    SuperuserRefusedError,
)
from ledger.server.roles import WRITER
from tests.ledger.server.helpers import as_superuser, refuses, session, value


@pytest.fixture
def external(shared: Database, home: Path) -> Iterator[ServerSettings]:
    """Settings that name the shared server as somebody else's; nothing may be made in the home."""
    yield ServerSettings(home, database_url=shared.conninfo())
    assert not home.exists()


def test_an_external_database_takes_the_same_path(external: ServerSettings) -> None:
    """A configured address gives a database whose roles and checks are the embedded one's."""
    with session(external, WRITER) as (database, connection):
        assert (False, None) == (database.embedded, database.server_pid())
        check_database(connection)
        check_writer(connection)
        ensure_roles(connection)
        assert WRITER == value(connection, "SELECT current_user")


def test_options_of_a_configured_address_are_kept(external: ServerSettings) -> None:
    """The role is added to what the address itself asks of the session."""
    url = f"{external.database_url} options='-c statement_timeout=7s'"
    with session(ServerSettings(external.home, database_url=url), WRITER) as (_, connection):
        assert "7s" == value(connection, "SELECT current_setting('statement_timeout')")
        assert WRITER == value(connection, "SELECT current_user")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://me:hush@localhost:1/none", "database_unreachable"),
        ("postgresql://me:hush@[broken", "database_address"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(home: Path, url: str, code: str) -> None:
    """Neither a database that does not answer nor an unreadable address repeats the password."""
    error = refuses(ServerSettings(home, database_url=url))
    assert code == error.code
    assert "hush" not in str(error)
    assert error.__suppress_context__


@pytest.mark.parametrize("where", ["DATABASE sunledger", "ROLE sunledger"])
@pytest.mark.parametrize(
    ("setting", "accepted"),
    [("off", False), ("local", True), ("remote_write", True), ("remote_apply", True)],
)
def test_a_setting_of_one_database_or_role_counts(
    shared: Database, where: str, setting: str, accepted: bool
) -> None:
    """The value in force in the session decides, wherever it was set."""
    change = f"ALTER {where} SET synchronous_commit TO {setting}"
    with as_superuser(shared) as superuser:
        superuser.execute(change.encode())
        try:
            with psycopg.connect(shared.conninfo(WRITER)) as connection:
                found = refusal_of(connection)
        finally:
            superuser.execute(f"ALTER {where} RESET synchronous_commit".encode())
    assert accepted == (found is None)
    assert accepted or "synchronous_commit = off" in str(found)


def refusal_of(connection: psycopg.Connection) -> ServerError | None:
    """What the checks of a database say, or None."""
    try:
        check_database(connection)
    except ServerError as error:
        return error
    return None


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_cuts_corners_is_refused(
    made_home: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """A server that runs without fsync or without full page writes is refused by that name."""
    monkeypatch.setitem(config.SETTINGS, setting, "off")
    with session(ServerSettings(made_home)) as (_, connection):
        with pytest.raises(SettingRefusedError, match=f"{setting} = off"):
            check_database(connection)


def test_another_encoding_is_refused(shared: Database) -> None:
    """A database that is not UTF-8 is refused."""
    with as_superuser(shared) as superuser:
        superuser.execute("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0")
        try:
            with as_superuser(shared, "old") as connection:
                with pytest.raises(EncodingRefusedError, match="SQL_ASCII"):
                    check_database(connection)
        finally:
            superuser.execute("DROP DATABASE old")


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [f"SET ROLE {WRITER}"],
        ["CREATE ROLE free BYPASSRLS", "SET SESSION AUTHORIZATION free"],
        [
            "CREATE ROLE free",
            "CREATE ROLE mighty SUPERUSER",
            "GRANT mighty TO free",
            "SET SESSION AUTHORIZATION free",
        ],
    ],
    ids=["superuser", "superuser in disguise", "bypassrls", "may become a superuser"],
)
def test_a_writer_whom_no_rule_binds_is_refused(shared: Database, steps: list[str]) -> None:
    """A writer that is, was or may become a superuser or BYPASSRLS is refused."""
    with as_superuser(shared) as connection, connection.transaction(force_rollback=True):
        for step in steps:
            connection.execute(step.encode())
        with pytest.raises(SuperuserRefusedError):
            check_writer(connection)


def test_closed_databases_are_not_offered(made_home: Path) -> None:
    """After the block the address does not answer."""
    with open_database(ServerSettings(made_home)) as database:
        pass
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database.conninfo())
