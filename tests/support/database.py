"""A real PostgreSQL for the tests: one embedded server a run, one fresh schema a test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.server import Database, ServerSettings, open_database

_schemas = count(1)


@contextmanager
def server_settings() -> Iterator[ServerSettings]:
    """Settings of an embedded server in a home of its own, which goes when the block ends."""
    # Not pytest's own folder, which root keeps closed to the user that runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="home-")).resolve()
    folder.chmod(0o755)
    try:
        yield ServerSettings(folder / "var")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A running server that this run started and stops."""
    with server_settings() as settings, open_database(settings) as opened:
        yield opened


@pytest.fixture
def schema(database: Database) -> str:
    """A migrated schema that nobody else uses."""
    name = f"sunledger_test{next(_schemas)}"
    migrate(database.conninfo("sunledger_owner"), name)
    return name


@pytest.fixture
def datastore(database: Database, schema: str) -> Iterator[LogDatastore]:
    """The writer's datastore of the schema."""
    opened = LogDatastore(database.conninfo("sunledger_writer"), schema)
    yield opened
    opened.close()


@pytest.fixture
def recorder(database: Database, schema: str) -> Iterator[LedgerRecorder]:
    """A recorder on the schema, with the production checks."""
    opened = LedgerRecorder(LogDatastore(database.conninfo("sunledger_writer"), schema))
    yield opened
    opened.close()


@pytest.fixture
def make_recorder(database: Database, schema: str) -> Iterator[Callable[[], LedgerRecorder]]:
    """More recorders on the same schema, as other processes would have them."""
    opened: list[LedgerRecorder] = []

    def make() -> LedgerRecorder:
        opened.append(LedgerRecorder(LogDatastore(database.conninfo("sunledger_writer"), schema)))
        return opened[-1]

    yield make
    for recorder in opened:
        recorder.close()
