"""Cells and sheets: how the paper is read.

Every reader takes the raw text of one cell and answers a value, or None where the cell is not
readable. Nothing here knows what a column means.
"""

import csv
import io
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

Row = dict[str, str]

FULL_WIDTH_DIGITS = {0xFF10 + digit: ord("0") + digit for digit in range(10)}
DATE_FORMS = (
    re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"),
    re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"),
    re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
TIME_FORM = re.compile("([0-9]{1,2})[:\uff1a]([0-9]{2})")  # U+FF1A: the full-width colon


class SheetFault(Exception):
    """The sheets cannot be played; `faults` lists what is wrong, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def plain(cell: str) -> str:
    """Return the cell without surrounding blanks and with full-width digits made narrow."""
    return cell.strip().translate(FULL_WIDTH_DIGITS)


def without_blanks(cell: str) -> str:
    """Return the cell with every blank removed, inside as well; names are compared so."""
    return "".join(plain(cell).split())


def whole(cell: str) -> int | None:
    """Read a whole number: digits alone, leading zeros allowed."""
    return int(plain(cell)) if re.fullmatch("[0-9]+", plain(cell)) else None


def positive(cell: str) -> int | None:
    """Read a whole number above zero."""
    return whole(cell) or None


def day(cell: str) -> date | None:
    """Read a date in one of the four forms."""
    for form in DATE_FORMS:
        match = form.fullmatch(plain(cell))
        if match:
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                return None
    return None


def clock(cell: str) -> time | None:
    """Read a time of day, hours and minutes."""
    match = TIME_FORM.fullmatch(plain(cell))
    if match is None:
        return None
    hour, minute = map(int, match.groups())
    return time(hour, minute) if hour < 24 and minute < 60 else None


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local date and time of day."""
    return datetime.combine(on, at, zone).astimezone(UTC)


def moment(cell: str, zone: ZoneInfo) -> datetime | None:
    """Read a local date-time (a date, blanks, a time) as a UTC instant."""
    words = plain(cell).split()
    if len(words) != 2:
        return None
    on, at = day(words[0]), clock(words[1])
    if on is None or at is None:
        return None
    return instant(on, at, zone)


def decode(content: bytes, name: str) -> str:
    """Decode a sheet as UTF-8 (with or without BOM) or else as GB18030, strictly.

    Raises SheetFault where the bytes are neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetFault([f"{name}: neither UTF-8 nor GB18030"])


def rows(directory: Path, name: str) -> list[Row]:
    """Return the data rows of one sheet, header to raw cell; no file means no rows."""
    path = directory / name
    if not path.exists():
        return []
    text = decode(path.read_bytes(), name)
    lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    if not lines:
        return []
    header = [plain(cell) for cell in lines[0]]
    return [
        {column: line[i] if i < len(line) else "" for i, column in enumerate(header)}
        for line in lines[1:]
    ]
