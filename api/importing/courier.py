"""Errands: one command for one row of a sheet, under a key that its content gives.

The same row has the same key whenever and wherever it is imported, so it goes in once, whatever
comes in between. Equal rows are numbered. A row that was refused in an earlier import asks again
under its next key, for what stood in its way may have been set right somewhere else.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from api.rehearsal.sending import Pending, Sender
from ledger.commands.base import Command
from ledger.errors import LedgerError
from ledger.log import canonical
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import (
    NotStorableError,
    Outcome,
    Request,
    UnexpectedError,
    decode_outcome,
)
from ledger.log.store import RequestKey
from ledger.log.writer import Writer

ATTEMPTS_MAX: Final = 100
"""So often an import asks for one row that was refused; then the last refusal stands."""
PAGE: Final = 500
_OF_ONE_ROW = (NotStorableError, UnexpectedError)
"""Errors that say something of one request alone; any other ends the import."""

Content = Sequence[str | int | None]
Told = Callable[[int, int], None]
"""Told how many errands of how many are done."""


@dataclass(slots=True, eq=False)
class Errand:
    """A command for a row.

    ``purpose`` and ``content`` give its key; ``owners`` are all under whom it may have been asked
    before. With ``primary`` the row itself comes in by it, else only something about it changes.
    With ``again`` it is asked even where it was accepted before. ``known``: it was.
    """

    sheet: str
    row: int
    purpose: str
    content: Content
    command: Command
    principal: str
    owners: Sequence[str] = ()
    primary: bool = True
    again: bool = False
    number: int = 1
    key: str = ""
    known: bool = False
    outcome: Outcome | None = None
    error: LedgerError | None = None
    _stem: str = field(default="", init=False)

    def name(self, attempt: int) -> str:
        """The key of an attempt, counted from 1.

        It holds blanks, which the key of an HTTP request cannot: whoever guesses what a row will
        say can use up none of its keys.
        """
        if not self._stem:
            told = canonical.encode([self.purpose, list(self.content), self.number])
            self._stem = f"import {self.purpose} {sha256(told).hexdigest()}"
        return f"{self._stem} {attempt}"

    def about(self, content: Content, number: int = 1) -> "Errand":
        """The same about something else, as if nothing was known of it yet."""
        return replace(
            self, content=content, number=number, key="", known=False, outcome=None, error=None
        )

    @property
    def accepted(self) -> bool:
        """Whether it was accepted, now or before."""
        return self.outcome is not None and self.outcome.accepted


class Courier:
    """Sends errands, each once, in their order."""

    def __init__(self, writer: Writer, recorder: LedgerRecorder) -> None:
        """Nothing is sent yet."""
        self._writer, self._recorder = writer, recorder
        self._equal: Counter[tuple[object, ...]] = Counter()

    def settle(self, errands: Sequence[Errand]) -> None:
        """Find out which were accepted before, and give the others a key that is fresh.

        One that is asked no more often keeps no key, and its last refusal.
        """
        for errand in errands:
            alike = (errand.purpose, *errand.content)
            self._equal[alike] += 1
            errand.number = self._equal[alike]
        self._look_up(errands)

    def _look_up(self, errands: Sequence[Errand]) -> None:
        for page in _pages(errands):
            unsettled = list(page)
            for attempt in range(1, ATTEMPTS_MAX + 1):
                if not unsettled:
                    break
                stored = self._recorder.outcomes([errand.name(attempt) for errand in unsettled])
                found = {key: decode_outcome(kept.outcome) for key, kept in stored.items()}
                unsettled = [e for e in unsettled if not _settled(e, attempt, found)]

    def accepted_before(self, errands: Sequence[Errand]) -> list[bool]:
        """Of errands that are not to be sent, which an import brought in."""
        self._look_up(errands)
        return [errand.known for errand in errands]

    def send(self, errands: Sequence[Errand], told: Told) -> None:
        """Send those that have a key, and wait until the last one is durable.

        Raises:
            LedgerError: the ledger cannot go on.
        """
        sender, total = Sender(self._writer), len(errands)
        waiting: list[tuple[Errand, Pending]] = []
        for errand in errands:
            if errand.key:
                request = Request(errand.key, errand.principal, errand.command)
                waiting.append((errand, sender.submit(request)))
        sender.flush()
        done = total - len(waiting)
        told(done, total)
        for number, (errand, pending) in enumerate(waiting, 1):
            try:
                errand.outcome = pending.result()
            except _OF_ONE_ROW as error:
                errand.error = error
            told(done + number, total)


def _settled(errand: Errand, attempt: int, found: dict[RequestKey, Outcome]) -> bool:
    """Take in what an attempt was answered before; whether no later one need be looked at."""
    name = errand.name(attempt)
    before = [found.get(RequestKey(name, who)) for who in (errand.principal, *errand.owners)]
    outcomes = [outcome for outcome in before if outcome is not None]
    if not outcomes:
        errand.key, errand.outcome = name, None
        return True
    errand.outcome = next((o for o in outcomes if o.accepted), outcomes[0])
    errand.known = errand.outcome.accepted and not errand.again
    return errand.known


def _pages(errands: Sequence[Errand]) -> Iterator[Sequence[Errand]]:
    for start in range(0, len(errands), PAGE):
        yield errands[start : start + PAGE]
