"""The writer: one thread that takes what waits, decides it in order and appends it as one batch.

While one commit is flushed the next batch gathers, so there is no sleeping. An idle community
holds no thread and no connection. Any number of processes stay correct, for every batch is
decided under the head lock.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Thread
from time import sleep
from typing import Any, Final, TypeVar

import structlog

from ledger.commands.base import Context
from ledger.errors import LedgerError
from ledger.log.cache import StateCache
from ledger.log.decider import Answer, Ask, Deciding, PoisonedError, Sources
from ledger.log.requests import (
    Outcome,
    QueueFullError,
    Request,
    UnexpectedError,
    WriterClosedError,
)
from ledger.log.store import Batch, Locked, RequestKey, Store, StoreUnavailableError

QUEUE_MAX: Final = 4_096
BATCH_MAX: Final = 512
IDLE_SECONDS: Final = 5.0
ATTEMPTS_MAX: Final = 20
BACKOFF_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Waits between attempts at a batch; the last one repeats."""

T = TypeVar("T")
log = structlog.get_logger("ledger.writer")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was submitted together: its answers go to one future, as a list if ``many``."""

    items: list[Request | Ask]
    future: "Future[Any]"
    many: bool


class Writer:
    """Decides and appends for one community. Safe to call from any thread."""

    def __init__(self, store: Store, sources: Sources) -> None:
        """Nothing runs until something is submitted."""
        self._store, self._sources = store, sources
        self._cache = StateCache()
        self._queue: deque[_Piece] = deque()
        self._waiting = 0
        self._wake = Condition()
        self._thread: Thread | None = None
        self._closed = False

    def submit(self, request: Request, *, wait: bool = False) -> Future[Outcome]:
        """Queue a request; the future gives its outcome once that is durable.

        With ``wait`` a full queue blocks the caller instead of refusing.

        Raises:
            QueueFullError: too much is waiting.
            WriterClosedError: the writer was closed.
        """
        return self._enqueue([request], many=False, wait=wait)

    def submit_all(self, requests: list[Request], *, wait: bool = False) -> Future[list[Answer]]:
        """Queue at most ``BATCH_MAX`` requests in one piece, each decided by itself.

        The future gives their answers in order; errors stand in the list as they are. For many
        requests of one caller this is several times cheaper than one future each.

        Raises:
            QueueFullError: too much is waiting.
            WriterClosedError: the writer was closed.
        """
        if len(requests) > BATCH_MAX:
            message = f"at most {BATCH_MAX} requests in one piece"
            raise ValueError(message)
        return self._enqueue(list(requests), many=True, wait=wait)

    def ask(self, question: Callable[[Context], T], *, at: str | None = None) -> T:
        """What ``question`` says of the states, caught up to the head of the log.

        ``at`` is the instant of a simulated clock.
        """
        return self.asking(question, at=at, wait=True).result()

    def asking(
        self, question: Callable[[Context], T], *, at: str | None = None, wait: bool = False
    ) -> Future[T]:
        """Queue a question; the future gives what it says, or its exception.

        Raises:
            QueueFullError: too much is waiting, and the caller is not to ``wait``.
            WriterClosedError: the writer was closed.
        """
        return self._enqueue([Ask(question, at)], many=False, wait=wait)

    @property
    def waiting(self) -> int:
        """How many requests and questions are queued."""
        return self._waiting

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _enqueue(self, items: Sequence[Request | Ask], *, many: bool, wait: bool) -> "Future[Any]":
        future: Future[Any] = Future()
        with self._wake:
            while wait and self._waiting >= QUEUE_MAX and not self._closed:
                self._wake.wait()
            if self._closed:
                raise WriterClosedError
            if self._waiting >= QUEUE_MAX:
                raise QueueFullError(seconds=1)
            self._queue.append(_Piece(list(items), future, many))
            self._waiting += len(items)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="ledger-writer", daemon=True)
                self._thread.start()
            elif len(self._queue) == 1:
                self._wake.notify_all()
        return future

    def _take(self) -> list[_Piece]:
        with self._wake:
            if not self._queue and not self._closed:
                self._wake.wait(IDLE_SECONDS)
            was_full = self._waiting >= QUEUE_MAX
            taken, room = [], BATCH_MAX
            while self._queue and len(self._queue[0].items) <= room:
                taken.append(self._queue.popleft())
                room -= len(taken[-1].items)
            self._waiting -= BATCH_MAX - room
            if not taken:
                # Here, for as soon as the lock is gone another thread may use the connection.
                self._store.release()
                self._thread = None
            if was_full:
                self._wake.notify_all()
            return taken

    def _run(self) -> None:
        while taken := self._take():
            try:
                answers = iter(self._answers([item for piece in taken for item in piece.items]))
                for piece in taken:
                    _resolve(piece, [next(answers) for _ in piece.items])
            except BaseException as error:  # were this thread to die, everybody would wait for ever
                self._forget(error)
                for piece in taken:
                    _give_up(piece.future)

    def _answers(self, items: list[Request | Ask]) -> list[Any]:
        """The answers to a batch; where the whole fails for one, each is tried by itself."""
        try:
            return self._append(items)
        except LedgerError as error:  # the store itself says what is wrong, for all alike
            self._forget(error)
            return [error for _ in items]
        except BaseException as error:
            self._forget(error)
            return [self._alone(item) for item in items]

    def _alone(self, item: Request | Ask) -> Any:
        """The answer to one item of a failed batch, which may have been stored all the same."""
        try:
            return self._append([item])[0]
        except BaseException as error:
            self._forget(error)
            return UnexpectedError()

    def _forget(self, error: BaseException) -> None:
        """Drop every state, for nobody knows what the failed batch left in them."""
        self._cache.reset()
        _report(error)

    def _append(self, items: list[Request | Ask]) -> list[Any]:
        keys = [item.request_key for item in items if isinstance(item, Request)]
        poisoned: dict[int, Exception] = {}
        failures = 0
        while True:
            try:
                return self._attempt(items, keys, poisoned)
            except PoisonedError as error:
                self._forget(error.cause)
                poisoned[error.index] = error.cause
            except StoreUnavailableError as error:
                # Whether the batch is stored is unknown: the keys tell, under the next lock.
                self._cache.reset()
                failures += 1
                if failures >= ATTEMPTS_MAX:
                    return [error for _ in items]
                sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1])

    def _attempt(
        self,
        items: list[Request | Ask],
        keys: list[RequestKey],
        poisoned: dict[int, Exception],
    ) -> list[Any]:
        answers: list[Any] = []

        def prepare(locked: Locked) -> Batch:
            deciding = Deciding(self._cache, self._sources, locked, poisoned, _report)
            batch = deciding.run(items)
            answers.extend(deciding.answers)
            return batch

        self._store.append_batch(keys, prepare)
        self._cache.committed()
        return answers


def _report(error: BaseException) -> None:
    """Log a fault by its kind only: the message may hold what nobody should read."""
    log.error("command-failed", error=type(error).__name__)


def _resolve(piece: _Piece, answers: list[Any]) -> None:
    if not piece.future.set_running_or_notify_cancel():
        return
    if piece.many:
        piece.future.set_result(answers)
    elif isinstance(answers[0], Exception):
        piece.future.set_exception(answers[0])
    else:
        piece.future.set_result(answers[0])


def _give_up(future: "Future[Any]") -> None:
    """Answer a future that has no answer yet: its outcome is not known here, but its key tells."""
    with suppress(InvalidStateError):
        future.set_exception(StoreUnavailableError())
