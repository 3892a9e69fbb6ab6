"""Problems as values: where something is wrong, and the sentence that says what and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from api.messages.translation import N_, translate

EXCERPT_LENGTH_MAX = 40
PROBLEMS_MAX = 1000

Level = Literal["fault", "notice"]

_AT_FILE = N_("{file}: {sentence}")
_AT_COLUMN = N_("{file}, column {column}: {sentence}")
_AT_KEY = N_("{file}, key {column}: {sentence}")
_AT_ROW = N_("{file}, row {row}: {sentence}")
_AT_CELL = N_("{file}, row {row}, column {column}: {sentence}")
_MORE = N_("{count} more problems of this file are not listed.")


def _plain(text: str) -> str:
    """Without characters that a terminal would obey; any of them, and lone surrogates, as U+FFFD.

    Private-use characters stay: names with rare characters may be written with them.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c == "\u3000" or "\ue000" <= c <= "\uf8ff" else "\ufffd"
        for c in text
    )


def excerpt(text: str) -> str:
    """What a sentence quotes of a cell: one line, at most 40 characters."""
    line = " ".join(text[: 4 * EXCERPT_LENGTH_MAX].split())
    too_long = len(line) > EXCERPT_LENGTH_MAX or len(text) > 4 * EXCERPT_LENGTH_MAX
    return _plain(line[:EXCERPT_LENGTH_MAX]) + ("…" if too_long else "")


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: its name, the data row (1-based), the column or, in JSON, the key."""

    file: str
    row: int | None = None
    column: str | None = None

    @property
    def template(self) -> str:
        """The message id that puts the place before a sentence."""
        if self.row is not None:
            return _AT_ROW if self.column is None else _AT_CELL
        if self.column is None:
            return _AT_FILE
        return _AT_KEY if self.file.endswith(".json") else _AT_COLUMN


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, for a person to read.

    ``message`` is a marked message id and ``params`` its values. A ``fault`` keeps the file, and
    what it belongs to, from being used; a ``notice`` does not.
    """

    where: Where
    message: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    level: Level = "fault"

    def sentence(self, language: str) -> str:
        """Place and message in a language of ``LANGUAGES``, safe to write to a terminal."""
        values = {
            "file": self.where.file,
            "row": self.where.row,
            "column": self.where.column,
            "sentence": translate(self.message, self.params, language),
        }
        return _plain(translate(self.where.template, values, language))


class ProblemList:
    """Gathers the problems of one file and keeps at most ``limit`` of them.

    What is left out is counted: :meth:`finish` ends with one problem that says how many.
    """

    def __init__(self, file: str, limit: int = PROBLEMS_MAX) -> None:
        self.file = file
        self.limit = limit
        self.has_fault = False
        self._kept: list[Problem] = []
        self._left_out = 0
        self._left_out_level: Level = "notice"

    def add(self, problem: Problem) -> None:
        """Take one problem in."""
        is_fault = problem.level == "fault"
        self.has_fault = self.has_fault or is_fault
        if len(self._kept) < self.limit:
            self._kept.append(problem)
            return
        self._left_out += 1
        if is_fault:
            self._left_out_level = "fault"

    def fault(
        self, message: str, row: int | None = None, column: str | None = None, **params: object
    ) -> None:
        """Take in a fault at a place of this file."""
        self.add(Problem(Where(self.file, row, column), message, params))

    def notice(
        self, message: str, row: int | None = None, column: str | None = None, **params: object
    ) -> None:
        """Take in a notice at a place of this file."""
        self.add(Problem(Where(self.file, row, column), message, params, level="notice"))

    def finish(self) -> tuple[Problem, ...]:
        """All that was kept, and how many more there were."""
        if not self._left_out:
            return tuple(self._kept)
        more = {"count": self._left_out}
        last = Problem(Where(self.file), _MORE, more, level=self._left_out_level)
        return (*self._kept, last)
