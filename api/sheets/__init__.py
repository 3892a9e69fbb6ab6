"""Paper sheets: from a directory of office exports to typed rows and a list of what is wrong.

:func:`read_quarter` is the way in. It decides nothing about acts, slips or points: cells it cannot
read become None and a problem, and what that means is for the ledger's commands to say.
"""

from api.sheets.community import Community, Notice, Session, read_community
from api.sheets.quarter import Quarter, Reading, read_quarter
from api.sheets.reader import Row, Sheet, read_sheet
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

__all__ = [
    "ActRow",
    "Community",
    "GoodsRow",
    "Notice",
    "ObjectionRow",
    "OfficerRow",
    "Quarter",
    "Reading",
    "Resident",
    "ReturnRow",
    "ReversalRow",
    "Row",
    "RuleRow",
    "Session",
    "Sheet",
    "SlipLine",
    "read_community",
    "read_quarter",
    "read_sheet",
]
