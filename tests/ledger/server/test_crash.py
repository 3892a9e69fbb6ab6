"""What is left, and what comes back, when processes are killed."""

import os
import signal
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ledger.server import ServerSettings, open_database
from ledger.server.layout import Layout
from ledger.server.roles import OWNER
from ledger.server.watchdog import LOG_BYTES_MAX, RESTARTS_MAX
from tests.ledger.server.helpers import (
    connect_again,
    owner,
    processes_of,
    session,
    value,
    wait_gone,
    watchdog_of,
)

pytestmark = pytest.mark.crash


def server_of(home: Path) -> int:
    """The process id in the server's pid file."""
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])


def test_a_killed_server_comes_back(made_home: Path) -> None:
    """After kill -9 of PostgreSQL the same address works again and holds what was committed."""
    with open_database(ServerSettings(made_home)) as database:
        with psycopg.connect(database.conninfo(OWNER)) as connection:
            connection.execute("CREATE SCHEMA held; CREATE TABLE held.one AS SELECT 1 AS value")
        before = server_of(made_home)
        os.kill(before, signal.SIGKILL)
        wait_gone(before)
        with connect_again(database.conninfo(OWNER)) as connection:
            assert 1 == value(connection, "SELECT value FROM held.one")
            connection.execute("DROP SCHEMA held CASCADE")
        assert before != database.server_pid()


def test_a_server_killed_under_load_comes_back(made_home: Path) -> None:
    """Backends that are busy when their postmaster is killed do not keep the next one away."""
    with open_database(ServerSettings(made_home)) as database:
        with closing(psycopg.connect(database.conninfo())) as busy:
            busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
            before = server_of(made_home)
            os.kill(before, signal.SIGKILL)
            wait_gone(before)
            with connect_again(database.conninfo()) as connection:
                assert 1 == value(connection, "SELECT 1")
            os.kill(server_of(made_home), 0)


def test_a_server_that_ends_again_and_again_is_given_up(made_home: Path) -> None:
    """Restarts are limited: beyond the limit the watchdog says so in the log and goes."""
    log_file = Layout(made_home / "postgres").log
    log_file.unlink()
    with open_database(ServerSettings(made_home)) as database:
        watchdog = watchdog_of(made_home)
        for _ in range(RESTARTS_MAX):
            before = server_of(made_home)
            os.kill(before, signal.SIGKILL)
            wait_gone(before)
            connect_again(database.conninfo()).close()
        os.kill(server_of(made_home), signal.SIGKILL)
        wait_gone(watchdog)
        assert {} == processes_of(made_home)
    log = log_file.read_text(encoding="utf-8")
    assert (RESTARTS_MAX, 1) == (log.count("starting again"), log.count("giving up"))


@pytest.mark.parametrize("modes", [(), ("fork",)])
def test_the_server_does_not_outlive_a_killed_owner(
    made_home: Path, modes: tuple[str, ...]
) -> None:
    """After kill -9 of Python, forked children or not, the server stops and can be started."""
    with owner(made_home, *modes) as first:
        watchdog = watchdog_of(made_home)
        first.kill()
        wait_gone(first.server)
        wait_gone(watchdog)
        with session(ServerSettings(made_home), OWNER) as (_, connection):
            assert 1 == value(connection, "SELECT 1")


def test_a_start_waits_for_the_end_of_a_killed_owners_server(made_home: Path) -> None:
    """A start directly after kill -9 of the owner needs no second try."""
    with owner(made_home) as first:
        first.kill()
        with open_database(ServerSettings(made_home), exclusive=True) as database:
            assert first.server != database.server_pid()


def test_the_server_does_not_outlive_a_killed_watchdog(made_home: Path) -> None:
    """After kill -9 of the watchdog the server stops, and its owner can end and start again."""
    with owner(made_home) as first:
        os.kill(watchdog_of(made_home), signal.SIGKILL)
        wait_gone(first.server)
    with session(ServerSettings(made_home)) as (_, connection):
        assert 1 == value(connection, "SELECT 1")


def test_everything_killed_at_once(made_home: Path) -> None:
    """When owner, watchdog and server are killed together, the next start recovers."""
    with owner(made_home) as first:
        with closing(psycopg.connect(first.conninfo)) as busy:
            busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
            for pid in (watchdog_of(made_home), first.server, first.process.pid):
                os.kill(pid, signal.SIGKILL)
            with session(ServerSettings(made_home)) as (_, connection):
                assert 1 == value(connection, "SELECT 1")


def test_stale_files_that_name_another_process(made_home: Path) -> None:
    """Pid and lock files that name a living process which is no server are no obstacle."""
    root = made_home / "postgres"
    (root / "socket").mkdir(exist_ok=True)
    pid = os.getppid()
    lines = [pid, root / "data", 1, 5432, root / "socket", "", "  1 1", "ready"]
    text = "".join(f"{line}\n" for line in lines)
    (root / "data" / "postmaster.pid").write_text(text)
    (root / "socket" / ".s.PGSQL.5432.lock").write_text(text)
    for name in ("owner.lock", "server.lock"):
        (root / name).write_text(str(pid))
    state = '{"owner_pid": %d, "sockets": "%s", "user": "root", "ready": true}'
    (root / "state.json").write_text(state % (pid, root / "socket"))
    with session(ServerSettings(made_home)) as (database, connection):
        assert 1 == value(connection, "SELECT 1")
        assert pid != database.server_pid()


def test_a_pid_file_that_names_another_homes_server(made_home: Path, shared_pid: int) -> None:
    """A pid that now belongs to the PostgreSQL of another home is stale as well."""
    (made_home / "postgres" / "data" / "postmaster.pid").write_text(f"{shared_pid}\n")
    with session(ServerSettings(made_home)) as (database, connection):
        assert 1 == value(connection, "SELECT 1")
        assert shared_pid != database.server_pid()
    os.kill(shared_pid, 0)


def test_an_interrupt_of_the_terminal_does_not_reach_the_server(made_home: Path) -> None:
    """Ctrl-C, which signals a whole group, leaves the server to its owner."""
    with owner(made_home, "deaf") as first:
        os.killpg(first.process.pid, signal.SIGINT)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(watchdog_of(made_home), number)
        with psycopg.connect(first.conninfo) as connection:
            assert 1 == value(connection, "SELECT 1")
        assert first.server == server_of(made_home)


def test_the_log_is_limited(made_home: Path) -> None:
    """A log that has grown is put aside once, and cut."""
    log = Layout(made_home / "postgres").log
    log.write_bytes(b"x" * (LOG_BYTES_MAX + 1))
    with open_database(ServerSettings(made_home)):
        pass
    assert log.stat().st_size < LOG_BYTES_MAX < log.with_suffix(".log.1").stat().st_size
