"""What one cell says."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sheets.cells import NUMBER_MAX, local_date, local_datetime, local_time, text, whole_number

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
BLANKS = ("", " ", "　", "\t", "\u00a0", "\u2003 　")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ""),
        (" 　\t", ""),
        ("　Ｖ００1 ", "Ｖ001"),
        ("热合曼·依明", "热合曼·依明"),
        (" 𬱖 㛃堃镕　", "𬱖 㛃堃镕"),
        ("①²٣", "①²٣"),
        ("长" * 100 + "１ ", "长" * 100 + "1"),
    ],
)
def test_text(cell: str, expected: str) -> None:
    """Blanks around are gone, blanks inside stay; of all characters only digits are folded."""
    assert expected == text(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("０1２", 12),
        ("　１２ ", 12),
        (str(NUMBER_MAX), NUMBER_MAX),
        ("0" * 500 + "1", 1),
        (str(NUMBER_MAX + 1), None),
        ("9" * 16, None),
        ("9" * 5000, None),
    ],
)
def test_whole_number(cell: str, expected: int | None) -> None:
    """Digits alone are a number, up to what an entry can hold."""
    assert expected == whole_number(cell)


NO_NUMBERS = ("", " ", "-1", "+2", "1.0", "7.5", "1e0", "1 2", "1,0", "0x1", "１．０", "两", "1_0")


@pytest.mark.parametrize("cell", [*NO_NUMBERS, "①", "²", "٣", "१", "1\n2", "第1"])
def test_no_whole_number(cell: str) -> None:
    """Signs, points, other scripts' digits and words are not readable."""
    assert whole_number(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "2022-09-06",
        "2022-9-6",
        "2022/9/6",
        "2022/09/06",
        "2022.9.6",
        "2022.09.6",
        "2022年9月6日",
        "2022年09月06日",
        "２０２２年０９月０６日",
        "　2022-9-６ ",
    ],
)
def test_date(cell: str) -> None:
    """Four styles are read, with or without leading zeros, digits of either width."""
    assert date(2022, 9, 6) == local_date(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "20220906",
        "2022-09",
        "2022-09/06",
        "2022/9.6",
        "2022年9月6",
        "2022年9-6日",
        "9月6日",
        "06.09.2022",
        "22-09-06",
        "02022-09-06",
        "2022-009-06",
        "2022-09-006",
        "2022-02-29",
        "2022-02-30",
        "2022-13-01",
        "2022-00-01",
        "2022-01-00",
        "0000-01-01",
        "2022－09－06",
        "2022．9．6",
        "2022 年 9 月 6 日",
        "2022-09-06 08:00",
        "2022-09-06T",
        "上周六",
        "٢٠٢٢-٠٩-٠٦",
    ],
)
def test_no_date(cell: str) -> None:
    """Mixed styles, short years, days that the calendar does not have: not readable."""
    assert local_date(cell) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("08:30", 510),
        ("8:30", 510),
        ("8：30", 510),
        ("０８：３０", 510),
        (" 8:30　", 510),
        ("0:00", 0),
        ("00:00", 0),
        ("23:59", 1439),
    ],
)
def test_time(cell: str, expected: int) -> None:
    """An hour of one or two digits, either colon, a minute of two."""
    assert expected == local_time(cell)


NO_TIMES = ("", "24:00", "25:00", "08:60", "8:5", "008:30", "08:030", "0830", "08.30", "08:30:00")


@pytest.mark.parametrize(
    "cell", [*NO_TIMES, "8:30am", "8点", "上午8:30", "8 :30", "-8:30", "8::30"]
)
def test_no_time(cell: str) -> None:
    """Times beyond the day, with seconds or in words are not readable."""
    assert local_time(cell) is None


@pytest.mark.parametrize("blank", [" ", "   ", "　", " 　 ", "\t", "\u00a0"])
@pytest.mark.parametrize("day", ["2022-9-6", "2022/09/06", "2022.9.6", "2022年9月6日"])
def test_datetime(day: str, blank: str) -> None:
    """A date in any style, blanks of any kind, and a time."""
    expected = datetime(2022, 9, 6, 8, 30)  # noqa: DTZ001 (local by nature)
    assert expected == local_datetime(f" {day}{blank}8：30　")
    assert expected == local_datetime(f"{day}{blank}08:30".translate(WIDE))


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "2022-09-06",
        "08:30",
        "2022-09-06T08:30",
        "2022-09-06 08:30:00",
        "2022-09-0608:30",
        "2022年9月6日08:30",
        "2022-09-06 8 :30",
        "2022-09-06 24:00",
        "2022-02-30 08:30",
        "2022-09-06 08:30+08:00",
        "2022-09-06 上午08:30",
        "08:30 2022-09-06",
        "2022-09-06 08:30 09:30",
    ],
)
def test_no_datetime(cell: str) -> None:
    """A date-time without its date, its blanks or its time, or with seconds, is not readable."""
    assert local_datetime(cell) is None


@given(st.dates(), st.times(), st.sampled_from(BLANKS), st.sampled_from(BLANKS), st.booleans())
def test_what_is_written_is_read(day: date, at: time, before: str, after: str, wide: bool) -> None:
    """Any date and time written in a style is read back, in digits of either width."""
    written = f"{day.year:04}/{day.month}/{day.day} {at.hour}:{at.minute:02}"
    cell = before + (written.translate(WIDE) if wide else written) + after
    assert datetime(day.year, day.month, day.day, at.hour, at.minute) == local_datetime(cell)  # noqa: DTZ001


@given(st.text() | st.text(alphabet="0１2９-/.年月日:：　 \n"))
def test_reading_never_raises(cell: str) -> None:
    """Whatever stands in a cell is read or is not readable."""
    for read in (text, whole_number, local_date, local_time, local_datetime):
        read(cell)
    assert text(cell) == text(text(cell))
    number = whole_number(cell)
    assert number is None or 0 <= number <= NUMBER_MAX
