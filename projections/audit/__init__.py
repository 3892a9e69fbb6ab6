"""The auditor's checks: what must always hold (design, section 10), recomputed from the log.

Nothing here asks the ledger's states or commands: each rule is written down a second time, so that
a fault on either side shows. A check is a pure function over the history, and all of them together
read it once, with memory for what stands open and not for every event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from projections.audit.acts import Acts
from projections.audit.awards import Awards
from projections.audit.exchanges import Exchanges
from projections.audit.findings import N_, Fault, Finding
from projections.audit.fold import Fold
from projections.audit.goods import Goods
from projections.audit.ground import Ground
from projections.audit.history import History, Line
from projections.audit.log import Log
from projections.audit.notices import Notices
from projections.audit.people import People
from projections.audit.points import Points

__all__ = ["CHECKS", "Audit", "Check", "Finding", "History", "audit"]

UNCHECKABLE: Final = Fault(
    "uncheckable", N_("Position {position}: the check of {check} cannot make sense of this event.")
)


@dataclass(frozen=True, slots=True)
class Check:
    """One subject of the audit; called with a history it gives the findings, by position."""

    name: str
    fold: type[Fold]

    def __call__(self, history: Iterable[Line]) -> list[Finding]:
        """What does not hold in the history."""
        return audit(history, (self,))


CHECKS: Final[tuple[Check, ...]] = (
    Check("log", Log),
    Check("acts", Acts),
    Check("notices", Notices),
    Check("awards", Awards),
    Check("points", Points),
    Check("goods", Goods),
    Check("exchanges", Exchanges),
    Check("people", People),
)
"""All checks, in the order in which their findings at one position are listed."""


class Audit:
    """Several checks on one ground, line by line, for a history that is still growing."""

    def __init__(self, checks: Iterable[Check] = CHECKS) -> None:
        """Before the first line."""
        self._ground = Ground()
        self._folds = [(check.name, check.fold(self._ground)) for check in checks]

    def take(self, line: Line) -> None:
        """Check the next line."""
        if line.recorded is not None:
            self._ground.take(line.recorded)
        for name, fold in self._folds:
            try:
                fold.take(line)
            except Exception:  # an event that breaks a check is a finding and not a crash
                fold.report(UNCHECKABLE, check=name)

    def end(self) -> None:
        """Check what can be said only of the whole."""
        for _, fold in self._folds:
            fold.end()

    def findings(self) -> list[Finding]:
        """What does not hold so far, by position."""
        found = [finding for _, fold in self._folds for finding in fold.findings]
        return sorted(found, key=lambda finding: finding.position)


def audit(history: Iterable[Line], checks: Iterable[Check] = CHECKS) -> list[Finding]:
    """What does not hold in a history, by position; nothing when all is well."""
    running = Audit(checks)
    for line in history:
        running.take(line)
    running.end()
    return running.findings()
