"""Rows of a CSV sheet, whatever the file holds."""

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.sheets.reader import Sheet, read_sheet
from api.sheets.records import Limits
from tests.api.sheets.build import csv_text, sentences

COLUMNS = ("姓名", "备注")
HEADER = "姓名,备注\n"


def read(path: Path, content: bytes | str, limits: Limits | None = None) -> Sheet:
    """The sheet of a content; texts are written in UTF-8."""
    file = path / "sheet.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_sheet(file, COLUMNS, optional=False, limits=limits or Limits())


def cells(sheet: Sheet) -> list[tuple[int, list[str]]]:
    """Number and cells of each row."""
    return [(row.number, list(row.cells)) for row in sheet.rows]


@pytest.mark.parametrize(
    ("encoding", "mark", "detected"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8"),
        ("gb18030", b"", "gb18030"),
        ("gb18030", "\ufeff".encode("gb18030"), "gb18030"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, mark: bytes, detected: str) -> None:
    """UTF-8 and GB18030 are told apart, rare characters of four bytes included."""
    text = HEADER + "𬱖 㛃,堃镕\r\n"
    sheet = read(tmp_path, mark + text.encode(encoding))
    assert (detected, [(1, ["𬱖 㛃", "堃镕"])], ()) == (
        sheet.encoding,
        cells(sheet),
        sheet.problems,
    )


def test_ascii_is_utf8(tmp_path: Path) -> None:
    """A sheet of ASCII alone is UTF-8."""
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    assert "utf-8" == read_sheet(tmp_path / "a.csv", ("a", "b"), optional=False).encoding


def test_the_whole_file_tells_the_encoding(tmp_path: Path) -> None:
    """Megabytes of ASCII say nothing about the last cell."""
    (tmp_path / "a.csv").write_bytes(b"a,b\n" + b"1,2\n" * 300_000 + "镕,3\n".encode("gb18030"))
    sheet = read_sheet(tmp_path / "a.csv", ("a", "b"), optional=False)
    assert ("gb18030", "镕", 300_001) == (sheet.encoding, sheet.rows[-1].cells[0], len(sheet.rows))


@pytest.mark.parametrize("cut", [262_144, 262_143, 262_145])
def test_characters_across_chunks(tmp_path: Path, cut: int) -> None:
    """A character that two read chunks share is no reason to doubt, and offsets stay true."""
    start = "姓名,备注\n".encode("gb18030")
    filler = b"x,\n" * (cut // 3)
    body = start + filler[: cut - len(start) - 3] + b"\n" + "𬱖,".encode("gb18030")
    assert "gb18030" == read(tmp_path, body + b"\n").encoding
    found = sentences(read(tmp_path, body + b"\xff\xff").problems)
    assert f"byte at offset {len(body)} (line {body.count(10) + 1})" in found[0]


def test_a_damaged_file_is_not_read_as_another(tmp_path: Path) -> None:
    """UTF-8 with a broken byte is told as such, though its bytes would pass as GB18030."""
    content = (HEADER + "林兰,一\n").encode()[:-2] + b"\n"
    expected = (
        "sheet.csv: The file begins as UTF-8, but the byte at offset 21 (line 2) is not. "
        "Save it again in UTF-8 or GB18030."
    )
    assert [expected] == sentences(read(tmp_path, content).problems)


def test_a_mark_of_utf8_binds(tmp_path: Path) -> None:
    """With a byte order mark the file is UTF-8 or damaged."""
    content = codecs.BOM_UTF8 + (HEADER + "林兰,\n").encode("gb18030")
    assert "begins as UTF-8" in sentences(read(tmp_path, content).problems)[0]


def test_neither_encoding(tmp_path: Path) -> None:
    """Bytes that are neither are refused, and both offsets are told."""
    found = sentences(read(tmp_path, b"a,b\n\xff\xff\n").problems)
    assert 1 == len(found)
    assert "neither UTF-8 (see offset 4, line 2) nor GB18030 (see offset 4, line 2)" in found[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04rest", "This is not text but XLSX/ZIP."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is not text but XLS/DOC."),
        (b"%PDF-1.7\n", "This is not text but PDF."),
        ("姓名,备注\n".encode("utf-16"), "UTF-16"),
        ("姓名,备注\n".encode("utf-16-be"), "zero"),
        (HEADER.encode() + b"a,\x00\n", "offset 16 is zero"),
        (b"", "The file is empty; its first row must name the columns 姓名, 备注."),
        (b"\n\r\n", "The file is empty"),
        (codecs.BOM_UTF8, "The file is empty"),
        (b"<html><body>", "column 姓名: This column is missing"),
        ("姓名;备注\n".encode(), "not separated by commas"),
        ("姓名\t备注\n".encode(), "not separated by commas"),
        (
            "姓名,备注,备注\n".encode(),
            "column 备注: This column stands in the first row more than once",
        ),
    ],
)
def test_what_is_not_a_sheet(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that is not what it claims is refused by name, and gives no rows."""
    sheet = read(tmp_path, content)
    assert () == tuple(sheet.rows)
    assert expected in sentences(sheet.problems)[0]
    assert "fault" == sheet.problems[0].level


def test_each_missing_column_is_named(tmp_path: Path) -> None:
    """All columns that are missing are told, not only the first."""
    expected = [f"sheet.csv, column {c}: This column is missing in the first row." for c in COLUMNS]
    assert expected == sentences(p for p in read(tmp_path, "x,y\n").problems if p.level == "fault")


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    """Order is free, blanks around names are ignored, further columns passed over with a notice."""
    sheet = read(tmp_path, "\ufeff 备注　,手机,,姓名\n好,1,2,林兰\n")
    assert [(1, ["林兰", "好"])] == cells(sheet)
    assert [("notice", "手机")] == [(p.level, p.where.column) for p in sheet.problems]


def test_the_numbers_of_rows(tmp_path: Path) -> None:
    """Empty lines are no rows, commas alone are one, and a quoted line break ends none."""
    sheet = read(tmp_path, HEADER + '甲,"一\n二"\n\n\r\n,\n乙\n 　\n丙,"a""b,c"\n')
    expected = [
        (1, ["甲", "一\n二"]),
        (2, ["", ""]),
        (3, ["乙", ""]),
        (4, [" 　", ""]),
        (5, ["丙", 'a"b,c']),
    ]
    assert expected == cells(sheet)
    assert () == sheet.problems


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    """Each kind of line end is understood, also without one after the last row."""
    assert [(1, ["甲", "一"]), (2, ["乙", "二"])] == cells(
        read(tmp_path, end.join(["姓名,备注", "甲,一", "乙,二"]))
    )


def test_cells_raw_and_as_text(tmp_path: Path) -> None:
    """A row gives its cells as they stand, and as they are meant."""
    row = read(tmp_path, HEADER + "　林兰 ,１2\n").rows[0]
    assert ("　林兰 ", "林兰", "12") == (row.raw("姓名"), row.text("姓名"), row.text("备注"))
    assert ["林兰", "12"] == list(row.texts())


def test_a_row_that_is_too_wide(tmp_path: Path) -> None:
    """Cells beyond the header are a problem of the row, unless they are blank."""
    sheet = read(tmp_path, HEADER + "甲,一,,　\n乙,二,三\n")
    assert [(1, ["甲", "一"]), (2, ["乙", "二"])] == cells(sheet)
    expected = "sheet.csv, row 2: The row has 3 cells, but the first row has only 2."
    assert [expected] == sentences(sheet.problems)


def test_how_bad_a_wide_row_is_the_caller_says(tmp_path: Path) -> None:
    """In sheets whose rows may be faulty it is a notice."""
    (tmp_path / "a.csv").write_text("a,b\n1,2,3\n")
    sheet = read_sheet(tmp_path / "a.csv", ("a", "b"), optional=True, row_level="notice")
    assert ["notice"] == [problem.level for problem in sheet.problems]


@pytest.mark.parametrize("end", ['甲,"一\n', '甲,"一\n乙,二\n', '甲,一\n乙,"', '甲,一\n乙,"x""'])
def test_an_open_quotation_is_told(tmp_path: Path, end: str) -> None:
    """A quotation that the file does not end would swallow rows; the row it begins in is named."""
    row = 1 if end.startswith('甲,"') else 2
    expected = f"sheet.csv, row {row}: A quotation begins in this row and does not end"
    assert [True] == [
        s.startswith(expected) for s in sentences(read(tmp_path, HEADER + end).problems)
    ]


@pytest.mark.parametrize(
    "end", ['甲,"一"', '甲,"一"\n\n', '甲,一"\n', '甲,"一""二"\n', '甲,"x"y\n', '甲,""']
)
def test_a_closed_quotation_is_not(tmp_path: Path, end: str) -> None:
    """Quotations that end, and stray marks inside a cell, are no problem."""
    sheet = read(tmp_path, HEADER + end)
    assert ((), 1) == (sheet.problems, len(sheet.rows))


def test_limits(tmp_path: Path) -> None:
    """Rows, lengths of rows and cells, and the size of the file all have an end."""
    text = HEADER + "甲,一\n" * 3
    assert () == read(tmp_path, text, Limits(rows=3)).problems
    assert ["sheet.csv: The sheet has more than 2 rows. Split it."] == sentences(
        read(tmp_path, text, Limits(rows=2)).problems
    )
    assert (
        "at most 10 are read" in sentences(read(tmp_path, text, Limits(file_bytes=10)).problems)[0]
    )
    long_row = read(tmp_path, HEADER + '"' + "x\n" * 100, Limits(row_characters=50))
    assert "row 1: The row has more than 50 characters" in sentences(long_row.problems)[0]
    assert (
        "first 4 are read"
        in sentences(
            read(tmp_path, HEADER + "甲,五个字符多\n", Limits(cell_characters=4)).problems
        )[0]
    )


def test_empty_lines_have_an_end_too(tmp_path: Path) -> None:
    """They are no rows, but reading them takes its time."""
    found = read(tmp_path, HEADER + "\n" * 100, Limits(lines=100)).problems
    expected = "The file has more than 100 lines. Delete the empty ones, or split it."
    assert [f"sheet.csv: {expected}"] == sentences(found)


def test_a_cell_that_is_too_long_is_cut(tmp_path: Path) -> None:
    """The row stays a row; the problem names row and column."""
    sheet = read(tmp_path, HEADER + "甲," + "长" * 10_001 + "\n乙," + "长" * 10_000 + "\n")
    assert [10_000, 10_000] == [len(row.cells[1]) for row in sheet.rows]
    assert [(1, "备注")] == [(p.where.row, p.where.column) for p in sheet.problems]


def test_a_small_field_limit_elsewhere_does_not_raise(tmp_path: Path) -> None:
    """The csv module's limit is the process's own; where it is low, a row is refused in words."""
    before = csv.field_size_limit(100)
    try:
        sheet = read(tmp_path, HEADER + "甲," + "x" * 101 + "\n")
    finally:
        csv.field_size_limit(before)
    assert "row 1: The row cannot be read as CSV" in sentences(sheet.problems)[0]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda b: HEADER.encode() + b))
@example(b'\xef\xbb\xbf"')
@example("姓名,备注\n".encode("gb18030") + b"\x81")
def test_any_bytes_give_a_sheet(tmp_path: Path, content: bytes) -> None:
    """Whatever the bytes are, there are rows or a fault, and never an exception."""
    sheet = read(tmp_path, content)
    assert sheet.encoding is not None or "fault" in {p.level for p in sheet.problems}
    for row in sheet.rows:
        assert len(COLUMNS) == len(row.cells)
    assert all(sentences(sheet.problems))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(), st.text()), max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_rows_are_those_of_the_csv_module(
    tmp_path: Path, rows: list[tuple[str, str]], encoding: str
) -> None:
    """What a CSV writer wrote is read back as the csv module itself would."""
    text = csv_text(COLUMNS, rows).replace("\0", "")
    text = text.encode(errors="replace").decode()
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    sheet = read(tmp_path, text.encode(encoding))
    assert expected == [list(row.cells) for row in sheet.rows]
