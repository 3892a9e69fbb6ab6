"""From an Excel workbook (.xlsx) to records like those of a CSV file, within limits.

Only values are read. The first visible worksheet is taken that has the wanted columns in one of its
first rows; what stands above that row, a title say, is passed over, and so are empty rows. Dates,
times and numbers become the spelling that :mod:`api.sheets.cells` reads. What a person sees in the
table and would not be read is refused, with its cell: merged cells, formulas without a stored
value, error values.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any, BinaryIO, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from api.messages import N_
from api.sheets.cells import text
from api.sheets.files import FileRefused
from api.sheets.records import TOO_MANY_ROWS, Limits, Record
from api.sheets.values import spelled

SUFFIX: Final = ".xlsx"
UNPACKED_BYTES_MAX: Final = 256 * 1024 * 1024
PARTS_MAX: Final = 10_000
COLUMNS_MAX: Final = 1_000
HEADER_ROWS_MAX: Final = 20
"""How far down a worksheet the row with the columns' names is looked for."""

_HEART = "xl/workbook.xml"
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_PROLOG_BYTES = 4096
_CHUNK_BYTES = 1024 * 1024
_OVERLAP_BYTES = 512
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]+:[A-Z]{1,3}[0-9]+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")

_NOT_WORKBOOK = N_(
    "This is not an Excel workbook, whatever its name says. "
    "Open it and save it as .xlsx, or as CSV in UTF-8."
)
_LOCKED = N_(
    "The workbook has a password, or is an old .xls under another name. "
    "Open it and save it as .xlsx without a password."
)
_UNPACKS = N_("The workbook is too large when unpacked: {size}, of {limit} allowed. Split it.")
_DAMAGED = N_("The workbook cannot be read to its end. Open it and save it again as .xlsx.")
_MERGED_CELLS = N_("The cells {cells} are merged. Take them apart, fill in each, and save.")
_NO_VALUE = N_("The formula in cell {cell} has no stored value. Write the value in its place.")
_ERROR = N_("Cell {cell} shows the error {value}. Write the right value in its place.")
_TOO_WIDE = N_("The row has more than {limit} cells. Delete what is not part of the sheet.")


@dataclass(frozen=True, slots=True)
class _Table:
    """A worksheet, the number of its header row, and the cells of that row."""

    sheet: Any
    row: int
    header: list[str]

    def wanted(self, columns: Sequence[str]) -> list[int]:
        """The places of the wanted columns, from 0."""
        return [place for place, word in enumerate(self.header) if word in columns]


def read_workbook(stream: BinaryIO, columns: Sequence[str], limits: Limits) -> list[Record]:
    """The records of the table with these columns; numbers count from the header row.

    Raises:
        FileRefused: it is no workbook, breaks a limit, or holds what a CSV file could not.
    """
    try:
        _check_container(stream)
        with warnings.catch_warnings():
            # About extensions and styles, which are nobody's business here.
            warnings.simplefilter("ignore")
            return _records(stream, columns, limits)
    except FileRefused:
        raise
    except OSError:
        raise
    except Exception as error:  # zipfile and openpyxl raise whatever a damaged part leads it to
        raise FileRefused(_DAMAGED) from error


def _check_container(stream: BinaryIO) -> None:
    """It is a ZIP of sound parts that will not burst; nothing is unpacked yet but prologs."""
    beginning = stream.read(len(_OLD_FORMAT))
    stream.seek(0)
    if beginning == _OLD_FORMAT:
        raise FileRefused(_LOCKED)
    try:
        with ZipFile(stream) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused(_LOCKED)
            size = sum(part.file_size for part in parts)
            if size > UNPACKED_BYTES_MAX or len(parts) > PARTS_MAX:
                raise FileRefused(_UNPACKS, size=size, limit=UNPACKED_BYTES_MAX)
            if not any(part.filename == _HEART for part in parts):
                raise FileRefused(_NOT_WORKBOOK)
            for part in parts:
                with archive.open(part) as file:
                    if _DTD.search(file.read(_PROLOG_BYTES)):
                        raise FileRefused(_DAMAGED)
    except BadZipFile as error:
        raise FileRefused(_NOT_WORKBOOK) from error
    stream.seek(0)


def _records(stream: BinaryIO, columns: Sequence[str], limits: Limits) -> list[Record]:
    book = load_workbook(stream, read_only=True, data_only=True)
    try:
        table = _find(book, columns)
        if table is None:
            return []
        places = table.wanted(columns)
        has_formulas = _check_parts(table, places)
        formulas = _formulas(stream, table) if has_formulas else repeat(())
        found = [Record(0, table.header, sum(map(len, table.header)))]
        for number, cells, sources in _data_rows(table, formulas, limits):
            _check_cells(number, cells, sources, places)
            words = [_word(table, place, cell) for place, cell in enumerate(cells)]
            if not any(map(str.strip, words)):
                continue
            if len(found) > limits.rows:
                raise FileRefused(TOO_MANY_ROWS, limit=limits.rows)
            found.append(Record(number, words, sum(map(len, words))))
        return found
    finally:
        book.close()


def _find(book: Workbook, columns: Sequence[str]) -> _Table | None:
    """The first table with all columns, else the one with the most, else whatever comes first."""
    best: tuple[int, _Table] | None = None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        for number, cells in enumerate(islice(sheet.iter_rows(), HEADER_ROWS_MAX), 1):
            header = [text(spelled(cell.value, cell.number_format, "")) for cell in cells]
            if not any(header):
                continue
            count = len(set(header) & set(columns))
            if best is None or count > best[0]:
                best = count, _Table(sheet, number, header)
            if count == len(set(columns)):
                return best[1]
    return None if best is None else best[1]


def _chunks(table: _Table) -> Iterator[bytes]:
    """The worksheet's XML, each chunk beginning with the end of the one before."""
    archive: ZipFile = table.sheet.parent._archive
    with archive.open(table.sheet._worksheet_path) as file:
        before = b""
        while chunk := file.read(_CHUNK_BYTES):
            yield before + chunk
            before = chunk[-_OVERLAP_BYTES:]


def _check_parts(table: _Table, places: Sequence[int]) -> bool:
    """No merged cells in the table; whether there are formulas. openpyxl hides both from us."""
    has_formulas = False
    for chunk in _chunks(table):
        has_formulas = has_formulas or _FORMULA.search(chunk) is not None
        for found in _MERGED.finditer(chunk):
            cells = found[1].decode()
            (top, first), (bottom, last) = map(coordinate_to_tuple, cells.split(":"))
            concerned = any(first <= place + 1 <= last for place in places)
            if concerned and bottom >= table.row and (first, top) != (last, bottom):
                row = max(1, top - table.row) if bottom > table.row else None
                raise FileRefused(_MERGED_CELLS, row, cells=cells)
    return has_formulas


def _formulas(stream: BinaryIO, table: _Table) -> Iterator[Sequence[Any]]:
    """The rows of the same worksheet with formulas in the place of their values."""
    book = load_workbook(stream, read_only=True, data_only=False)
    sheet = book[table.sheet.title]
    sheet.reset_dimensions()
    return islice(sheet.iter_rows(), table.row, None)


def _data_rows(
    table: _Table, formulas: Iterable[Sequence[Any]], limits: Limits
) -> Iterator[tuple[int, Sequence[Any], Sequence[Any]]]:
    """The rows below the header with their numbers, each beside its formulas."""
    rows = islice(table.sheet.iter_rows(), table.row, None)
    for number, (cells, sources) in enumerate(zip(rows, formulas, strict=False), 1):
        if number > limits.lines:
            raise FileRefused(TOO_MANY_ROWS, limit=limits.lines)
        if len(cells) > COLUMNS_MAX:
            raise FileRefused(_TOO_WIDE, number, limit=COLUMNS_MAX)
        yield number, cells, sources


def _check_cells(
    number: int, cells: Sequence[Any], sources: Sequence[Any], places: Sequence[int]
) -> None:
    """No error value and no formula without a value in a column that is read."""
    for place in places:
        if place < len(cells) and cells[place].data_type == "e":
            name = f"{get_column_letter(place + 1)}{cells[place].row}"
            raise FileRefused(_ERROR, number, cell=name, value=str(cells[place].value))
        if place < len(sources) and sources[place].data_type == "f":
            value = cells[place].value if place < len(cells) else None
            if value is None:
                name = f"{get_column_letter(place + 1)}{sources[place].row}"
                raise FileRefused(_NO_VALUE, number, cell=name)


def _word(table: _Table, place: int, cell: Any) -> str:
    """One cell as a CSV file would have it."""
    if cell.value is None:
        return ""
    column = table.header[place] if place < len(table.header) else ""
    return spelled(cell.value, cell.number_format, column)
