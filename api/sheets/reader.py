"""Reads one sheet, CSV or XLSX: its rows as raw cells in the order asked for, and what is wrong.

Whatever the bytes are, the answer is a :class:`Sheet`, and nothing is raised.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Literal

from api.messages import N_, Level, Problem, ProblemList, excerpt
from api.sheets.cells import text
from api.sheets.files import (
    CHANGED,
    Encoding,
    FileRefused,
    detect_encoding,
    open_ordinary,
    refusal_of,
)
from api.sheets.records import DEFAULT_LIMITS, Limits, Record, read_records
from api.sheets.workbook import SUFFIX, read_workbook

_EMPTY = N_("The file is empty; its first row must name the columns {columns}.")
_NO_COMMAS = N_("The cells are not separated by commas. Save the sheet as CSV (comma-separated).")
_COLUMN_MISSING = N_("This column is missing in the first row.")
_COLUMN_TWICE = N_("This column stands in the first row more than once.")
_COLUMN_UNKNOWN = N_("This column is not known and is not read.")
_ROW_TOO_WIDE = N_("The row has {count} cells, but the first row has only {columns}.")
_CELL_TOO_LONG = N_("The cell has {count} characters; only the first {limit} are read.")

_BOTH = N_("There is {other} as well, and nobody can tell which counts. Take one of them away.")

_OTHER_SEPARATORS = "\t;；，、|"
_UNKNOWN_COLUMNS_MAX = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: ``number`` from 1, ``cells`` raw and in the order of the columns asked for."""

    number: int
    columns: Sequence[str]
    cells: Sequence[str]

    def raw(self, column: str) -> str:
        """The cell as it stands in the file."""
        return self.cells[self.columns.index(column)]

    def text(self, column: str) -> str:
        """The cell without surrounding blanks, its digits as ASCII digits."""
        return text(self.raw(column))

    def texts(self) -> Iterator[str]:
        """All cells, each as :meth:`text` gives it."""
        return map(text, self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read of a file.

    ``encoding`` is None for a sheet that is absent or was refused, ``xlsx`` for a workbook. A
    refused sheet has no rows and a fault among its ``problems``; one that was read may have
    problems of single rows.
    """

    name: str
    encoding: Encoding | Literal["xlsx"] | None
    rows: Sequence[Row]
    problems: tuple[Problem, ...]


class _Header:
    """The first row: where each wanted column stands."""

    def __init__(self, cells: Sequence[str], columns: Sequence[str]) -> None:
        self.words = [text(cell) for cell in cells]
        self.columns = tuple(columns)

    def check(self, problems: ProblemList) -> None:
        """Put everything that is amiss into ``problems``; faults if columns cannot be found."""
        if len(self.words) == 1 and any(mark in self.words[0] for mark in _OTHER_SEPARATORS):
            problems.fault(_NO_COMMAS)
        for column in self.columns:
            if column not in self.words:
                problems.fault(_COLUMN_MISSING, column=column)
            elif self.words.count(column) > 1:
                problems.fault(_COLUMN_TWICE, column=column)
        unknown = [word for word in self.words if word and word not in self.columns]
        for word in unknown[:_UNKNOWN_COLUMNS_MAX]:
            problems.notice(_COLUMN_UNKNOWN, column=excerpt(word))

    def places(self) -> list[int]:
        """The place of each wanted column, once :meth:`check` found no fault."""
        return [self.words.index(column) for column in self.columns]


class _Rows:
    """Makes rows of records, and reports those that are too wide or have too long cells."""

    def __init__(self, header: _Header, problems: ProblemList, level: Level, limit: int) -> None:
        self.columns = header.columns
        self.places = header.places()
        self.width = len(header.words)
        self.in_order = self.places == list(range(self.width))
        self.report = problems.fault if level == "fault" else problems.notice
        self.characters_max = limit

    def row(self, record: Record) -> Row:
        """The row of a record, filled up with empty cells where the record is short."""
        number, cells, length = record
        if not self.in_order or len(cells) != self.width:
            self._check_width(number, cells)
            size = len(cells)
            cells = [cells[place] if place < size else "" for place in self.places]
        if length > self.characters_max:
            cells = self._cut(number, cells)
        return Row(number, self.columns, cells)

    def _check_width(self, number: int, cells: list[str]) -> None:
        if any(cell.strip() for cell in cells[self.width :]):
            self.report(_ROW_TOO_WIDE, row=number, count=len(cells), columns=self.width)

    def _cut(self, number: int, cells: list[str]) -> list[str]:
        limit = self.characters_max
        for column, cell in zip(self.columns, cells, strict=True):
            if len(cell) > limit:
                self.report(_CELL_TOO_LONG, row=number, column=column, count=len(cell), limit=limit)
        return [cell[:limit] for cell in cells]


class _Reading:
    """The state of reading one sheet; what stays of it is its ``Sheet``."""

    def __init__(self, path: Path, columns: Sequence[str], level: Level, limits: Limits) -> None:
        self.path = path
        self.columns = columns
        self.level = level
        self.limits = limits
        self.problems = ProblemList(path.name)

    def _rows(self, records: Iterator[Record]) -> list[Row]:
        first = next(records, None)
        if first is None:
            raise FileRefused(_EMPTY, columns=list(self.columns))
        header = _Header(first.cells, self.columns)
        header.check(self.problems)
        if self.problems.has_fault:
            return []
        rows = _Rows(header, self.problems, self.level, self.limits.cell_characters)
        return [rows.row(record) for record in records]

    def _read(self) -> tuple[Encoding | Literal["xlsx"], list[Row]]:
        with open_ordinary(self.path, self.limits.file_bytes) as stream:
            if self.path.suffix == SUFFIX:
                records = read_workbook(stream, self.columns, self.limits)
                return "xlsx", self._rows(iter(records))
            encoding = detect_encoding(stream, self.columns, self.limits.file_bytes)
            lines = TextIOWrapper(stream, encoding=encoding, newline="")
            return encoding, self._rows(read_records(lines, self.limits))

    def sheet(self) -> Sheet:
        """Read it; a file that is refused leaves a fault."""
        name = self.path.name
        try:
            encoding, rows = self._read()
            return Sheet(name, encoding, rows, self.problems.finish())
        except FileRefused as error:
            self.problems.add(error.problem(name))
        except UnicodeDecodeError:
            self.problems.fault(CHANGED)
        except OSError as error:
            self.problems.add(refusal_of(error, self.path).problem(name))
        return Sheet(name, None, (), self.problems.finish())


def find_sheet(directory: Path, name: str) -> Path:
    """The file of a sheet: ``name``, a CSV file, or where there is none the workbook beside it."""
    path = directory / name
    workbook = path.with_suffix(SUFFIX)
    return workbook if os.path.lexists(workbook) and not os.path.lexists(path) else path


def check_only_one(path: Path, problems: ProblemList) -> None:
    """Of a CSV file and a workbook of one name nobody can tell which counts."""
    workbook = path.with_suffix(SUFFIX)
    if path != workbook and os.path.lexists(path) and os.path.lexists(workbook):
        problems.fault(_BOTH, other=workbook.name)


def read_sheet(
    path: Path,
    columns: Sequence[str],
    *,
    optional: bool,
    row_level: Level = "fault",
    limits: Limits = DEFAULT_LIMITS,
) -> Sheet:
    """Read a sheet by its header; the rows hold ``columns`` in this order.

    The columns may stand in any order in the file, with blanks around their names; further columns
    are passed over with a notice. An ``optional`` sheet that is absent has no rows and no problem.
    ``row_level`` is how bad it is when a row has more cells than the header, or too long ones.
    """
    if optional and not os.path.lexists(path):
        return Sheet(path.name, None, (), ())
    return _Reading(path, columns, row_level, limits).sheet()
