"""What the database itself refuses, whoever asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ledger.log.recorder import LedgerRecorder
from ledger.server import ERASER, OWNER, READER, ROLES, WRITER, Database
from tests.support.ledgers import SmallLedger, writing

CHANGES = {
    "update": "UPDATE {} SET position = position",
    "update none": "UPDATE {} SET position = position WHERE false",
    "delete": "DELETE FROM {}",
    "delete none": "DELETE FROM {} WHERE false",
    "truncate": "TRUNCATE {}",
    "cascade": "TRUNCATE {} CASCADE",
}
GROW = "INSERT INTO {0} SELECT * FROM {0}"
TABLES = ("head", "events", "openings", "texts", "requests", "snapshots")

Refused = Callable[[str, str], bool]


@pytest.fixture
def filled(recorder: LedgerRecorder) -> LedgerRecorder:
    """A log with something in every table but the snapshots."""
    with writing(recorder) as writer:
        SmallLedger(writer, recorder).trading(households=1, points=0)
    return recorder


@contextmanager
def acting(database: Database, schema: str, role: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of a role in the schema; nothing that it does is kept."""
    with psycopg.connect(database.conninfo(role)) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", [schema])
        yield connection
        connection.rollback()


@pytest.fixture
def refused(database: Database, schema: str, filled: LedgerRecorder) -> Refused:
    """Whether the database refuses a role a statement for lack of the right to it."""
    del filled

    def is_refused(role: str, statement: str) -> bool:
        with acting(database, schema, role) as connection:
            try:
                connection.execute(statement.encode())
            except psycopg.errors.InsufficientPrivilege:
                return True
        return False

    return is_refused


@pytest.mark.parametrize("role", ROLES)
def test_events_only_grow(refused: Refused, role: str) -> None:
    """No role, the owner included, updates, deletes or truncates events, not even none of them."""
    assert dict.fromkeys(CHANGES, True) == {
        name: refused(role, change.format("events")) for name, change in CHANGES.items()
    }


@pytest.mark.parametrize("table", ["openings", "texts"])
def test_halves_never_change(refused: Refused, table: str) -> None:
    """Openings and texts are not updated or truncated by anybody; the eraser alone deletes."""
    never = ("update", "update none", "truncate", "cascade")
    assert [] == [
        (role, name)
        for role in ROLES
        for name in never
        if not refused(role, CHANGES[name].format(table))
    ]
    assert [True, True, False] == [
        refused(role, CHANGES["delete"].format(table)) for role in (WRITER, READER, ERASER)
    ]


def test_the_head_stays(refused: Refused) -> None:
    """The head's row is not deleted or truncated, and only the writer moves it."""
    move = "UPDATE head SET position = position + 1"
    assert [] == [
        (role, name)
        for role in ROLES
        for name in ("delete", "delete none", "truncate", "cascade")
        if not refused(role, CHANGES[name].format("head"))
    ]
    assert [False, True, True] == [refused(role, move) for role in (WRITER, READER, ERASER)]


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_writes_nothing(refused: Refused, table: str) -> None:
    """The reader changes no table, and adds to none."""
    assert refused(READER, GROW.format(table))
    assert [] == [
        name for name, change in CHANGES.items() if not refused(READER, change.format(table))
    ]


def test_the_reader_does_not_see_snapshots(refused: Refused) -> None:
    """Snapshots are the writer's own and hold what is private."""
    assert refused(READER, "SELECT * FROM snapshots")


def test_the_eraser_adds_nothing(refused: Refused) -> None:
    """The eraser only takes away: it inserts into no table."""
    assert [] == [table for table in TABLES if not refused(ERASER, GROW.format(table))]


@pytest.mark.parametrize("role", [WRITER, READER, ERASER])
def test_nobody_but_the_owner_disarms_the_tables(refused: Refused, role: str) -> None:
    """Triggers are not switched off, tables not dropped, and outcomes not rewritten."""
    assert refused(role, "ALTER TABLE events DISABLE TRIGGER ALL")
    assert refused(role, "DROP TABLE events")
    assert refused(role, "UPDATE requests SET owner = owner")
    assert refused(role, "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS ''")


@pytest.mark.parametrize("table", ["events", "openings", "texts"])
def test_a_position_is_not_used_twice(
    database: Database, schema: str, filled: LedgerRecorder, table: str
) -> None:
    """The writer cannot put a second row at a position."""
    del filled
    again = sql.SQL("INSERT INTO {0} SELECT * FROM {0} LIMIT 1").format(sql.Identifier(table))
    with acting(database, schema, WRITER) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(again)


@pytest.mark.parametrize("role", [OWNER, WRITER])
@pytest.mark.parametrize(
    "back",
    [
        "UPDATE head SET position = position - 1",
        "UPDATE head SET position = 0, recorded_at = '9999-01-01T00:00:00Z'",
        "UPDATE head SET recorded_at = '2022-06-30T23:59:59Z'",
    ],
)
def test_the_head_does_not_go_back(refused: Refused, role: str, back: str) -> None:
    """The head's position and time only grow, so that no position is given out twice."""
    assert refused(role, back)
