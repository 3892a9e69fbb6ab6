"""How a value of a spreadsheet is written where a person would have typed it. Pure."""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Final

MOMENTS: Final = frozenset({"登记时间", "审核时间", "提出时间", "撤销时间", "时间"})
"""Columns that hold a date with a time; at midnight a spreadsheet does not show which it is."""

_SOME_DAY = date(2000, 1, 1)
_ZEROS = re.compile(r"0{2,32}")


def spelled(value: object, number_format: str, column: str) -> str:
    """A cell's value in the spelling that :mod:`api.sheets.cells` reads.

    A number in a format such as ``0000`` keeps the zeros that people see. A value that no cell of a
    sheet should hold, a fraction say, is written so that its reader refuses it.
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, number_format)
        case datetime():
            return _moment(value, column)
        case date():
            return value.isoformat()
        case time():
            return _moment(datetime.combine(_SOME_DAY, value), "")[11:] or "00:00"
        case timedelta():
            seconds = round(value.total_seconds())
            return _clock(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return str(value)


def _number(value: float, number_format: str) -> str:
    """A whole number as digits, however it is stored; anything else as it is."""
    if not math.isfinite(value) or int(value) != value:
        return str(value)
    digits = str(int(value))
    return digits.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else digits


def _moment(value: datetime, column: str) -> str:
    """To the nearest second, for stored times are fractions of a day; seconds only if any."""
    moment = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    day = moment.date().isoformat()
    if column not in MOMENTS and moment.time() == time.min:
        return day
    return f"{day} {_clock(moment.hour, moment.minute, moment.second)}"


def _clock(hour: int, minute: int, second: int) -> str:
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
