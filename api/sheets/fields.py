"""Takes the cells of one row by their column, and reports those that cannot be read."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from api.messages import N_, Level, ProblemList, excerpt
from api.sheets.cells import local_date, local_datetime, local_time, whole_number
from api.sheets.reader import Row

T = TypeVar("T")

CODE_LENGTH_MAX = 64
NAME_LENGTH_MAX = 200

NOT_DATE = N_("“{value}” is not a date of the calendar. Write it like 2022-09-06.")
NOT_TIME = N_("“{value}” is not a time of day. Write it like 08:30.")
NOT_DATETIME = N_("“{value}” is not a date with a time. Write it like 2022-09-06 08:30.")
NOT_POSITIVE = N_("“{value}” is not a whole number above 0.")
NOT_WHOLE = N_("“{value}” is not a whole number.")
NOT_CHOICE = N_("“{value}” is not one of {choices}.")
BLANK = N_("The cell is empty. Fill it in.")
TOO_LONG = N_("The cell has {count} characters; at most {limit} can be used.")


def positive(cell: str) -> int | None:
    """A whole number above 0."""
    return whole_number(cell) or None


class Fields:
    """The cells of a row. What cannot be read is None (or empty), and a problem at ``level``."""

    def __init__(self, row: Row, problems: ProblemList, level: Level) -> None:
        self.row = row.number
        self._cells = dict(zip(row.columns, row.texts(), strict=True))
        self._problems = problems
        self._level: Level = level

    def report(self, column: str, message: str, **params: object) -> None:
        """Put a problem of this row into the list."""
        report = self._problems.fault if self._level == "fault" else self._problems.notice
        report(message, row=self.row, column=column, **params)

    def text(self, column: str, length_max: int | None = None) -> str:
        """The text of a cell, which may be empty."""
        value = self._cells[column]
        if length_max is not None and len(value) > length_max:
            self.report(column, TOO_LONG, count=len(value), limit=length_max)
        return value

    def required(self, column: str, length_max: int | None = None) -> str:
        """The text of a cell that must not be empty."""
        value = self.text(column, length_max)
        if not value:
            self.report(column, BLANK)
        return value

    def _parsed(
        self, column: str, parse: Callable[[str], T | None], message: str, optional: bool
    ) -> T | None:
        value = self._cells[column]
        if not value:
            if not optional:
                self.report(column, BLANK)
            return None
        found = parse(value)
        if found is None:
            self.report(column, message, value=excerpt(value))
        return found

    def choice(self, column: str, choices: Mapping[str, T], *, optional: bool = False) -> T | None:
        """What a cell means that holds one of a few words."""
        value = self._cells[column]
        if value in choices:
            return choices[value]
        if value:
            words = [word for word in choices if word]
            self.report(column, NOT_CHOICE, value=excerpt(value), choices=words)
        elif not optional:
            self.report(column, BLANK)
        return None

    def positive(self, column: str) -> int | None:
        """A whole number above 0."""
        return self._parsed(column, positive, NOT_POSITIVE, optional=False)

    def whole_or_blank(self, column: str) -> int | None:
        """A whole number, or nothing."""
        return self._parsed(column, whole_number, NOT_WHOLE, optional=True)

    def day(self, column: str, *, optional: bool = False) -> date | None:
        """A date of the calendar."""
        return self._parsed(column, local_date, NOT_DATE, optional)

    def minutes(self, column: str) -> int | None:
        """A time of day in minutes after midnight, or nothing."""
        return self._parsed(column, local_time, NOT_TIME, optional=True)

    def moment(self, column: str, *, optional: bool = False) -> datetime | None:
        """A local date-time."""
        return self._parsed(column, local_datetime, NOT_DATETIME, optional)
