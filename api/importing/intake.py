"""Reading a folder for an import: the good rows of each sheet, and what is wrong with the others.

Unlike a rehearsal, which plays everything or nothing, an import takes in what can be taken in. A
row with a fault is named and left out; a row without any text is none.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Generic, TypeVar

from api.messages import N_, Problem, ProblemList, Where, excerpt
from api.sheets import journal, master
from api.sheets.columns import (
    ACTS,
    COLUMNS,
    GOODS,
    OBJECTIONS,
    OFFICERS,
    OPENING,
    RESIDENTS,
    RETURNS,
    REVERSALS,
    RULES,
    SLIPS,
)
from api.sheets.community import FILE_NAME, Founding, read_founding
from api.sheets.fields import Fields
from api.sheets.files import refusal_of
from api.sheets.reader import check_only_one, find_sheet, read_sheet
from api.sheets.rows import ActRow, GoodsRow, OfficerRow, OpeningRow, Resident, RuleRow

T = TypeVar("T")

FILES_MAX: Final = 1_000
"""More files than this in a folder are not looked at for strays."""

_NO_FOLDER = N_("This is not a folder of sheets.")
_PAST: Final = {
    SLIPS: N_(
        "What was handed out in the past stays on paper, so nothing of this sheet goes in. "
        "Count what is left into goods, and bring the balances along in opening."
    ),
    RETURNS: N_(
        "What was brought back in the past stays on paper, so nothing of this sheet goes in. "
        "Count it into goods, and bring the balances along in opening."
    ),
    OBJECTIONS: N_(
        "Objections of the past stay on paper, so nothing of this sheet goes in. "
        "Leave acts that did not stand out of acts."
    ),
    REVERSALS: N_(
        "What was taken back in the past stays on paper, so nothing of this sheet goes in. "
        "Leave those acts out of acts, and their points out of opening."
    ),
}
_STRAY = N_("No sheet is called that, so it is not read. Those that are read are {names}.")
_OTHER_KIND = N_("A sheet of this kind is not read. Save it as .xlsx, or as CSV in UTF-8.")
_SHEET_KINDS: Final = frozenset({".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods", ".tsv"})
_NAMES: Final = [PurePath(name).stem for name in (RESIDENTS, OFFICERS, RULES, GOODS, OPENING, ACTS)]
_READ_KINDS: Final = frozenset({".csv", ".xlsx"})


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """What was read of one sheet: its file, how many rows it has, and those without a fault."""

    name: str
    file: str
    total: int
    rows: tuple[T, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing in it is at fault."""
        return not any(problem.level == "fault" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Intake:
    """A folder as it was read. ``founding`` is None where its file is absent or at fault."""

    founding: Founding | None
    founding_problems: tuple[Problem, ...]
    residents: Taken[Resident]
    officers: Taken[OfficerRow]
    rules: Taken[RuleRow]
    goods: Taken[GoodsRow]
    opening: Taken[OpeningRow]
    acts: Taken[ActRow]
    others: tuple[Problem, ...]

    @property
    def sheets(self) -> tuple[Taken[object], ...]:
        """The sheets in the order in which they go in."""
        return (
            self.residents,
            self.officers,
            self.rules,
            self.goods,
            self.opening,
            self.acts,
        )  # type: ignore[return-value]  # a tuple of any rows is one of objects


def read_intake(directory: Path) -> Intake | Problem:
    """Read all sheets of a directory, or say why it is none. Never raises."""
    if not os.path.isdir(directory):
        return Problem(Where(str(directory)), _NO_FOLDER)
    founding, problems = None, tuple[Problem, ...]()
    if os.path.lexists(directory / FILE_NAME):
        founding, problems = read_founding(directory / FILE_NAME)
    return Intake(
        founding=founding,
        founding_problems=problems,
        residents=_taken(directory, RESIDENTS, master.Residents()),
        officers=_taken(directory, OFFICERS, master.Officers(None)),
        rules=_taken(directory, RULES, master.Rules()),
        goods=_taken(directory, GOODS, master.Goods()),
        opening=_taken(directory, OPENING, journal.opening),
        acts=_taken(directory, ACTS, journal.act),
        others=tuple(_others(directory)),
    )


def _taken(directory: Path, name: str, read: Callable[[Fields], T]) -> Taken[T]:
    """Read one sheet; a row is left out when anything in it is at fault."""
    path = find_sheet(directory, name)
    sheet = read_sheet(path, COLUMNS[name], optional=True)
    problems = ProblemList(path.name)
    check_only_one(path, problems)
    refused = problems.has_fault
    bad: set[int | None] = set()
    for problem in sheet.problems:
        problems.add(problem)
        if problem.level == "fault":
            bad.add(problem.where.row)
    rows, total = [], 0
    for row in sheet.rows if not refused else ():
        if not any(row.texts()):
            continue
        total += 1
        own = ProblemList(path.name)
        value = read(Fields(row, own, "fault"))
        for problem in own.finish():
            problems.add(problem)
        if not own.has_fault and row.number not in bad:
            rows.append(value)
    return Taken(name, path.name, total, tuple(rows), problems.finish())


def _others(directory: Path) -> Iterator[Problem]:
    """A sentence for each file that looks like a sheet and is not read."""
    try:
        names = sorted(os.listdir(directory))[:FILES_MAX]
    except OSError as error:
        yield refusal_of(error, directory).problem(directory.name)
        return
    for name in names:
        path = PurePath(name)
        kind, sheet = path.suffix.lower(), f"{path.stem}.csv"
        if kind not in _SHEET_KINDS or name.startswith((".", "~$")):
            continue
        message, params = _STRAY, dict[str, object](names=_NAMES)
        if path.suffix in _READ_KINDS and sheet in COLUMNS:
            if sheet not in _PAST:
                continue
            message, params = _PAST[sheet], {}
        elif sheet.lower() in COLUMNS:
            message, params = _OTHER_KIND, {}
        yield Problem(Where(excerpt(name)), message, params, level="notice")
