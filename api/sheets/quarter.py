"""Reads a directory of sheets: all that a rehearsal plays, or all that is wrong with it."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from api.messages import N_, Level, Problem, ProblemList, Where
from api.sheets import journal, master
from api.sheets.columns import (
    ACTS,
    COLUMNS,
    GOODS,
    OBJECTIONS,
    OFFICERS,
    RESIDENTS,
    RETURNS,
    REVERSALS,
    RULES,
    SLIPS,
)
from api.sheets.community import FILE_NAME, Community, read_community
from api.sheets.fields import Fields
from api.sheets.reader import Row, check_only_one, find_sheet, read_sheet
from api.sheets.rows import (
    ActRow,
    GoodsRow,
    ObjectionRow,
    OfficerRow,
    Resident,
    ReturnRow,
    ReversalRow,
    RuleRow,
    SlipLine,
)

T = TypeVar("T")

_NO_FOLDER = N_("This is not a folder of sheets.")
_ROW_EMPTY = N_("The row is empty. Fill it in or delete it.")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of paper records; each sheet's rows in the order of the file."""

    community: Community
    residents: tuple[Resident, ...]
    officers: tuple[OfficerRow, ...]
    rules: tuple[RuleRow, ...]
    goods: tuple[GoodsRow, ...]
    acts: tuple[ActRow, ...]
    objections: tuple[ObjectionRow, ...]
    reversals: tuple[ReversalRow, ...]
    slips: tuple[SlipLine, ...]
    returns: tuple[ReturnRow, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The quarter, None if there is a fault, and all problems in the order of the sheets."""

    quarter: Quarter | None
    problems: tuple[Problem, ...]


class _Folder:
    """Reads sheet after sheet and gathers the problems of all."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[Problem] = []

    def community(self) -> Community | None:
        """The community; None if its file has a fault."""
        community, problems = read_community(self.directory / FILE_NAME)
        self.problems.extend(problems)
        return community

    def master(
        self, name: str, read: Callable[[Fields], T], *, optional: bool = False
    ) -> tuple[T, ...]:
        """The rows of a sheet that must be without fault."""
        return self._rows(name, read, "fault", optional=optional)

    def journal(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """The rows of a sheet that may be absent, and may have cells that cannot be read."""
        return self._rows(name, read, "notice", optional=True)

    def _rows(
        self, name: str, read: Callable[[Fields], T], level: Level, *, optional: bool
    ) -> tuple[T, ...]:
        path = find_sheet(self.directory, name)
        sheet = read_sheet(path, COLUMNS[name], optional=optional, row_level=level)
        found = ProblemList(path.name)
        check_only_one(path, found)
        for problem in sheet.problems:
            found.add(problem)
        rows = tuple(self._typed(sheet.rows, read, level, found))
        self.problems.extend(found.finish())
        return rows

    @staticmethod
    def _typed(
        rows: Iterable[Row], read: Callable[[Fields], T], level: Level, found: ProblemList
    ) -> Iterator[T]:
        for row in rows:
            if level == "fault" and not any(row.texts()):
                found.fault(_ROW_EMPTY, row=row.number)  # rather than one fault a column
            else:
                yield read(Fields(row, found, level))


def _read(folder: _Folder) -> Quarter | None:
    """All rows that could be read; None if the community is at fault."""
    community, residents = folder.community(), master.Residents()
    rows = (
        folder.master(RESIDENTS, residents),
        folder.master(OFFICERS, master.Officers(residents.members)),
        folder.master(RULES, master.Rules()),
        folder.master(GOODS, master.Goods(), optional=True),
        folder.journal(ACTS, journal.act),
        folder.journal(OBJECTIONS, journal.objection),
        folder.journal(REVERSALS, journal.reversal),
        folder.journal(SLIPS, journal.slip_line),
        folder.journal(RETURNS, journal.goods_return),
    )
    return None if community is None else Quarter(community, *rows)


def read_quarter(directory: Path) -> Reading:
    """Read all sheets of a directory. Never raises.

    Every sheet is read, whatever is wrong with another, so that all problems are known at once.
    """
    if not os.path.isdir(directory):  # unlike Path.is_dir, quiet about what may not be looked at
        return Reading(None, (Problem(Where(str(directory)), _NO_FOLDER),))
    folder = _Folder(directory)
    quarter = _read(folder)
    problems = tuple(folder.problems)
    return Reading(None if any(p.level == "fault" for p in problems) else quarter, problems)
