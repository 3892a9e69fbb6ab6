"""Rows in memory while events are folded, and back into their tables.

A fold changes rows in Python. Those it touches are loaded by key, a whole page at once where the
projection can tell them beforehand; what changed is written back by one statement a table. Where
every row is in memory (``complete``: the fold began at position 0), nothing is loaded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import msgspec
import psycopg

from projections.rows import Key, Row, Statements, statements_of

Connection = psycopg.Connection[tuple[Any, ...]]
Touch = tuple[type[Row], Key]
"""A row that a fold is going to ask for."""

COPY_ROWS_MIN: Final = 100
"""From this many rows on a COPY is quicker than one statement with a JSON parameter."""
STATEMENT_ROWS_MAX: Final = 10_000
LINES_MAX: Final = 20_000
"""Lines of append-only tables that wait in memory during a rebuild."""

R = TypeVar("R", bound=Row)


class RowMissingError(LookupError):
    """A fold changes a row that is not there: the projection is wrong."""


class TableDriftError(RuntimeError):
    """A table does not hold the rows that were loaded: something else wrote to it."""


Loader = Callable[[type[Row], Sequence[Key]], Iterable[Row]]


class Rows(Generic[R]):
    """The rows of one table that are in memory; None stands for a row that is known not to be."""

    def __init__(self, row: type[R], load: Loader) -> None:
        """Empty; nothing is known of the table."""
        self.row = row
        self.complete = False
        self._load = load
        self._key: Callable[[R], Key] = attrgetter(*row.KEY)
        self.reset(complete=False)

    def reset(self, *, complete: bool) -> None:
        """Forget everything; ``complete`` says that the table is empty."""
        self.complete = complete
        self._rows: dict[Key, R | None] = {}
        self._added: dict[Key, R] = {}
        self._changed: dict[Key, R] = {}
        self._removed: set[Key] = set()
        self._lines: list[R] = []

    def __len__(self) -> int:
        """How many rows are held."""
        return len(self._rows) + len(self._lines)

    def find(self, key: Key) -> R | None:
        """A row to look at, or None."""
        try:
            return self._rows[key]
        except KeyError:
            if self.complete:
                return None
            self.load([key])
            return self._rows[key]

    def edit(self, key: Key) -> R:
        """A row to change.

        Raises:
            RowMissingError: there is none.
        """
        row = self.find(key)
        if row is None:
            message = f"{self.row.TABLE} has no row for an event"
            raise RowMissingError(message)
        if key not in self._added:
            self._changed[key] = row
        return row

    def add(self, row: R) -> R:
        """A new row; the key must not be taken."""
        if self.row.APPEND_ONLY:
            self._lines.append(row)
            return row
        key = self._key(row)
        if key in self._removed:
            self._removed.discard(key)
            self._changed[key] = row
        else:
            self._added[key] = row
        self._rows[key] = row
        return row

    def remove(self, key: Key) -> None:
        """Take a row away; one that is not there is no matter."""
        if self.find(key) is None:
            return
        self._rows[key] = None
        if self._added.pop(key, None) is None:
            self._changed.pop(key, None)
            self._removed.add(key)

    def load(self, keys: Iterable[Key]) -> None:
        """Load the rows of these keys that are not here."""
        if self.complete:
            return
        missing = [key for key in dict.fromkeys(keys) if key not in self._rows]
        if not missing:
            return
        self._rows.update(dict.fromkeys(missing))
        for row in self._load(self.row, missing):
            assert isinstance(row, self.row)  # noqa: S101 (for the type checker)
            self._rows[self._key(row)] = row

    def write(self, connection: Connection, suffix: str) -> None:
        """Write what changed since the last time.

        Raises:
            TableDriftError: the table does not hold the rows that were loaded.
        """
        statements = statements_of(self.row, suffix)
        if self._removed:
            removed = [dict(zip(self.row.KEY, _parts(k), strict=True)) for k in self._removed]
            _execute(connection, statements, statements.delete, removed)
        if self._changed:
            _execute(connection, statements, statements.update, list(self._changed.values()))
        if self._added:
            insert(connection, statements, list(self._added.values()))
        self.write_lines(connection, suffix)
        self._added, self._changed, self._removed = {}, {}, set()

    def write_lines(self, connection: Connection, suffix: str) -> None:
        """Write the lines that wait."""
        if self._lines:
            insert(connection, statements_of(self.row, suffix), self._lines)
            self._lines = []

    @property
    def lines_waiting(self) -> int:
        """How many lines wait."""
        return len(self._lines)


def _parts(key: Key) -> tuple[str | int, ...]:
    return key if isinstance(key, tuple) else (key,)


def _execute(
    connection: Connection, statements: Statements, statement: Any, rows: Sequence[Any]
) -> None:
    for start in range(0, len(rows), STATEMENT_ROWS_MAX):
        chunk = rows[start : start + STATEMENT_ROWS_MAX]
        done = connection.execute(statement, (msgspec.json.encode(chunk).decode(),))
        if done.rowcount != len(chunk):
            message = f"{statements.table}: {done.rowcount} rows of {len(chunk)} are there"
            raise TableDriftError(message)


def insert(connection: Connection, statements: Statements, rows: Sequence[Row]) -> None:
    """Add rows to a table."""
    if len(rows) < COPY_ROWS_MIN:
        _execute(connection, statements, statements.insert, rows)
        return
    astuple = msgspec.structs.astuple
    with connection.cursor().copy(statements.copy) as copy:
        copy.set_types(statements.copy_types)
        write = copy.write_row
        for row in rows:
            write(astuple(row))


class Tables:
    """The tables of one projection, in memory; ``suffix`` names the twins that a rebuild fills."""

    def __init__(self, rows: Iterable[type[Row]], suffix: str = "") -> None:
        """Nothing is loaded; a connection comes with :meth:`using`."""
        self.suffix = suffix
        self._connection: Connection | None = None
        self._rows: dict[type[Row], Rows[Any]] = {row: Rows(row, self._load) for row in rows}

    def __getitem__(self, row: type[R]) -> Rows[R]:
        """The rows of one table."""
        return self._rows[row]

    def __iter__(self) -> Iterator[Rows[Any]]:
        """The rows of every table."""
        return iter(self._rows.values())

    def __len__(self) -> int:
        """How many rows are in memory."""
        return sum(map(len, self))

    def using(self, connection: Connection | None) -> None:
        """Load through this connection from now on."""
        self._connection = connection

    def reset(self, *, complete: bool) -> None:
        """Forget everything; ``complete`` says that the tables are empty."""
        for rows in self:
            rows.reset(complete=complete)

    def load(self, touched: Iterable[Touch]) -> None:
        """Load rows, by one statement a table."""
        wanted: dict[type[Row], list[Key]] = {}
        for row, key in touched:
            wanted.setdefault(row, []).append(key)
        for row, keys in wanted.items():
            self._rows[row].load(keys)

    def _load(self, row: type[Row], keys: Sequence[Key]) -> Iterable[Row]:
        assert self._connection is not None, "rows are loaded while a page is open"  # noqa: S101
        statement = statements_of(row, self.suffix).select
        wanted = [dict(zip(row.KEY, _parts(key), strict=True)) for key in keys]
        names = row.__struct_fields__
        parameter = msgspec.json.encode(wanted).decode()
        for values in self._connection.execute(statement, (parameter,)):
            yield row(**dict(zip(names, values, strict=True)))

    def write(self, connection: Connection) -> None:
        """Write what changed since the last time."""
        for rows in self:
            rows.write(connection, self.suffix)

    def write_lines(self, connection: Connection) -> None:
        """Write the lines of append-only tables once many wait."""
        for rows in self:
            if rows.lines_waiting >= LINES_MAX:
                rows.write_lines(connection, self.suffix)

    @property
    def complete(self) -> bool:
        """Whether every row of every table is in memory."""
        return all(rows.complete for rows in self)
