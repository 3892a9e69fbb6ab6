"""Workbooks: what people save as .xlsx, read as if it were CSV, or refused with one sentence."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from api.sheets import workbook as module
from api.sheets.quarter import read_quarter
from api.sheets.reader import Sheet, read_sheet
from api.sheets.records import Limits
from tests.api.sheets.build import sentences, write_quarter

COLUMNS = ("编号", "日期", "开始", "登记时间", "积分")
FIRST = ("V1", "2022-09-06", "08:30", "2022-09-06 10:00", "5")
MOMENT = datetime.fromisoformat
Fill = Callable[[Worksheet], None]


def save(path: Path, *rows: Sequence[Any], fill: Fill | None = None) -> Path:
    """A workbook with one worksheet of these rows under the columns."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (COLUMNS, *rows):
        sheet.append(list(row))
    if fill is not None:
        fill(sheet)
    book.save(path)
    return path


def read(path: Path, limits: Limits | None = None) -> Sheet:
    """The sheet, as the quarter's readers read it."""
    return read_sheet(path, COLUMNS, optional=False, limits=limits or Limits())


def cells(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Each row's number and cells."""
    return [(row.number, list(row.cells)) for row in sheet.rows]


def refused(path: Path, limits: Limits | None = None) -> list[str]:
    """The sentences about a workbook of which nothing is read."""
    sheet = read(path, limits)
    assert (None, ()) == (sheet.encoding, sheet.rows)
    return sentences(sheet.problems)


def test_values_become_what_a_person_would_type(tmp_path: Path) -> None:
    """Dates, times and numbers of Excel are read in the spelling of the other sheets."""
    rows = [
        ("V1", date(2022, 9, 6), time(8, 30), MOMENT("2022-09-06T10:00"), 5),
        (" V2 ", MOMENT("2022-09-06"), timedelta(hours=24), MOMENT("2022-09-06"), 5.0),
        (13800001234, "2022年9月6日", "8：30", "2022.9.6 10:00", "５"),
        (True, MOMENT("2022-09-06T08:30"), time(8, 29, 59, 999_900), None, 7.5),
    ]
    sheet = read(save(tmp_path / "a.xlsx", *rows))
    assert ("xlsx", ()) == (sheet.encoding, sheet.problems)
    expected = [
        (1, ["V1", "2022-09-06", "08:30", "2022-09-06 10:00", "5"]),
        (2, [" V2 ", "2022-09-06", "24:00", "2022-09-06 00:00", "5"]),
        (3, ["13800001234", "2022年9月6日", "8：30", "2022.9.6 10:00", "５"]),
        (4, ["TRUE", "2022-09-06 08:30", "08:30", "", "7.5"]),
    ]
    assert expected == cells(sheet)


def test_leading_zeros_that_are_shown_are_kept(tmp_path: Path) -> None:
    """A number in a format of zeros is what people see in the table."""

    def fill(sheet: Worksheet) -> None:
        sheet["A2"].number_format = "00000"
        sheet["A3"].number_format = "0.00"

    sheet = read(save(tmp_path / "a.xlsx", (7, *FIRST[1:]), (7, *FIRST[1:]), fill=fill))
    assert ["00007", "7"] == [row.raw("编号") for row in sheet.rows]


def test_empty_rows_are_no_rows_and_keep_the_count(tmp_path: Path) -> None:
    """Blank rows between and behind are passed over; numbers are those below the header."""

    def fill(sheet: Worksheet) -> None:
        sheet["A4"] = "V3"
        sheet["A3"] = "  "
        sheet["A4000"].number_format = "0.00"

    sheet = read(save(tmp_path / "a.xlsx", FIRST, fill=fill))
    assert [(1, "V1"), (3, "V3")] == [(row.number, row.raw("编号")) for row in sheet.rows]


def test_the_table_may_stand_below_a_title_on_a_later_worksheet(tmp_path: Path) -> None:
    """The first visible worksheet with the columns is read; a merged title above is let be."""
    book = Workbook()
    cover, hidden, table = book.active, book.create_sheet("旧"), book.create_sheet("居民")
    assert isinstance(cover, Worksheet)
    cover.append(["说明", "请勿改动"])
    hidden.append(list(COLUMNS))
    hidden.append(["old", *FIRST[1:]])
    hidden.sheet_state = "hidden"
    table.append(["广厦社区积分表"])
    table.merge_cells("A1:E1")
    table.append([])
    table.append(["备注", *COLUMNS])
    table.append(["x", *FIRST])
    book.save(tmp_path / "a.xlsx")
    sheet = read(tmp_path / "a.xlsx")
    assert [(1, list(FIRST))] == cells(sheet)
    assert ["a.xlsx, column 备注: This column is not known and is not read."] == sentences(
        sheet.problems
    )


def test_missing_columns_and_an_empty_book_are_named(tmp_path: Path) -> None:
    """A worksheet without a column, or without anything, gives the sentences of a CSV file."""
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.save(tmp_path / "empty.xlsx")
    assert [
        "empty.xlsx: The file is empty; its first row must name the columns "
        + (", ".join(COLUMNS))
        + "."
    ] == refused(tmp_path / "empty.xlsx")
    book.active.append(COLUMNS[:-1])
    book.save(tmp_path / "short.xlsx")
    found = sentences(read(tmp_path / "short.xlsx").problems)
    assert ["short.xlsx, column 积分: This column is missing in the first row."] == found


def test_merged_cells_are_refused(tmp_path: Path) -> None:
    """Only the first of merged cells has the value, so nobody guesses the others."""

    def fill(sheet: Worksheet) -> None:
        sheet.merge_cells("A3:A4")

    path = save(tmp_path / "a.xlsx", FIRST, FIRST, ("", *FIRST[1:]), fill=fill)
    sentence = "a.xlsx, row 2: The cells A3:A4 are merged. Take them apart, fill in each, and save."
    assert [sentence] == refused(path)


def test_merged_cells_beside_the_table_do_not_matter(tmp_path: Path) -> None:
    """What is merged in a column that is not read is nobody's business."""

    def fill(sheet: Worksheet) -> None:
        sheet["G1"] = "说明"
        sheet.merge_cells("G1:H9")

    sheet = read(save(tmp_path / "a.xlsx", FIRST, fill=fill))
    assert [(1, list(FIRST))] == cells(sheet)


def test_a_formula_without_a_stored_value_is_refused(tmp_path: Path) -> None:
    """A program wrote the formula and nobody has computed it: the cell only looks empty."""
    path = save(tmp_path / "a.xlsx", FIRST, (*FIRST[:-1], "=2+3"))
    sentence = (
        "a.xlsx, row 2: The formula in cell E3 has no stored value. Write the value in its place."
    )
    assert [sentence] == refused(path)


def test_a_formula_with_its_value_is_read(tmp_path: Path) -> None:
    """What Excel computed and stored counts as if it had been typed."""
    path = save(tmp_path / "a.xlsx", FIRST, (*FIRST[:-1], "=2+3"))
    edit(path, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>5</v>", b"<v />", b"<v>5</v>")
    assert "5" == read(path).rows[1].raw("积分")


def test_an_error_value_is_refused(tmp_path: Path) -> None:
    """#N/A is no name and no number."""
    path = save(tmp_path / "a.xlsx", FIRST, ("#N/A", *FIRST[1:]))
    sentence = "a.xlsx, row 2: Cell A3 shows the error #N/A. Write the right value in its place."
    assert [sentence] == refused(path)


def edit(path: Path, part: str, *changes: bytes) -> None:
    """Write a workbook again with some bytes of one part replaced, pair by pair."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


NOT_WORKBOOK = (
    "a.xlsx: This is not an Excel workbook, whatever its name says. "
    "Open it and save it as .xlsx, or as CSV in UTF-8."
)
LOCKED = (
    "a.xlsx: The workbook has a password, or is an old .xls under another name. "
    "Open it and save it as .xlsx without a password."
)
DAMAGED = "a.xlsx: The workbook cannot be read to its end. Open it and save it again as .xlsx."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", NOT_WORKBOOK),
        ("编号,日期\n".encode(), NOT_WORKBOOK),
        (b"PK\x03\x04 and then nothing of the kind", NOT_WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), LOCKED),
    ],
)
def test_what_only_bears_the_name_is_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    """Empty files, CSV, broken ZIPs, old or locked workbooks under the name of a new one."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert [sentence] == refused(path)


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    """A document of another office program has the same container."""
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert [NOT_WORKBOOK] == refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "changes",
    [
        (b"<sheetData>", b"<sheetData><row"),
        (b"<worksheet ", b"<!DOCTYPE worksheet [<!ENTITY a 'b'>]><worksheet "),
    ],
    ids=["not XML", "with entities"],
)
def test_damaged_parts_are_refused(tmp_path: Path, changes: tuple[bytes, bytes]) -> None:
    """Whatever is wrong inside, one sentence says so."""
    path = save(tmp_path / "a.xlsx", FIRST)
    edit(path, "xl/worksheets/sheet1.xml", *changes)
    assert [DAMAGED] == refused(path)


def test_flipped_bytes_never_raise(tmp_path: Path) -> None:
    """Wherever a byte of the file is lost, there is a sentence or there are rows."""
    path = save(tmp_path / "a.xlsx", FIRST)
    whole = path.read_bytes()
    for place in range(0, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        sheet = read(path)
        assert sheet.problems or sheet.rows


def test_what_bursts_when_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unpacked size is looked at before anything is unpacked; at the limit it is read."""
    path = save(tmp_path / "a.xlsx", FIRST)
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(module, "UNPACKED_BYTES_MAX", size)
    assert [(1, list(FIRST))] == cells(read(path))
    monkeypatch.setattr(module, "UNPACKED_BYTES_MAX", size - 1)
    sentence = f"too large when unpacked: {size}, of {size - 1} allowed. Split it."
    assert [f"a.xlsx: The workbook is {sentence}"] == refused(path)


def test_rows_and_cells_are_limited(tmp_path: Path) -> None:
    """A row more than may be, or a cell far to the right, is one sentence."""
    path = save(tmp_path / "a.xlsx", FIRST, FIRST)
    assert 2 == len(read(path, Limits(rows=2)).rows)
    assert ["a.xlsx: The sheet has more than 1 rows. Split it."] == refused(path, Limits(rows=1))

    def fill(sheet: Worksheet) -> None:
        sheet.cell(3, module.COLUMNS_MAX + 1).value = "x"

    wide = save(tmp_path / "b.xlsx", FIRST, FIRST, fill=fill)
    sentence = (
        "b.xlsx, row 2: The row has more than 1000 cells. Delete what is not part of the sheet."
    )
    assert [sentence] == refused(wide)


def test_a_workbook_may_stand_for_a_sheet_of_a_quarter(tmp_path: Path) -> None:
    """What falls out for a rehearsal: rows from .xlsx; two files of one name are a fault."""
    from_csv = read_quarter(write_quarter(tmp_path)).quarter
    path = tmp_path / "officers.csv"
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    for line in path.read_text(encoding="utf-8").splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "officers.xlsx")
    reading = read_quarter(tmp_path)
    assert reading.quarter is None
    assert [
        "officers.csv: There is officers.xlsx as well, and nobody can tell which counts. "
        "Take one of them away."
    ] == sentences(reading.problems)
    path.unlink()
    assert from_csv == read_quarter(tmp_path).quarter
