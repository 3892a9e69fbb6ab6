"""What became of each row of an import, and the sentences about those that did not go in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from api.importing.courier import Errand
from api.importing.intake import Taken
from api.messages import N_, Problem, ProblemList, Where
from api.sheets.columns import ACTS, COLUMNS
from ledger.commands.base import Command
from ledger.errors import Refusal

Params = Mapping[str, object]

SETTLED: Final = frozenset({"act_already_reviewed"})
"""Refusals that say no more than that somebody was quicker."""

_NUMBER_USED = N_(
    "This register number stands for another row, or for an act recorded before that is not the "
    "same. What is recorded does not change: take that act back in the office, or use a new number."
)
_SENTENCES: Final[Mapping[str, str]] = {"register_number_invalid": _NUMBER_USED}
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "card_known": ("卡号",),
    "date_invalid": ("日期", "截至日期"),
    "duplicate_act": ("项目代码",),
    "duration_too_long": ("结束",),
    "member_unknown": ("志愿者编号",),
    "name_mismatch": ("姓名",),
    "officer_unknown": ("记录人",),
    "opening_balance_invalid": ("积分",),
    "overlapping_act": ("开始",),
    "recorded_before_act": ("登记时间",),
    "recorder_conflict": ("记录人",),
    "recorder_unknown": ("记录人",),
    "register_number_invalid": ("登记号",),
    "reviewer_conflict": ("审核人",),
    "reviewer_unknown": ("审核人",),
    "rule_unknown": ("项目代码",),
    "second_approval_required": ("复核人",),
    "terms_fixed": ("兑换分值",),
    "time_invalid": ("开始",),
}
"""Where a person looks first when the ledger refuses a row."""


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one sheet: every row is in exactly one of the last four."""

    file: str
    rows: int
    new: int
    changed: int
    known: int
    refused: int


@dataclass(slots=True)
class Tally:
    """Gathers what became of the rows of some sheets."""

    sheets: Mapping[str, Taken[Any]]
    _words: dict[tuple[str, int], str] = field(default_factory=dict)
    _problems: dict[str, ProblemList] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with what was wrong when the sheets were read."""
        for name, taken in self.sheets.items():
            self._problems[name] = ProblemList(taken.file)
            for problem in taken.problems:
                self._problems[name].add(problem)

    def refuse(
        self,
        sheet: str,
        row: int,
        message: str,
        column: str | None = None,
        params: Params = MappingProxyType({}),
    ) -> None:
        """A row, or part of it, did not go in."""
        self._words[sheet, row] = "refused"
        where = Where(self.sheets[sheet].file, row if sheet in COLUMNS else None, column)
        self._problems[sheet].add(Problem(where, message, params))

    def withhold(self, sheet: str, row: int) -> None:
        """A row did not go in, for a reason that a sentence about its sheet gives."""
        self._words[sheet, row] = "refused"

    def pass_over(self, sheet: str, message: str, column: str, params: Params) -> None:
        """Something that is no row of an import, which only has to be known."""
        where = Where(self.sheets[sheet].file, None, column)
        self._problems[sheet].add(Problem(where, message, params, level="notice"))

    def fault(self, sheet: str, message: str, params: Params = MappingProxyType({})) -> None:
        """Something of the sheet as a whole did not go in."""
        self._problems[sheet].add(Problem(Where(self.sheets[sheet].file), message, params))

    def mark(self, sheet: str, row: int, word: str) -> None:
        """A row is ``new`` or ``changed``; what was said of it before counts more."""
        order = ("changed", "new", "refused")
        before = self._words.get((sheet, row), word)
        self._words[sheet, row] = max(before, word, key=order.index)

    def absorb(self, errands: Iterable[Errand]) -> None:
        """Take in what errands came to."""
        for errand in errands:
            if errand.error is not None:
                error = errand.error
                self.refuse(errand.sheet, errand.row, error.message, None, error.params)
            elif errand.outcome is not None and errand.outcome.code is not None:
                self._absorb_refusal(errand, errand.outcome.code, errand.outcome.params)
            elif not errand.known:
                self.mark(errand.sheet, errand.row, "new" if errand.primary else "changed")

    def _absorb_refusal(self, errand: Errand, code: str, params: Params) -> None:
        if code in SETTLED:
            return
        wanted = _COLUMNS.get(code, ())
        column = next((c for c in wanted if c in COLUMNS.get(errand.sheet, ())), None)
        message = sentence_of(errand.command, code)
        if errand.sheet == ACTS:
            message = _SENTENCES.get(code, message)
        self.refuse(errand.sheet, errand.row, message, column, params)

    def counts(self) -> dict[str, Count]:
        """The sums, per sheet."""
        return {name: self._count(name, taken) for name, taken in self.sheets.items()}

    def _count(self, name: str, taken: Taken[Any]) -> Count:
        words = Counter(word for (sheet, _), word in self._words.items() if sheet == name)
        refused = words["refused"] + taken.total - len(taken.rows)
        known = taken.total - refused - words["new"] - words["changed"]
        return Count(taken.file, taken.total, words["new"], words["changed"], known, refused)

    def problems(self) -> list[Problem]:
        """Everything that people are to be told, sheet by sheet, each by its rows."""
        found = [p for problems in self._problems.values() for p in problems.finish()]
        order = {taken.file: number for number, taken in enumerate(self.sheets.values())}
        return sorted(found, key=lambda p: (order.get(p.where.file, 0), p.where.row or 0))


def sentence_of(command: Command, code: str) -> str:
    """The message id of a refusal of this command."""
    return next((kind for kind in command.REFUSALS if kind.code == code), Refusal).message
