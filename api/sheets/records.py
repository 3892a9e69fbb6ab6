"""From an opened text file to CSV records, within limits.

Records are those of Python's csv module: a quoted line break ends no record, and lines without any
character are none. The module itself would take an unclosed quotation to the end of the file for
one good cell; here that is told.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import NamedTuple

from api.messages import N_
from api.sheets.files import FileRefused

_ROW_TOO_LONG = N_("The row has more than {limit} characters. Is a quotation mark not closed?")
_NOT_CSV = N_("The row cannot be read as CSV ({reason}).")
_OPEN_QUOTATION = N_("A quotation begins in this row and does not end before the end of the file.")
_TOO_MANY_LINES = N_("The file has more than {limit} lines. Delete the empty ones, or split it.")
TOO_MANY_ROWS = N_("The sheet has more than {limit} rows. Split it.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sheet may measure at most."""

    file_bytes: int = 64 * 1024 * 1024
    rows: int = 1_000_000
    lines: int = 4_000_000  # a row may have several, and empty ones are no rows
    row_characters: int = 130_000  # below the csv module's own limit of a field, 131,072
    cell_characters: int = 10_000


DEFAULT_LIMITS = Limits()


class Record(NamedTuple):
    """The cells of one record, its number (the header is 0) and its length in characters."""

    number: int
    cells: list[str]
    length: int


class _TooLongError(Exception):
    """Leaves the csv reader, which does not know the number of the record."""


class _Lines:
    """The lines of a file for the csv reader; remembers those of the record it is in."""

    def __init__(self, stream: TextIOWrapper, limits: Limits) -> None:
        self._stream = stream
        self._characters_max = limits.row_characters
        self._lines_max = limits.lines
        self._lines = 0
        self._record: list[str] = []
        self._last_record: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._characters_max + 1)
        if not line:
            raise StopIteration
        self._lines += 1
        if self._lines == 1:
            line = line.removeprefix("\ufeff")
        if self._lines > self._lines_max:
            raise FileRefused(_TOO_MANY_LINES, limit=self._lines_max)
        self._length += len(line)
        if self._length > self._characters_max:
            raise _TooLongError
        self._record.append(line)
        return line

    def end_record(self) -> int:
        """The csv reader has given a record, and the next line begins another; its length."""
        self._last_record, self._record = self._record, []
        length, self._length = self._length, 0
        return length

    def end_in_quotation(self) -> bool:
        """Whether the last record is still in a quotation: it would take in one more line."""
        return bool(self._last_record) and len(list(csv.reader([*self._last_record, '"']))) == 1


def read_records(stream: TextIOWrapper, limits: Limits) -> Iterator[Record]:
    """The records of a file in their order.

    Raises:
        FileRefused: a record breaks a limit, or cannot be read.
    """
    lines = _Lines(stream, limits)
    reader, number = csv.reader(lines), 0
    try:
        for cells in reader:
            length = lines.end_record()
            if not cells:
                continue
            if number > limits.rows:
                raise FileRefused(TOO_MANY_ROWS, limit=limits.rows)
            yield Record(number, cells, length)
            number += 1
    except _TooLongError as error:
        raise FileRefused(_ROW_TOO_LONG, number or None, limit=limits.row_characters) from error
    except csv.Error as error:
        raise FileRefused(_NOT_CSV, number or None, reason=str(error)) from error
    if lines.end_in_quotation():
        raise FileRefused(_OPEN_QUOTATION, number - 1 or None)
