"""The sealer: a thread that seals what was committed, woken by the log and by a poll beside it.

Any number of processes may run one for the same log. Who holds the lock seals, the others stand by
and look again at every poll; one without the key only watches. A seal takes in whatever was
committed since the last one, so that the busier the log is, the more entries share one.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, RLock, Thread
from time import monotonic
from typing import Final

import psycopg
import structlog

from ledger.errors import LedgerError
from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard
from ledger.log.requests import UnexpectedError
from ledger.log.store import StoreUnavailableError
from ledger.log.subscription import POLL_SECONDS, LogListener
from ledger.server import check_database
from ledger.transparency.signers import Signer
from projections.sealing.errors import SealingTakenError
from projections.sealing.seal import PAGE_ENTRIES, Seal
from projections.sealing.storage import OvertakenError, Storage
from projections.tables import Connection

PACE_SECONDS: Final = 0.2
"""From one seal to the next, at least: each is two commits and a file for however many entries."""
RETRY_SECONDS_MAX: Final = 5.0

MakeSeal = Callable[[Storage, HeadGuard, Signer, int], Seal]
log = structlog.get_logger("projections.sealing")


class State(StrEnum):
    """What this process does for the log."""

    STARTING = "starting"
    SEALING = "sealing"
    STANDBY = "standby"
    """Another process seals."""
    WITHOUT_KEY = "without_key"
    """It has no signing key, and only watches."""
    STOPPED = "stopped"
    """It could not go on, and tries again and again."""


@dataclass(frozen=True, slots=True)
class Status:
    """``published`` is the size of the last checkpoint, whoever signed it.

    ``stalled_seconds`` is for how long it has been behind the head without moving; ``error`` is
    what stopped this process.
    """

    state: State
    head: int = 0
    published: int = 0
    stalled_seconds: float = 0.0
    error: LedgerError | None = None

    @property
    def behind(self) -> int:
        """Positions that no checkpoint covers yet."""
        return max(0, self.head - self.published)


class Sealer:
    """Seals one log. Safe to call from any thread.

    ``datastore`` is the writer's. Without a ``key`` nothing is sealed. Nothing runs until
    :meth:`start` or :meth:`catch_up`.
    """

    def __init__(
        self,
        datastore: LogDatastore,
        guard: HeadGuard,
        key: Signer | None,
        *,
        page_entries: int = PAGE_ENTRIES,
        make_seal: MakeSeal = Seal,
    ) -> None:
        """No connection is made yet."""
        self._datastore, self._guard, self._key = datastore, guard, key
        self._page_entries, self._make_seal = page_entries, make_seal
        self._connection: Connection | None = None
        self._storage: Storage | None = None
        self._seal: Seal | None = None
        self._turn = RLock()
        self._wake, self._stopped = Event(), Event()
        self._listener: LogListener | None = None
        self._thread: Thread | None = None
        self._status, self._moved_at = Status(State.STARTING), monotonic()

    def start(self) -> None:
        """Seal from now on."""
        self._stopped.clear()
        self._wake.set()
        self._listener = LogListener(self._datastore, self._wake)
        self._thread = Thread(target=self._run, name="sealer", daemon=True)
        self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish the page at hand, then stop and let another process seal."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._listener is not None:
            self._listener.stop()
        with self._turn:
            self._disconnect()

    def catch_up(self) -> int:
        """Seal up to the head as it is now; return the size of the checkpoint.

        Raises:
            SealingTakenError: another process does, or this one has no key.
            LedgerError: what :meth:`projections.sealing.seal.Seal.step` raises.
            StoreUnavailableError: the database does not answer.
        """
        aim = -1
        with self._turn:
            while True:
                self._step()
                seen = self._status
                if seen.state in {State.STANDBY, State.WITHOUT_KEY}:
                    raise SealingTakenError
                if seen.state is State.SEALING:
                    aim = seen.head if aim < 0 else aim
                    if seen.published >= aim:
                        return seen.published

    def status(self) -> Status:
        """How it does, as this process last saw it."""
        seen = self._status
        stalled = monotonic() - self._moved_at if seen.behind else 0.0
        return Status(seen.state, seen.head, seen.published, stalled, seen.error)

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self._wake.wait()
            self._wake.clear()
            try:
                rest = self._step()
                failures = 0
            except Exception as error:  # whatever it is, the next try may go well
                failures += 1
                self._stop_for(error)
                rest = min(POLL_SECONDS * failures, RETRY_SECONDS_MAX)
            self._stopped.wait(rest)

    def _step(self) -> float:
        """Seal one page, if it is for this process to do; how long to rest."""
        with self._turn:
            try:
                return self._attempt()
            except OvertakenError:
                self._disconnect()
                self._note(State.STARTING, self._status.head, self._status.published)
                self._wake.set()
                return 0.0
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self._disconnect()
                raise StoreUnavailableError from error
            except BaseException:
                # Also gives up the lock: another process may be able to go on.
                self._disconnect()
                raise

    def _attempt(self) -> float:
        storage = self._storage or self._connect()
        if self._key is None:
            self._note(State.WITHOUT_KEY, storage.head(), storage.newest()[0])
            return 0.0
        if self._seal is None:
            if not storage.lock():
                self._note(State.STANDBY, storage.head(), storage.newest()[0])
                return 0.0
            self._seal = self._make_seal(storage, self._guard, self._key, self._page_entries)
        before = self._seal.published
        self._seal.step()
        self._note(State.SEALING, self._seal.head, self._seal.published)
        if self._seal.published < self._seal.head:
            self._wake.set()
            return 0.0
        return PACE_SECONDS if self._seal.published > before else 0.0

    def _note(self, state: State, head: int, published: int) -> None:
        if published != self._status.published or not self._status.behind:
            self._moved_at = monotonic()
        self._status = Status(state, head, published)

    def _stop_for(self, error: Exception) -> None:
        """Note what stopped it; the log names the kind only, and each once."""
        found = error if isinstance(error, LedgerError) else UnexpectedError()
        before, seen = self._status.error, self._status
        self._status = Status(State.STOPPED, seen.head, seen.published, error=found)
        if before is None or before.code != found.code:
            log.error("sealing-stopped", error=type(error).__name__, position=seen.published)

    def _connect(self) -> Storage:
        self._connection = self._datastore.connect()
        # What is signed must be there after a crash.
        check_database(self._connection)
        self._storage = Storage(self._connection, self._datastore.schema)
        return self._storage

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = self._storage = self._seal = None
