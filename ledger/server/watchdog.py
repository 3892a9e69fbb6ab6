"""The small process between the owner and PostgreSQL, so that the server never outlives the owner.

It is run as a script by the owner, imports nothing but the standard library, and sits in a session
of its own: Ctrl-C at the terminal does not reach it. Its standard input is a pipe from the owner:

    b"r"         the server is ready; from now on it is started again when it ends by itself
    end of file  the owner has closed or is dead, by whatever signal: stop the server and go
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

RESTARTS_MAX = 5
RESTART_WINDOW_SECONDS = 60.0
STOP_STEPS = ((signal.SIGINT, 25.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""PostgreSQL's fast and immediate shutdown, then the end; each with the seconds it is given."""

STOP_SECONDS_MAX = sum(seconds for _, seconds in STOP_STEPS) + 10.0
ORPHAN_SECONDS_MAX = 1.0
"""Backends end by themselves when their postmaster is gone, unless they are busy computing."""

KILL_SECONDS_MAX = 10.0
LOG_BYTES_MAX = 5_000_000
LOG_CHECK_SECONDS = 30.0

STOPPED, SERVER_FAILED, GAVE_UP = 0, 3, 4
"""Exit codes: stopped by the owner; ended before it was ready; ended too often."""

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Plan:
    """What the owner asks for. `user` is the (uid, gid) to become for PostgreSQL, if any."""

    command: list[str]
    environment: dict[str, str]
    name: str
    data: str
    log: str
    sockets: str
    sockets_temporary: bool
    user: list[int]
    owner_pid: int

    def to_json(self) -> str:
        """Return the plan as the watchdog's one argument."""
        return json.dumps(asdict(self))


def server_processes(name: str) -> list[int]:
    """Return the processes of the cluster called `name`, which stands in all their titles.

    Where there is no /proc the list is empty, and PostgreSQL's own interlocks decide alone.
    """
    mark = name.encode()
    return [pid for pid in _pids() if _is_postgres(pid) and mark in _title(pid)]


def _pids() -> list[int]:
    try:
        return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    except FileNotFoundError:
        return []


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _is_postgres(pid: int) -> bool:
    program = _title(pid).split(b"\0", 1)[0]
    return program.startswith(b"postgres:") or program.rsplit(b"/", 1)[-1] == b"postgres"


def settle(name: str, data: Path, seconds_max: float = ORPHAN_SECONDS_MAX) -> int | None:
    """Make way for a new postmaster: wait for the old one, end the processes it left behind.

    Returns:
        The process id of a postmaster that still runs after `seconds_max`, or None.
    """
    started = time.monotonic()
    while left := server_processes(name):
        waited = time.monotonic() - started
        if waited > seconds_max + KILL_SECONDS_MAX:
            break  # not even SIGKILL helps, say on a hung disk; PostgreSQL's own interlock decides
        postmaster = _written_pid(data)
        if postmaster in left and waited > seconds_max:
            return postmaster
        if postmaster not in left and waited > ORPHAN_SECONDS_MAX:
            # They can do nothing useful any more, and they keep the next postmaster from starting.
            _kill(left)
        time.sleep(_POLL_SECONDS)
    _drop_stale_pid_file(data, _written_pid(data))
    return None


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _written_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _drop_stale_pid_file(data: Path, pid: int | None) -> None:
    """Remove a pid file that names another program by now: PostgreSQL would refuse to start for it.

    One that may name a server, however started, is left for PostgreSQL to judge.
    """
    if pid is None or not os.path.isdir("/proc/self"):
        return
    other_data = b"-D\0" in _title(pid) and f"-D\0{data}\0".encode() not in _title(pid) + b"\0"
    if not _is_postgres(pid) or other_data or _title(pid).startswith(b"postgres:"):
        (data / "postmaster.pid").unlink(missing_ok=True)


def clear_sockets(plan: Plan) -> None:
    """Remove socket files of a server that is gone."""
    for entry in Path(plan.sockets).glob(".s.PGSQL.*"):
        entry.unlink(missing_ok=True)


def spawn(plan: Plan) -> subprocess.Popen[bytes]:
    """Start PostgreSQL; should this process be killed, the system tells it to shut down."""
    uid, gid = plan.user or (None, None)
    with open(plan.log, "ab") as log:
        return subprocess.Popen(
            plan.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            umask=0o077,
            env=plan.environment,
            user=uid,
            group=gid,
            extra_groups=[] if plan.user else None,
            preexec_fn=_death_signal(),  # noqa: PLW1509 (this process has one thread)
        )


def _death_signal() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def stop(plan: Plan, server: subprocess.Popen[bytes]) -> None:
    """Shut PostgreSQL down, ever less politely, and leave nothing of it."""
    for number, seconds in STOP_STEPS:
        if server.poll() is not None:
            break
        server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(seconds)
    settle(plan.name, Path(plan.data))


def note(plan: Plan, text: str) -> None:
    """Write a line into the server's log."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    with open(plan.log, "a", encoding="utf-8") as log:
        log.write(f"{stamp} [watchdog] {text}\n")


def limit_log(path: Path) -> None:
    """Keep one earlier log and cut the present one; PostgreSQL goes on appending."""
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        shutil.copyfile(path, path.with_suffix(".log.1"))
        os.truncate(path, 0)


class Watchdog:
    """Waits for the owner, the server and the clock, in one thread."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ready = False
        self.restarts: deque[float] = deque(maxlen=RESTARTS_MAX)
        self.child_ended, self.owner_ended = _child_pipe(), _owner_descriptor(plan.owner_pid)

    def run(self) -> int:
        """Supervise until the owner is done; returns the exit code."""
        server = spawn(self.plan)
        try:
            while self._owner_wants_it():
                if server.poll() is None:
                    continue
                if not self._may_restart(server.returncode):
                    return GAVE_UP if self.ready else SERVER_FAILED
                settle(self.plan.name, Path(self.plan.data))
                clear_sockets(self.plan)
                server = spawn(self.plan)
            return STOPPED
        finally:
            stop(self.plan, server)
            clear_sockets(self.plan)
            if self.plan.sockets_temporary:
                Path(self.plan.sockets).rmdir()

    def _owner_wants_it(self) -> bool:
        """Sleep until something happens; False when the owner is done."""
        watched = [0, self.child_ended, *self.owner_ended]
        happened = select.select(watched, [], [], LOG_CHECK_SECONDS)[0]
        limit_log(Path(self.plan.log))
        if self.child_ended in happened:
            os.read(self.child_ended, 4096)
        if any(descriptor in happened for descriptor in self.owner_ended):
            return False
        if 0 in happened:
            self.ready = os.read(0, 1) == b"r"
            return self.ready
        return True

    def _may_restart(self, code: int) -> bool:
        """Count an end of the server; False before it was ready, and when it ends too often."""
        now = time.monotonic()
        full = len(self.restarts) == RESTARTS_MAX
        often = full and now - self.restarts[0] < RESTART_WINDOW_SECONDS
        self.restarts.append(now)
        again = self.ready and not often
        then = "starting again" if again else "giving up"
        note(self.plan, f"PostgreSQL ended with {code}: {then}")
        return again


def _child_pipe() -> int:
    """Return a descriptor that becomes readable when a child ends."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def _owner_descriptor(pid: int) -> list[int]:
    """Return a descriptor that becomes readable when the owner dies, where the system has such."""
    if not hasattr(os, "pidfd_open"):
        return []
    descriptor = os.pidfd_open(pid)
    if os.getppid() != pid:
        raise ProcessLookupError(pid)
    return [descriptor]


def main() -> int:
    """Run the watchdog for the plan in the first argument."""
    # The owner alone decides when to stop; a service manager that signals the whole group must not
    # take the database away under requests that the owner is still answering.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A handler, not SIG_IGN, which PostgreSQL would inherit.
        signal.signal(number, lambda *_: None)
    return Watchdog(Plan(**json.loads(sys.argv[1]))).run()


if __name__ == "__main__":
    sys.exit(main())
