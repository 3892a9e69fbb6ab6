"""Starting, joining and stopping the embedded server."""

import os
from pathlib import Path

import psycopg
import pytest

from ledger.server import ServerSettings, open_database, programs
from ledger.server.config import SETTINGS
from ledger.server.layout import Layout
from ledger.server.programs import data_version
from ledger.server.roles import OWNER, WRITER
from tests.ledger.server.helpers import (
    SECONDS_MAX,
    copy_data,
    launch,
    owner,
    processes_of,
    refuses,
    session,
    value,
    wait_gone,
    wheel,
)

AWKWARD = ("阳光 账本", "a,b", "it's", 'the "new" one', "back\\slash", "percent%40")


def test_a_fresh_start_and_a_clean_stop(home: Path) -> None:
    """A fresh home gets a server that stops with its block and leaves no process or socket."""
    with session(ServerSettings(home), WRITER) as (database, connection):
        pid = database.server_pid()
        who = connection.execute("SELECT session_user, current_user").fetchone()
        running = processes_of(home)
    assert ("sunledger", WRITER) == who
    assert pid in running
    assert {} == processes_of(home)
    assert [] == list((home / "postgres").rglob(".s.PGSQL*"))
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def test_what_was_committed_is_there_at_the_next_start(made_home: Path) -> None:
    """A second start of the same home finds the data of the first."""
    with session(ServerSettings(made_home), OWNER) as (_, connection):
        connection.execute("CREATE SCHEMA kept")
    with session(ServerSettings(made_home), OWNER) as (_, connection):
        connection.execute("DROP SCHEMA kept")


def test_the_settings_are_in_force(home: Path, stopped_data: Path) -> None:
    """Every setting on the server's command line is what a session sees, whatever a file says."""
    copy_data(stopped_data, home)
    automatic = home / "postgres" / "data" / "postgresql.auto.conf"
    with automatic.open("a", encoding="utf-8") as file:
        file.write("fsync = off\nlisten_addresses = '*'\n")
    with session(ServerSettings(home)) as (_, connection):
        shown = {name: value(connection, f"SELECT current_setting('{name}')") for name in SETTINGS}
    assert SETTINGS == shown


def test_a_statement_and_its_values_are_not_logged(made_home: Path) -> None:
    """What a failing statement carried stands nowhere in the server's log."""
    with session(ServerSettings(made_home)) as (_, connection):
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT %s::text::integer", ["张小明"])
        with pytest.raises(psycopg.errors.SyntaxError):
            connection.execute("张小明")
    assert "张小明" not in Layout(made_home / "postgres").log.read_text(encoding="utf-8")


def test_a_second_exclusive_start_is_refused(made_home: Path) -> None:
    """While a server runs on a home, an exclusive start names the process that owns it."""
    with owner(made_home, "exclusive") as first:
        error = refuses(ServerSettings(made_home), exclusive=True)
    assert "already_running" == error.code
    assert {"home": str(made_home), "pid": first.process.pid} == error.params


def test_another_process_joins(made_home: Path) -> None:
    """A second process uses the running server, and its end does not stop it."""
    with owner(made_home) as first:
        with owner(made_home) as second:
            assert (first.server, first.conninfo) == (second.server, second.conninfo)
        with psycopg.connect(first.conninfo) as connection:
            assert 1 == value(connection, "SELECT 1")


def test_many_starts_at_once_give_one_server(home: Path) -> None:
    """Of processes that start a fresh home together one becomes the owner and the others join."""
    starts = [launch(home) for _ in range(3)]
    lines = [start.stdout.readline() for start in starts if start.stdout]
    for start in starts:
        start.communicate(timeout=SECONDS_MAX)
    assert 1 == len(set(lines))
    assert [0, 0, 0] == [start.returncode for start in starts]


def test_a_long_home_has_its_socket_elsewhere(home: Path, stopped_data: Path) -> None:
    """A path too long for a socket gets a private temporary folder, removed with the server."""
    long = home.joinpath(*["a-rather-long-name-of-a-folder"] * 5)
    copy_data(stopped_data, long)
    with session(ServerSettings(long)) as (_, connection):
        folder = Path(connection.info.host)
        assert 0o700 == folder.stat().st_mode & 0o777
        assert not folder.is_relative_to(home)
    assert not folder.exists()


def test_awkward_names_of_homes(home: Path, stopped_data: Path) -> None:
    """Separators, quotes, blanks and Chinese in the path of a home do no harm."""
    copy_data(stopped_data, home)
    for name in AWKWARD:
        home = home.rename(home.with_name(name))
        with session(ServerSettings(home), WRITER) as (_, connection):
            assert 1 == value(connection, "SELECT 1")
        assert {} == processes_of(home)


def test_an_interrupted_initdb_is_repeated(home: Path) -> None:
    """A start killed while it made the cluster leaves a folder that the next start removes."""
    process = launch(home)
    while not (left := list(home.glob("postgres/initdb-*/base"))):
        assert process.poll() is None
        os.sched_yield()
    process.kill()
    process.communicate()
    for pid in processes_of(home):
        wait_gone(pid)
    assert left[0].exists()
    assert not Layout(home / "postgres").data.exists()
    with open_database(ServerSettings(home)) as database:
        assert database.server_pid() is not None
    assert [] == list(home.glob("postgres/initdb-*"))


def test_data_keep_their_version(home: Path, older_data: Path) -> None:
    """Data made by an older PostgreSQL are opened by its programs, and by no others."""
    copy_data(older_data, home)
    with session(ServerSettings(home)) as (_, connection):
        assert data_version(older_data) == connection.info.server_version // 10000
    assert "programs_version" == refuses(ServerSettings(home, bin_directory=wheel(0))).code


def test_a_directory_without_programs_is_refused(home: Path) -> None:
    """A configured directory is not silently replaced by the wheel."""
    error = refuses(ServerSettings(home, bin_directory=home))
    assert {"path": str(home), "reason": "postgres is missing"} == error.params


def test_without_any_programs_the_way_out_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is configured and the wheel is missing, the sentence names the ways out."""
    monkeypatch.setattr(programs, "WHEEL_PACKAGE", "no_such_package")
    assert "no_server" == refuses(ServerSettings(home)).code
