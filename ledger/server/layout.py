"""The folder `postgres` of a home: what lies where, and who owns it.

    owner.lock     flock of the process that started the server; holds its process id
    server.lock    flock of the watchdog; held until PostgreSQL is gone
    state.json     written by the owner; how others find the server once it is ready
    pg_hba.conf, pg_ident.conf   who may connect; written at every start
    data/ socket/  the server user's, mode 0700
    log/           the starting user's
    programs/      a copy of the wheel's programs, where the server user cannot reach the originals

When root starts the server, the folder itself stays root's: the server user can write nowhere but
in `data` and `socket`, so nothing root opens here by name can be a trap of that user.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger.server.accounts import Account, check_enterable
from ledger.server.errors import HomeUnusableError

PORT = 5432
"""Only names the socket file: no server of ours listens on a network."""

SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES_MAX = 103
"""The smallest limit of the systems that we know (macOS); Linux takes 107."""

TEMPORARY_PREFIX = "sunledger-"
_INITDB_PREFIX = "initdb-"


@dataclass(frozen=True)
class State:
    """What the owner tells others about its server, and the next owner about what to sweep."""

    owner_pid: int
    sockets: str
    user: str
    ready: bool


@dataclass(frozen=True)
class Layout:
    """Paths below `home/postgres`."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.root / "log" / "server.log"

    @property
    def owner_lock(self) -> Path:
        """Held by the owner."""
        return self.root / "owner.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the watchdog."""
        return self.root / "server.lock"

    @property
    def hba(self) -> Path:
        """PostgreSQL's host-based authentication file."""
        return self.root / "pg_hba.conf"

    @property
    def ident(self) -> Path:
        """PostgreSQL's map from system users to database users."""
        return self.root / "pg_ident.conf"

    @property
    def programs(self) -> Path:
        """Where programs are copied when they must be."""
        return self.root / "programs"

    @property
    def state(self) -> Path:
        """The state file."""
        return self.root / "state.json"

    def make(self, account: Account) -> None:
        """Make the folders that are missing; modes of existing ones are left alone.

        Raises:
            HomeNotEnterableError: `account` cannot get here.
        """
        mode = 0o711 if account.dropped else 0o700
        missing = [p for p in (self.root, *self.root.parents) if not p.exists()]
        check_enterable(account, missing[-1].parent if missing else self.root)
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(mode)
        self.log.parent.mkdir(mode=0o700, exist_ok=True)

    def write_state(self, state: State) -> None:
        """Publish the state, whole or not at all."""
        part = self.state.with_suffix(".part")
        part.write_text(json.dumps(asdict(state)))
        part.rename(self.state)

    def read_state(self) -> State | None:
        """Return the published state, or None where there is none."""
        try:
            return State(**json.loads(self.state.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def sweep(self) -> None:
        """Remove what a killed start left. Only for the holder of both locks."""
        state = self.read_state()
        self.state.unlink(missing_ok=True)
        if state is not None and is_temporary(Path(state.sockets)):
            remove_sockets(Path(state.sockets))
        for left in self.root.glob(f"{_INITDB_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def initdb_folder(self, account: Account) -> Iterator[Path]:
        """Give a folder to make a cluster in; it becomes `data` when the block succeeds."""
        folder = Path(tempfile.mkdtemp(prefix=_INITDB_PREFIX, dir=self.root))
        account.own(folder)
        try:
            yield folder
            folder.rename(self.data)
            _sync(self.root)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def make_sockets(self, account: Account) -> Path:
        """Make the private folder for the socket: here, or in the temporary directory."""
        folder = self.root / "socket"
        if _fits(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        else:
            folder = self._temporary_sockets(account)
        account.own(folder)
        folder.chmod(0o700)
        return folder

    def _temporary_sockets(self, account: Account) -> Path:
        for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (mkdtemp below makes it private)
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
            account.own(folder)
            if _fits(folder):
                check_enterable(account, folder)
                return folder
            folder.rmdir()
        raise HomeUnusableError(path=str(self.root), reason="its path is too long for a socket")


def is_temporary(folder: Path) -> bool:
    """Tell whether a socket folder lies in the temporary directory and goes with its server."""
    return folder.name.startswith(TEMPORARY_PREFIX)


def remove_sockets(folder: Path) -> None:
    """Remove a socket folder whose server is gone."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (folder / name).unlink(missing_ok=True)
    folder.rmdir()


def _fits(folder: Path) -> bool:
    # PostgreSQL and libpq both read lists of folders: no separators or quotes can stand in one.
    plain = not any(letter in ",\"'\\" or letter.isspace() for letter in str(folder))
    return plain and len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
