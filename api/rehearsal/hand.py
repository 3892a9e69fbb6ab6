"""The hand that writes on a simulated clock: commands in order, the clockwork, questions."""

from collections.abc import Callable
from typing import TypeVar

from api.rehearsal.sending import Pending, Sender
from ledger.clockwork import Clockwork
from ledger.commands.base import Command, Context
from ledger.errors import LedgerError
from ledger.log.decider import Sources
from ledger.log.requests import Outcome, Request
from ledger.log.store import RequestKey, Store
from ledger.log.writer import Writer

T = TypeVar("T")


class Hand:
    """Sends to one writer; what is sent travels in pieces until somebody wants to know.

    Keys are the caller's, so ids and salts of the sources decide the log's bytes.
    """

    def __init__(self, writer: Writer, store: Store, sources: Sources) -> None:
        """Nothing is sent yet."""
        self._writer, self._sources = writer, sources
        self._sender = Sender(writer)
        self._clockwork = Clockwork(writer, store)

    def send(self, key: str, principal: str, command: Command, at: str) -> Pending:
        """Send a command behind all others."""
        return self._sender.submit(Request(key, principal, command, at))

    def tick(self, at: str) -> None:
        """Let the clockwork do what is due at an instant."""
        self._sender.flush()
        self._clockwork.run(at)

    def ask(self, question: Callable[[Context], T], at: str) -> T:
        """What a question says of the states, once all that was sent is decided."""
        self._sender.flush()
        return self._writer.ask(question, at=at)

    def id_of(self, key: str, principal: str) -> str:
        """The first id that deciding this request uses; known before it is decided."""
        return next(self._sources.ids(RequestKey(key, principal)))


def accepted(pending: Pending) -> Outcome:
    """The outcome of what the ledger must accept.

    Raises:
        SetupRefusedError: it did not.
    """
    outcome = pending.result()
    if not outcome.accepted:
        raise SetupRefusedError(code=outcome.code or "")
    return outcome


class SetupRefusedError(LedgerError):
    """The ledger refused something that faultless sheets should not hold."""

    code = "setup_refused"
    status = 409
    message = "The ledger refused part of what the sheets bring in: {code}."
