"""Sending many requests to the writer in pieces, and keeping hold of each one's outcome."""

from concurrent.futures import Future
from typing import Final

from ledger.log.decider import Answer
from ledger.log.requests import Outcome, Request
from ledger.log.writer import Writer

PIECE_MAX: Final = 256


class Pending:
    """One request on its way; its piece is sent when full, or when somebody flushes."""

    __slots__ = ("_index", "_piece")

    def __init__(self, piece: "Piece", index: int) -> None:
        """The place of the request in its piece."""
        self._piece, self._index = piece, index

    def result(self) -> Outcome:
        """The outcome, once it is durable.

        Raises:
            LedgerError: the ledger could not decide.
        """
        answer = self._piece.answers()[self._index]
        if isinstance(answer, Outcome):
            return answer
        raise answer


class Piece:
    """Requests that travel together."""

    def __init__(self, writer: Writer) -> None:
        """Empty and not sent."""
        self._writer = writer
        self.requests: list[Request] = []
        self._future: Future[list[Answer]] | None = None
        self._answers: list[Answer] | None = None

    @property
    def is_sent(self) -> bool:
        """Whether it is on its way, so that nothing more may be added."""
        return self._future is not None

    def send(self) -> None:
        """Hand the requests to the writer, once."""
        self._sent()

    def _sent(self) -> Future[list[Answer]]:
        if self._future is None:
            self._future = self._writer.submit_all(self.requests, wait=True)
        return self._future

    def answers(self) -> list[Answer]:
        """The answers, in the order of the requests."""
        if self._answers is None:
            self._answers = self._sent().result()
        return self._answers


class Sender:
    """Gathers requests into pieces, in the order they come."""

    def __init__(self, writer: Writer) -> None:
        """Nothing is gathered yet."""
        self._writer = writer
        self._piece = Piece(writer)

    def submit(self, request: Request) -> Pending:
        """Add a request; a full piece is sent, and waits for room with the writer."""
        if self._piece.is_sent:  # somebody asked for an outcome in it
            self._piece = Piece(self._writer)
        pending = Pending(self._piece, len(self._piece.requests))
        self._piece.requests.append(request)
        if len(self._piece.requests) >= PIECE_MAX:
            self.flush()
        return pending

    def flush(self) -> None:
        """Send what is gathered, so that whatever is submitted elsewhere comes behind it."""
        if self._piece.requests:
            self._piece.send()
            self._piece = Piece(self._writer)
