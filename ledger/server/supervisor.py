"""The owner's half of the embedded server: make the cluster, start the watchdog, wait, stop.

Order of a start: both locks, what an earlier start left, initdb (into a folder of its own, renamed
when whole), the watchdog, the database and its roles, the state file. A crash between any two
leaves what the next start repeats or removes.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from ledger.server import locks, watchdog
from ledger.server.accounts import Account
from ledger.server.config import (
    DATABASE,
    LOGIN,
    SUPERUSER,
    cluster_name,
    server_command,
    write_access,
)
from ledger.server.database import Database
from ledger.server.errors import AlreadyRunningError, ProgramsUnusableError, StartError
from ledger.server.layout import PORT, Layout, State, is_temporary
from ledger.server.programs import Programs
from ledger.server.roles import prepare_database

READY_SECONDS_MAX = 300.0
"""Crash recovery replays up to `max_wal_size`; an ordinary start takes a tenth of a second."""

_POLL_SECONDS = 0.01
_INITDB_SECONDS_MAX = 120
_WATCHDOG_KILL_SECONDS = 10


def address(sockets: str, user: str = LOGIN, database: str = DATABASE) -> str:
    """Return the libpq address of the embedded server whose socket lies in `sockets`."""
    return make_conninfo(host=sockets, port=PORT, user=user, dbname=database)


class EmbeddedServer:
    """One embedded server, owned by this process for as long as `owner_lock` is held."""

    def __init__(self, layout: Layout, account: Account, programs: Programs) -> None:
        self.layout = layout
        self.account = account
        self.programs = programs
        self.name = cluster_name(layout)
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._process_id = os.getpid()

    def start(self) -> Database:
        """Start the server and return it when it accepts connections.

        Raises:
            AlreadyRunningError: a PostgreSQL that is not ours runs on the data.
            ProgramsUnusableError: initdb failed.
            StartError: the server did not come up.
        """
        server_lock = self._settled_lock()
        try:
            self.layout.sweep()
            if not self.layout.data.exists():
                self._initialise()
            sockets = self.layout.make_sockets(self.account)
            starter = Account.current()
            state = State(os.getpid(), str(sockets), starter.name, ready=False)
            self.layout.write_state(state)
            write_access(self.layout, starter, self.account)
            self._launch(sockets, server_lock)
        finally:
            server_lock.release()
        self._await_ready(address(str(sockets), SUPERUSER, "postgres"))
        self.layout.write_state(State(os.getpid(), str(sockets), starter.name, ready=True))
        os.write(self._pipe, b"r")
        return Database(address(str(sockets)), embedded=True, data=self.layout.data, gone=self.gone)

    def gone(self) -> bool:
        """Whether the watchdog has ended, so that nobody starts the server again."""
        running = self._watchdog
        return running is not None and running.poll() is not None

    def stop(self) -> None:
        """Stop the server and wait until nothing of it runs. Does nothing in a forked child."""
        if self._watchdog is None or os.getpid() != self._process_id:
            return
        locks.close(self._pipe)
        try:
            self._watchdog.wait(watchdog.STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._watchdog.kill()
            self._watchdog.wait(_WATCHDOG_KILL_SECONDS)
        watchdog.settle(self.name, self.layout.data)
        self._watchdog = None
        self.layout.sweep()

    def _settled_lock(self) -> locks.Lock:
        """Wait until an earlier watchdog and its server are gone, and take the watchdog's lock."""
        deadline = time.monotonic() + watchdog.STOP_SECONDS_MAX
        while (lock := locks.Lock.take(self.layout.server_lock)) is None:
            if time.monotonic() > deadline:
                pid = locks.holder_pid(self.layout.server_lock)
                raise AlreadyRunningError(home=str(self.layout.root.parent), pid=pid)
            time.sleep(_POLL_SECONDS)
        running = watchdog.settle(self.name, self.layout.data, watchdog.STOP_SECONDS_MAX)
        if running is not None:
            lock.release()
            raise AlreadyRunningError(home=str(self.layout.root.parent), pid=running)
        return lock

    def _initialise(self) -> None:
        with self.layout.initdb_folder(self.account) as folder:
            make = ["-U", SUPERUSER, "-E", "UTF8", "--locale=C", "-k", "--no-instructions"]
            access = ["--auth-local=peer", "--auth-host=reject"]
            self._initdb(folder, *make, *access, "--no-sync")
            # Synced once as a whole, which is quicker, and before the rename makes it count.
            self._initdb(folder, "--sync-only")

    def _initdb(self, folder: Path, *options: str) -> None:
        command = [str(self.programs.initdb), "-D", str(folder), *options]
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_INITDB_SECONDS_MAX,
            check=False,
            cwd="/",
            env=_environment(),
            **self.account.process_options(),
        )
        if result.returncode:
            reason = (result.stderr.strip().splitlines() or ["initdb failed"])[-1]
            raise ProgramsUnusableError(path=str(self.programs.directory), reason=reason)

    def _launch(self, sockets: Path, server_lock: locks.Lock) -> None:
        dropped = self.account.dropped
        plan = watchdog.Plan(
            command=server_command(self.programs, self.layout, sockets),
            environment=_environment(),
            name=self.name,
            data=str(self.layout.data),
            log=str(self.layout.log),
            sockets=str(sockets),
            sockets_temporary=is_temporary(sockets),
            user=[self.account.uid, self.account.gid] if dropped else [],
            owner_pid=os.getpid(),
        )
        watchdog.clear_sockets(plan)
        reading, self._pipe = os.pipe()
        locks.keep_from_children(self._pipe)
        with open(self.layout.log, "ab") as log:
            self._watchdog = subprocess.Popen(
                [sys.executable, "-I", "-S", watchdog.__file__, plan.to_json()],
                stdin=reading,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                pass_fds=[server_lock.descriptor],
            )
        os.close(reading)

    def _await_ready(self, superuser: str) -> None:
        """Wait for the server, then make sure of the database and its roles."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while self._watchdog is not None and self._watchdog.poll() is None:
            if time.monotonic() > deadline:
                raise StartError(reason="it took too long", log=str(self.layout.log))
            if self._says_ready():
                with suppress(psycopg.OperationalError):
                    prepare_database(superuser)
                    return
            time.sleep(_POLL_SECONDS)
        raise StartError(reason="it ended at once", log=str(self.layout.log))

    def _says_ready(self) -> bool:
        with suppress(OSError):
            lines = (self.layout.data / "postmaster.pid").read_text().splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False


@contextmanager
def running(server: EmbeddedServer) -> Iterator[Database]:
    """Run the server for the length of the block."""
    try:
        yield server.start()
    finally:
        server.stop()


def _environment() -> dict[str, str]:
    # Not the caller's: PGDATA, PGOPTIONS and their like would reach into the server.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
