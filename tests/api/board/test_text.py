"""How the board says numbers, lengths, dates and windows; and how long its bars are."""

import pytest

from api.board.charts import WIDTH, scaled, single, stacked
from api.board.text import Text

CHINESE, ENGLISH = Text("zh-CN", "Asia/Shanghai"), Text("en", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "0 小时", "0 h"),
        (59, "59 分", "59 min"),
        (60, "1 小时", "1 h"),
        (90, "1 小时 30 分", "1 h 30 min"),
    ],
)
def test_lengths(minutes: int, chinese: str, english: str) -> None:
    """Hours and minutes, without the part that is nothing."""
    assert (chinese, english) == (CHINESE.hours(minutes), ENGLISH.hours(minutes))


def test_amounts() -> None:
    """Thousands stand apart, a minus is a minus, fen are the last two digits."""
    assert ("12,345", "−7") == (ENGLISH.number(12345), ENGLISH.number(-7))
    assert ("¥0.05", "¥1,234.50") == (ENGLISH.yuan(5), ENGLISH.yuan(123450))
    assert "1,000 points" == ENGLISH.say("{points} points", points=1000)


def test_dates_are_local() -> None:
    """Late in the evening of one day in UTC it is the next day in the community."""
    assert "2022年9月25日 00:30" == CHINESE.moment("2022-09-24T16:30:00Z")
    assert "25 Sep 2022, 00:30" == ENGLISH.moment("2022-09-24T16:30:00Z")
    assert ("2022年9月5日", "5 Sep 2022") == (CHINESE.day("2022-09-05"), ENGLISH.day("2022-09-05"))
    assert ("2022年9月", "September 2022") == (CHINESE.month("2022-09"), ENGLISH.month("2022-09"))
    assert ("2022年第3季度", "Quarter 3 of 2022") == (
        CHINESE.quarter("2022Q3"),
        ENGLISH.quarter("2022Q3"),
    )


def test_windows() -> None:
    """A window within one local day names the day once."""
    day = CHINESE.window("2022-09-24T01:00:00Z", "2022-09-24T09:00:00Z")
    assert "2022年9月24日 星期六 09:00–17:00" == day.replace("\u2060", "")
    long = ENGLISH.window("2022-09-24T01:00:00Z", "2022-09-25T09:00:00Z")
    assert "24 Sep 2022, 09:00 to 25 Sep 2022, 17:00" == long


def test_a_name_in_one_language_only_is_shown_in_both() -> None:
    """The reader's language first, then whichever there is."""
    assert ("米", "rice") == (CHINESE.pick("米", "rice"), ENGLISH.pick("米", "rice"))
    assert ("rice", "米") == (CHINESE.pick("", "rice"), ENGLISH.pick("米", ""))


def test_bars_are_to_scale() -> None:
    """The most is the whole width; what is there is seen; what is not there is no bar."""
    assert (WIDTH, WIDTH // 2, 2, 0, 0) == (
        scaled(10, 10),
        scaled(5, 10),
        scaled(1, 10**9),
        scaled(0, 10),
        scaled(-3, 10),
    )
    assert 0 == scaled(1, 0)
    assert [("a", 0, 500), ("c", 500, 500)] == stacked([("a", 5), ("b", 0), ("c", 5)], 10)
    assert WIDTH == sum(bar.length for bar in stacked([("a", 999_999), ("b", 1)], 1_000_000))
    assert [("a", 0, 250)] == single("a", 1, 4)
