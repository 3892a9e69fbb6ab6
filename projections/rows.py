"""Tables of read models: each is declared as a struct whose fields are its columns.

``str`` is text in byte order, ``int`` bigint, ``bool`` boolean; ``| None`` may be NULL. A row is
written and read whole; how it is found again is its ``KEY``.
"""

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Final, dataclass_transform, get_args, get_type_hints

import msgspec
from psycopg.sql import SQL, Composed, Identifier

Key = str | int | tuple[str | int, ...]
"""The value of a key's one column, or a tuple where it has more."""

NEW: Final = "__new"
"""Ends the names of the tables that a rebuild fills."""

_TYPES: Final[dict[Any, str]] = {str: "text", int: "bigint", bool: "boolean"}
_COPY_TYPES: Final[dict[Any, str]] = {str: "text", int: "int8", bool: "bool"}


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class Row(msgspec.Struct, kw_only=True, gc=False):
    """Base of all rows.

    ``PERSON`` names the column that says whom a personal row is about, so that an erasure can be
    checked to cover it; None marks a table that holds nothing personal. Rows of an ``APPEND_ONLY``
    table are never looked at again by the fold. Rows hold no containers, so the garbage collector
    need not look at them.
    """

    TABLE: ClassVar[str] = ""
    KEY: ClassVar[tuple[str, ...]] = ()
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = ()
    PERSON: ClassVar[str | None] = None
    APPEND_ONLY: ClassVar[bool] = False


class Column(msgspec.Struct, frozen=True):
    """A column: its SQL type, the type as COPY names it, and whether it may be NULL."""

    name: str
    sql_type: str
    copy_type: str
    nullable: bool


@cache
def columns_of(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a table, in the order of the fields.

    Raises:
        TypeError: a field's type has no column type.
    """
    hints = get_type_hints(row)
    return tuple(_column(name, hints[name]) for name in row.__struct_fields__)


def _column(name: str, hint: Any) -> Column:
    parts = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    kinds = [part for part in parts if part is not type(None)]
    if len(kinds) != 1 or kinds[0] not in _TYPES:
        message = f"no column type for {name}: {hint}"
        raise TypeError(message)
    return Column(name, _TYPES[kinds[0]], _COPY_TYPES[kinds[0]], len(kinds) < len(parts))


def _listed(names: tuple[str, ...], template: str = "{name}", by: str = ", ") -> Composed:
    """The names as identifiers, each put into a template."""
    return SQL(by).join([SQL(template).format(name=Identifier(name)) for name in names])


def _collated(column: Column) -> SQL:
    return SQL(column.sql_type + (' COLLATE "C"' if column.sql_type == "text" else ""))


def _recordset(columns: tuple[Column, ...]) -> Composed:
    """Rows that come as one JSON parameter, as a table ``new``."""
    defined = [SQL("{} {}").format(Identifier(c.name), _collated(c)) for c in columns]
    return SQL("json_to_recordset(%s::json) AS new ({})").format(SQL(", ").join(defined))


@dataclass(frozen=True, slots=True)
class Statements:
    """What reads and writes one table; rows go in as one JSON array, or by COPY."""

    table: str
    select: Composed
    insert: Composed
    update: Composed
    delete: Composed
    copy: Composed
    copy_types: tuple[str, ...]


@cache
def statements_of(row: type[Row], suffix: str = "") -> Statements:
    """The statements for a table; with a ``suffix``, for its twin of that name."""
    columns = columns_of(row)
    names = tuple(column.name for column in columns)
    parts = {
        "table": Identifier(row.TABLE + suffix),
        "columns": _listed(names),
        "new": _recordset(columns),
        "keys": _recordset(tuple(c for c in columns if c.name in row.KEY)),
        "on": _listed(row.KEY, "old.{name} = new.{name}", " AND "),
        "old": _listed(names, "old.{name}"),
        "set": _listed(tuple(n for n in names if n not in row.KEY), "{name} = new.{name}"),
    }
    return Statements(
        table=row.TABLE + suffix,
        select=SQL("SELECT {old} FROM {table} old JOIN {keys} ON {on}").format(**parts),
        insert=SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {new}").format(**parts),
        update=SQL("UPDATE {table} old SET {set} FROM {new} WHERE {on}").format(**parts),
        delete=SQL("DELETE FROM {table} old USING {keys} WHERE {on}").format(**parts),
        copy=SQL("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)").format(**parts),
        copy_types=tuple(column.copy_type for column in columns),
    )


def create_table(row: type[Row], suffix: str = "") -> Composed:
    """The statement that makes an empty table, without its key and indexes."""
    defined = [
        SQL("{} {}{}").format(
            Identifier(c.name), _collated(c), SQL("" if c.nullable else " NOT NULL")
        )
        for c in columns_of(row)
    ]
    table = Identifier(row.TABLE + suffix)
    return SQL("CREATE TABLE {} ({})").format(table, SQL(", ").join(defined))


def index_names(row: type[Row], suffix: str = "") -> list[str]:
    """The names of the key's index and of the others, in the order they are made in."""
    others = ["_".join((row.TABLE, *columns)) for columns in row.INDEXES]
    return [name + suffix for name in (f"{row.TABLE}_key", *others)]


def create_indexes(row: type[Row], suffix: str = "") -> list[Composed]:
    """The statements that give a table its primary key and its other indexes."""
    table = Identifier(row.TABLE + suffix)
    key, *others = [Identifier(name) for name in index_names(row, suffix)]
    made = [
        SQL("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ({})").format(
            table, key, _listed(row.KEY)
        )
    ]
    for name, columns in zip(others, row.INDEXES, strict=True):
        made.append(SQL("CREATE INDEX {} ON {} ({})").format(name, table, _listed(columns)))
    return made


def shape_of(row: type[Row]) -> list[Any]:
    """What makes two declarations of a table the same."""
    columns = [[c.name, c.sql_type, c.nullable] for c in columns_of(row)]
    return [row.TABLE, list(row.KEY), [list(index) for index in row.INDEXES], columns]
