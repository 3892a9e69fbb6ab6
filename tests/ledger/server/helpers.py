"""Real processes for the tests: owners, interpreters that other users can run, and their ends."""

import json
import os
import pwd
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.server.accounts import Account
from ledger.server.config import SUPERUSER, cluster_name
from ledger.server.database import Database, ServerSettings
from ledger.server.errors import ServerError
from ledger.server.layout import Layout
from ledger.server.opening import open_database
from ledger.server.programs import WHEEL_INSTALLS, find_programs

ROOT = Path(__file__).parents[3]
SECONDS_MAX = 60.0
IS_ROOT = os.geteuid() == 0


def user(name: str) -> Account:
    """The account `name`, which a child of ours becomes when we are root; else ourselves."""
    if not IS_ROOT:
        return Account.current()
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid, dropped=True)


@cache
def interpreter(account: Account) -> tuple[str, dict[str, str]]:
    """A Python that `account` can run with all our packages, and its environment."""
    environment = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    packages = {"PYTHONPATH": f"{ROOT}{os.pathsep}{Path(psycopg.__file__).parents[1]}"}
    same = "python{}.{}".format(*sys.version_info)
    # A virtual environment below a closed home is of no use to another user; its packages may be.
    system = shutil.which(same, path=f"/usr/local/bin{os.pathsep}/usr/bin")
    for program, more in ((sys.executable, {}), (system, packages)):
        if program and _runs(program, environment | more, account):
            return program, environment | more
    pytest.fail(f"{account.name} can run neither {sys.executable} nor a {same} of the system")


def _runs(program: str, environment: dict[str, str], account: Account) -> bool:
    command = [program, "-c", "import psycopg, ledger.server"]
    options = account.process_options()
    with suppress(PermissionError):
        return not subprocess.run(
            command, cwd="/", env=environment, check=False, capture_output=True, **options
        ).returncode
    return False


@dataclass
class Owner:
    """A running `owner.py`: its process, and what it said about its database."""

    process: subprocess.Popen[str]
    conninfo: str
    server: int
    child: int

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def owner(
    home: Path | str, *modes: str, account: Account | None = None, cwd: Path | None = None
) -> Iterator[Owner]:
    """Run `owner.py` for the length of the block, as `account` where one is given."""
    process = launch(home, *modes, account=account, cwd=cwd)
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        line = process.stdout.readline()
        if not line:
            process.stdin.close()
            assert process.stderr is not None
            raise AssertionError(process.stderr.read())
        said = Owner(process, **json.loads(line))
        yield said
        process.stdin.close()
        process.wait(SECONDS_MAX)
        if said.child:
            wait_gone(said.child)


def launch(
    home: Path | str, *modes: str, account: Account | None = None, cwd: Path | None = None
) -> subprocess.Popen[str]:
    """Start `owner.py` and do not wait for it."""
    account = account or Account.current()
    program, environment = interpreter(account)
    return subprocess.Popen(
        [program, str(Path(__file__).with_name("owner.py")), str(home), *modes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd or "/",
        env=environment,
        start_new_session=True,
        **account.process_options(),
    )


def copy_data(data: Path, home: Path) -> None:
    """Give `home` a copy of a stopped server's data, owner included."""
    (home / "postgres").mkdir(parents=True)
    copy = ["cp", "-a", "--sparse=always", str(data), str(home / "postgres" / "data")]
    subprocess.run(copy, check=True)


def wheel(place: int) -> Path:
    """The programs of the wheel's newest (0) or older (1) PostgreSQL."""
    found = find_programs(None, Path("no-such-data")).directory
    return found.parents[1] / WHEEL_INSTALLS[place] / "bin"


def wait_gone(pid: int) -> None:
    """Wait until the process `pid` has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended = select.select([descriptor], [], [], SECONDS_MAX)[0]
        assert ended, f"process {pid} still runs"
    finally:
        os.close(descriptor)


def processes_of(home: Path) -> dict[int, str]:
    """Processes, other than this, whose command line names the home or its server."""
    marks = (os.fsencode(home), cluster_name(Layout(home / "postgres")).encode())
    found = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = entry.read_bytes()
            if any(mark in line for mark in marks) and int(entry.parent.name) != os.getpid():
                found[int(entry.parent.name)] = line.replace(b"\0", b" ").decode()[:200]
    return found


def watchdog_of(home: Path) -> int:
    """The process id of the watchdog of a running home."""
    (pid,) = (pid for pid, line in processes_of(home).items() if "watchdog.py" in line)
    return pid


@contextmanager
def session(
    settings: ServerSettings, role: str | None = None
) -> Iterator[tuple[Database, psycopg.Connection[Any]]]:
    """Start the server and connect, for the length of the block."""
    with (
        open_database(settings) as database,
        psycopg.connect(database.conninfo(role), autocommit=True) as connection,
    ):
        yield database, connection


def refuses(settings: ServerSettings, *, exclusive: bool = False) -> ServerError:
    """The error with which a start is refused."""
    with pytest.raises(ServerError) as refused, open_database(settings, exclusive=exclusive):
        pass
    return refused.value


def connect_again(conninfo: str) -> psycopg.Connection[Any]:
    """Connect as soon as the server takes connections."""
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        try:
            return psycopg.connect(conninfo, autocommit=True)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server did not come back"
            os.sched_yield()


def as_superuser(database: Database | str, name: str = "sunledger") -> psycopg.Connection[Any]:
    """Connect as the supervisor's user, which the application never does."""
    address = database if isinstance(database, str) else database.conninfo()
    return psycopg.connect(address, user=SUPERUSER, dbname=name, autocommit=True)


def value(connection: psycopg.Connection[Any], query: str) -> Any:
    """The first column of the first row of a query."""
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
