"""A second, independent reading of the rehearsal rules: small, plain and slow.

It shares no code with the ledger. Property tests play generated quarters through both and compare
the reports; where they differ, one of them has misread the rules.
"""

from tests.model.report import report
from tests.model.sheets import SheetFault

__all__ = ["SheetFault", "report"]
