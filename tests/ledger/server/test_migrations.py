"""The migrations runner on a real server."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from ledger.log.migrations import MigrationError, migrate
from ledger.server import Database
from ledger.server.roles import OWNER, WRITER
from tests.ledger.server.helpers import as_superuser

SCHEMA = "guangsha"
FIRST = "CREATE TABLE first (number integer); INSERT INTO first VALUES (1);"
SECOND = "-- 100% of it\r\nALTER TABLE first ADD COLUMN name text;\r\n"


@pytest.fixture
def owner_address(shared: Database) -> Iterator[str]:
    """The owner role's address, on a server without the test's schema."""
    yield shared.conninfo(OWNER)
    with as_superuser(shared) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations, and a file that is none."""
    (tmp_path / "0001_first.sql").write_text(FIRST)
    (tmp_path / "0002_second.sql").write_bytes(SECOND.encode())
    (tmp_path / "README.md").write_text("not SQL")
    return tmp_path


def rows(address: str) -> list[tuple[int, str]]:
    """The schema's own record."""
    with psycopg.connect(address) as connection:
        connection.execute(f"SET search_path TO {SCHEMA}".encode())
        query = "SELECT number, name FROM migrations ORDER BY number"
        return connection.execute(query).fetchall()


def refuses(address: str, folder: Path) -> str:
    """The code with which a run is refused."""
    with pytest.raises(MigrationError) as refused:
        migrate(address, SCHEMA, folder)
    return refused.value.code


def test_files_are_applied_once_and_in_order(owner_address: str, folder: Path) -> None:
    """A first run applies all and tells each; a second has nothing to do; a later file follows."""
    told: list[str] = []
    names = ["0001_first.sql", "0002_second.sql"]
    assert names == migrate(owner_address, SCHEMA, folder, on_progress=told.append)
    assert names == told
    assert [] == migrate(owner_address, SCHEMA, folder)
    (folder / "0003_third.sql").write_text("INSERT INTO first VALUES (2, 'two')")
    assert ["0003_third.sql"] == migrate(owner_address, SCHEMA, folder)
    assert [(1, names[0]), (2, names[1]), (3, "0003_third.sql")] == rows(owner_address)


def test_the_schema_belongs_to_the_owner_role(owner_address: str, folder: Path) -> None:
    """Schema and tables are the owner's, and stand nowhere but in the schema."""
    migrate(owner_address, SCHEMA, folder)
    with psycopg.connect(owner_address) as connection:
        query = "SELECT schemaname, tableowner FROM pg_tables WHERE tablename = 'first'"
        assert [(SCHEMA, OWNER)] == connection.execute(query).fetchall()
        owner = "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = %s"
        assert (OWNER,) == connection.execute(owner, [SCHEMA]).fetchone()


def test_line_ends_are_no_change(owner_address: str, folder: Path) -> None:
    """A checkout with other line ends has the same checksums."""
    migrate(owner_address, SCHEMA, folder)
    (folder / "0002_second.sql").write_bytes(SECOND.replace("\r\n", "\n").encode())
    assert [] == migrate(owner_address, SCHEMA, folder)


def test_a_changed_file_is_refused(owner_address: str, folder: Path) -> None:
    """A file that differs from what was applied stops the run before anything new is applied."""
    migrate(owner_address, SCHEMA, folder)
    (folder / "0001_first.sql").write_text(FIRST + " ")
    (folder / "0003_third.sql").write_text("SELECT 1")
    assert "migration_changed" == refuses(owner_address, folder)
    assert 2 == len(rows(owner_address))


def test_a_newer_database_is_refused(owner_address: str, folder: Path) -> None:
    """An older program does not touch what a newer one made."""
    migrate(owner_address, SCHEMA, folder)
    (folder / "0002_second.sql").unlink()
    assert "database_newer" == refuses(owner_address, folder)


def test_a_hole_in_the_record_is_refused(owner_address: str, folder: Path) -> None:
    """A missing row before later ones is not filled in silently."""
    migrate(owner_address, SCHEMA, folder)
    with psycopg.connect(owner_address) as connection:
        connection.execute(f"SET search_path TO {SCHEMA}".encode())
        connection.execute("DELETE FROM migrations WHERE number = 1")
    assert "migration_gap" == refuses(owner_address, folder)


@pytest.mark.parametrize("name", ["0004_gap.sql", "0002_twice.sql", "3_short.sql", "0003_É.sql"])
def test_misnumbered_files_are_refused(folder: Path, name: str) -> None:
    """A gap, a number that stands twice and other names are refused before connecting."""
    (folder / name).write_text("SELECT 1")
    assert "migration_files" == refuses("host=nowhere", folder)


@pytest.mark.parametrize("schema", ["", "Guangsha", "1st", "a" * 52, "a;b", "pg-x", "光", "a\n"])
def test_other_names_of_schemas_are_refused(folder: Path, schema: str) -> None:
    """Only plain names reach the database."""
    with pytest.raises(MigrationError) as refused:
        migrate("host=nowhere", schema, folder)
    assert "schema_name" == refused.value.code


def test_a_failing_file_leaves_nothing(owner_address: str, folder: Path) -> None:
    """What a failing file did is undone with it, earlier files stay, and a mended one goes on."""
    third = folder / "0003_third.sql"
    third.write_text("CREATE TABLE half (number integer); SELECT 1 / 0;")
    with pytest.raises(MigrationError, match="division by zero") as refused:
        migrate(owner_address, SCHEMA, folder)
    assert "migration_failed" == refused.value.code
    third.write_text("CREATE TABLE half (number integer)")
    assert ["0003_third.sql"] == migrate(owner_address, SCHEMA, folder)


def test_a_file_that_commits_by_itself_is_refused(owner_address: str, folder: Path) -> None:
    """A file must leave its transaction to the runner."""
    (folder / "0003_third.sql").write_text("COMMIT; BEGIN;")
    assert "migration_files" == refuses(owner_address, folder)
    assert 2 == len(rows(owner_address))


def test_a_killed_run_can_be_repeated(owner_address: str, folder: Path) -> None:
    """A run whose session is ended in the middle leaves no lock and no half a file."""
    third = folder / "0003_third.sql"
    third.write_text(
        "CREATE TABLE half (number integer); SELECT pg_terminate_backend(pg_backend_pid());"
    )
    assert "migration_failed" == refuses(owner_address, folder)
    third.write_text("CREATE TABLE half (number integer)")
    assert ["0003_third.sql"] == migrate(owner_address, SCHEMA, folder)


def test_two_at_once_are_fine(owner_address: str, folder: Path) -> None:
    """Processes that migrate together apply every file once."""
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: migrate(owner_address, SCHEMA, folder), range(3)))
    assert [0, 0, 2] == sorted(len(run) for run in runs)


def test_a_second_run_waits_longer_than_for_a_table(owner_address: str, folder: Path) -> None:
    """`lock_timeout_ms` bounds the wait for tables, not for another run of the migrations."""
    started, results = threading.Event(), []

    def second() -> None:
        started.wait()
        results.append(migrate(owner_address, SCHEMA, folder, lock_timeout_ms=1))

    def progress(name: str) -> None:
        if name.startswith("0002"):
            started.set()

    thread = threading.Thread(target=second)
    thread.start()
    (folder / "0002_second.sql").write_text("SELECT pg_sleep(0.3)")
    migrate(owner_address, SCHEMA, folder, on_progress=progress)
    thread.join()
    assert [[]] == results


def test_a_table_in_use_is_not_waited_for_without_end(owner_address: str, folder: Path) -> None:
    """A lock that another session keeps ends the run after the time given, and is told."""
    migrate(owner_address, SCHEMA, folder)
    (folder / "0003_third.sql").write_text("ALTER TABLE first ADD COLUMN note text")
    with psycopg.connect(owner_address) as other:
        other.execute(f"SET search_path TO {SCHEMA}".encode())
        other.execute("SELECT * FROM first")
        with pytest.raises(MigrationError) as refused:
            migrate(owner_address, SCHEMA, folder, lock_timeout_ms=20)
    assert "migration_busy" == refused.value.code
    assert ["0003_third.sql"] == migrate(owner_address, SCHEMA, folder)


def test_a_role_without_rights_is_told(shared: Database, folder: Path) -> None:
    """A run as a role that may not create schemas is one sentence, not a traceback."""
    with pytest.raises(MigrationError, match="permission denied"):
        migrate(shared.conninfo(WRITER), SCHEMA, folder)
