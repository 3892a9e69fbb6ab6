"""What every part of an import works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.importing.courier import Content, Courier, Errand
from api.importing.intake import Intake
from api.importing.tally import Tally
from ledger.commands.base import Command
from projections.register import Register

Progress = Callable[[str, int, int], None]
"""Told the phase, and how much of it is done of how much."""


@dataclass(frozen=True, slots=True)
class Work:
    """One import at work: the folder, what the ledger has, and whose hand acts.

    ``secretary`` is the principal of the secretary in office, ``secretaries`` those of all there
    ever were; ``now`` is the instant at which the import began and ``today`` its local date.
    """

    intake: Intake
    register: Register
    courier: Courier
    tally: Tally
    progress: Progress
    secretary: str
    secretaries: Sequence[str]
    now: str
    today: str
    timezone: str

    def errand(self, sheet: str, row: int, purpose: str, content: Content, do: Command) -> Errand:
        """An errand of the secretary's."""
        return Errand(sheet, row, purpose, content, do, self.secretary, self.secretaries)

    def send(self, phase: str, errands: Sequence[Errand], *, settled: bool = False) -> None:
        """Send errands and count what they came to."""
        if not settled:
            self.courier.settle(errands)
        if errands:
            self.courier.send(errands, lambda done, total: self.progress(phase, done, total))
        self.tally.absorb(errands)

    def changes(self, wanted: Sequence[tuple[Errand, Content]]) -> list[Errand]:
        """Of errands that would change what the ledger has now (beside each), those to send.

        The sheet counts where it says something new, or where what the ledger has came from an
        earlier import. What was changed in the office since the sheet was last imported stays.
        """
        said = self.courier.accepted_before([errand.about(errand.content) for errand, _ in wanted])
        now = [errand.about(content) for errand, content in wanted]
        imported = self.courier.accepted_before(now)
        found = []
        for (errand, _), before, ours in zip(wanted, said, imported, strict=True):
            if not before or ours:
                errand.again = before
                found.append(errand)
        return found
