"""Rows in memory and their tables: what is loaded, written, and noticed."""

from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from projections.catalogue import ALL
from projections.rows import Row, columns_of, create_indexes
from projections.schema import create_empty, install
from projections.tables import COPY_ROWS_MIN, Connection, RowMissingError, TableDriftError, Tables


class ThingRow(Row):
    TABLE = "things"
    KEY = ("kind", "number")

    kind: str
    number: int
    note: str | None = None
    good: bool = False


class OddRow(Row):
    TABLE = "odd"
    KEY = ("one",)

    one: list[str]


@pytest.fixture
def connection(owner: str, schema: str) -> Iterator[Connection]:
    """A connection of the owner, with the table of things."""
    with psycopg.connect(owner, autocommit=True) as opened:
        opened.execute("SELECT set_config('search_path', %s, false)", (schema,))
        create_empty(opened, ThingRow)
        for statement in create_indexes(ThingRow):
            opened.execute(statement)
        yield opened


def things(connection: Connection) -> Tables:
    """The table of things, of which nothing is known."""
    tables = Tables([ThingRow])
    tables.using(connection)
    return tables


def stored(connection: Connection) -> list[tuple[object, ...]]:
    """What the table holds."""
    return connection.execute("SELECT * FROM things ORDER BY kind, number").fetchall()


@pytest.mark.parametrize("count", [1, COPY_ROWS_MIN - 1, COPY_ROWS_MIN, 3 * COPY_ROWS_MIN])
def test_rows_come_back_as_they_went(connection: Connection, count: int) -> None:
    """Few rows or many, every type and every odd character survive."""
    written = things(connection)
    notes = [None, "", "阳光\n\t\"'\\ {}", "\N{GRINNING FACE}"]
    for number in range(count):
        written[ThingRow].add(
            ThingRow(kind="a", number=number, note=notes[number % 4], good=number % 2 == 0)
        )
    written.write(connection)
    found = things(connection)
    found.load((ThingRow, ("a", number)) for number in range(count))
    for number in range(count):
        row = found[ThingRow].find(("a", number))
        assert row is not None
        assert (notes[number % 4], number % 2 == 0) == (row.note, row.good)


def test_changes_reach_the_table(connection: Connection) -> None:
    """Rows are changed, removed and added; what was added and removed at once never comes."""
    tables = things(connection)
    rows = tables[ThingRow]
    for number in range(4):
        rows.add(ThingRow(kind="a", number=number))
    tables.write(connection)
    rows.edit(("a", 1)).note = "changed"
    rows.remove(("a", 2))
    rows.remove(("a", 3))
    rows.add(ThingRow(kind="a", number=3, note="again"))
    rows.add(ThingRow(kind="a", number=9))
    rows.remove(("a", 9))
    rows.remove(("a", 8))
    tables.write(connection)
    expected = [("a", 0, None, False), ("a", 1, "changed", False), ("a", 3, "again", False)]
    assert expected == stored(connection)


def test_a_complete_table_is_never_asked(connection: Connection) -> None:
    """Where every row is in memory nothing is loaded, and what is not there is not there."""
    tables = Tables([ThingRow])
    tables.reset(complete=True)
    assert tables[ThingRow].find(("a", 1)) is None
    assert tables.complete
    assert [] == stored(connection)


def test_a_row_that_is_missing_is_a_fault(connection: Connection) -> None:
    """Changing a row that is not there is refused, and the message shows no key."""
    with pytest.raises(RowMissingError) as caught:
        things(connection)[ThingRow].edit(("secret", 1))
    assert "secret" not in str(caught.value)


def test_a_table_that_somebody_else_changed_is_noticed(connection: Connection) -> None:
    """A change to a row that has gone meanwhile is not lost silently."""
    tables = things(connection)
    tables[ThingRow].add(ThingRow(kind="a", number=1))
    tables.write(connection)
    tables[ThingRow].edit(("a", 1)).good = True
    connection.execute("DELETE FROM things")
    with pytest.raises(TableDriftError):
        tables.write(connection)


def test_a_key_is_taken_once(connection: Connection) -> None:
    """Two rows with one key are refused by the database."""
    for expected in (None, psycopg.errors.UniqueViolation):
        tables = things(connection)
        tables[ThingRow].add(ThingRow(kind="a", number=1))
        if expected is None:
            tables.write(connection)
        else:
            with pytest.raises(expected):
                tables.write(connection)


def test_a_type_without_a_column_is_refused() -> None:
    """A field that no column can hold is a fault of the declaration."""
    with pytest.raises(TypeError, match="one"):
        columns_of(OddRow)


def test_tables_have_names_of_their_own() -> None:
    """No table stands in two projections, and every key is one of its columns."""
    rows = [row for projection in ALL for row in projection.TABLES]
    assert len(rows) == len({row.TABLE for row in rows})
    for row in rows:
        names = {column.name for column in columns_of(row)}
        wanted = {*row.KEY, *(name for index in row.INDEXES for name in index)}
        assert set() == wanted - names
        assert row.PERSON is None or row.PERSON in names


def test_the_reader_reads_and_the_eraser_erases_only_people(owner: str, schema: str) -> None:
    """Each role has on each table what it needs, and the eraser nothing where nobody is named."""
    question = SQL(
        "SELECT has_table_privilege('sunledger_reader', {0}, 'SELECT'), "
        "has_table_privilege('sunledger_reader', {0}, 'INSERT'), "
        "has_table_privilege('sunledger_eraser', {0}, 'DELETE')"
    )
    with psycopg.connect(owner) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
        for row in (row for projection in ALL for row in projection.TABLES):
            create_empty(connection, row)
            answer = connection.execute(question.format(row.TABLE)).fetchone()
            assert (True, False, row.PERSON is not None) == answer, Identifier(row.TABLE)
        connection.rollback()


def test_installing_is_repeatable_and_takes_turns(owner: str, schema: str) -> None:
    """Processes that start together make each table once."""
    failures: list[Exception] = []

    def start() -> None:
        try:
            install(owner, schema, ALL)
        except psycopg.Error as error:
            failures.append(error)

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failures
    assert [] == install(owner, schema, ALL)
