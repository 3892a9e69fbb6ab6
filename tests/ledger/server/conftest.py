"""Homes that the server's user can enter, and one server shared by tests that do no harm to it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from ledger.server import Database, ServerSettings, open_database
from tests.ledger.server.helpers import processes_of, wheel


@contextmanager
def _home() -> Iterator[Path]:
    # Not pytest's own folder, which root keeps closed to the user that runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="home-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder / "var"
        assert {} == processes_of(folder / "var")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def tmp_home() -> Callable[[], AbstractContextManager[Path]]:
    """Makes homes for fixtures that live longer than a test."""
    return _home


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of the test's own, in which nothing may run when the test is over."""
    with _home() as path:
        yield path


@pytest.fixture(scope="package")
def shared() -> Iterator[Database]:
    """A running embedded server; tests put back what they change."""
    with _home() as path, open_database(ServerSettings(path)) as database:
        yield database


@contextmanager
def _made(bin_directory: Path | None = None) -> Iterator[Path]:
    with _home() as path:
        with open_database(ServerSettings(path, bin_directory=bin_directory)) as database:
            assert database.data is not None
        yield database.data


@pytest.fixture(scope="package")
def stopped_data() -> Iterator[Path]:
    """The data directory of a server that was started once and is stopped."""
    with _made() as data:
        yield data


@pytest.fixture(scope="package")
def older_data() -> Iterator[Path]:
    """The same, made by the older PostgreSQL of the wheel."""
    with _made(wheel(1)) as data:
        yield data


@pytest.fixture
def made_home(stopped_data: Path) -> Iterator[Path]:
    """A home that was started and stopped before, by other tests too; they leave its data whole."""
    home = stopped_data.parents[1]
    yield home
    assert {} == processes_of(home)


@pytest.fixture(scope="package")
def shared_pid(shared: Database) -> int:
    """The process id of the shared server."""
    pid = shared.server_pid()
    assert pid is not None
    return pid
