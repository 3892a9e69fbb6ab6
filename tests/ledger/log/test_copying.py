"""The hand-made binary COPY against PostgreSQL itself: what goes in comes out."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.log.copying import binary, int8, rows, text, texts, timestamp
from ledger.server import Database

NOON = "2022-07-01T04:00:00Z"

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
instants = st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20))
some_rows = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        words,
        instants,
        st.lists(words),
        st.binary(),
    ),
    min_size=1,
)


@pytest.fixture(scope="module")
def table(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection with a table of all types that the log has."""
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")  # must make no difference
        connection.execute(
            "CREATE TEMP TABLE copied (place serial, number bigint, word text, at timestamptz,"
            " words text[], data bytea)"
        )
        yield connection


def copied(connection: psycopg.Connection[Any], stream: bytes) -> list[tuple[Any, ...]]:
    """The rows of a stream as PostgreSQL reads them."""
    connection.execute("TRUNCATE copied")
    statement = "COPY copied (number, word, at, words, data) FROM STDIN (FORMAT BINARY)"
    with connection.cursor().copy(statement) as target:
        target.write(stream)
    return connection.execute(
        "SELECT number, word, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
        " words, data FROM copied ORDER BY place"
    ).fetchall()


def stream_of(found: list[tuple[Any, ...]]) -> bytes:
    """The rows as a stream."""
    encoded = [(int8(n), text(w), timestamp(at), texts(ws), binary(d)) for n, w, at, ws, d in found]
    return rows(encoded)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=some_rows)
def test_postgresql_reads_what_was_written(
    table: psycopg.Connection[Any], found: list[tuple[Any, ...]]
) -> None:
    """Numbers, texts, arrays, instants of all years and bytes arrive as they were."""
    assert found == copied(table, stream_of(found))


@pytest.mark.parametrize("words", [["a\0"], ["", "\0"]])
def test_a_nul_is_refused_by_the_server(table: psycopg.Connection[Any], words: list[str]) -> None:
    """A NUL in a text is an error, as it is in any other statement, and nothing is stored."""
    with pytest.raises(psycopg.DataError):
        copied(table, stream_of([(1, "", NOON, words, b"")]))
    assert [] == table.execute("SELECT 1 FROM copied").fetchall()


def test_no_rows_are_no_stream() -> None:
    """Where there is nothing to copy nothing is sent."""
    assert b"" == rows([])


def test_half_a_character_is_refused_here() -> None:
    """A lone surrogate has no bytes to send."""
    with pytest.raises(UnicodeEncodeError):
        texts(["\ud800"])
