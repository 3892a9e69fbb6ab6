"""The head guard: how far the log had come, kept outside the database and its backups.

A database that was set back to an older backup looks whole from within. The guard remembers the
last position and the leaf hash of its entry, so a log that is behind it, or that holds something
else there, is noticed.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from ledger.errors import LedgerError
from ledger.log.store import Store

LEAF: Final = b"\x00"
"""Domain separation of leaves (RFC 6962, 2.1)."""
MARK_BYTES_MAX: Final = 4_096


@dataclass(frozen=True, slots=True)
class Mark:
    """A position (0: nothing yet) and the leaf hash of its entry, in hex."""

    position: int
    leaf: str


class GuardUnreadableError(LedgerError):
    """The guard's file is not what the ledger wrote."""

    code = "guard_unreadable"
    status = 503
    message = "The head guard {path} cannot be read. Restore it from where it is kept safe."


class GuardMovedError(LedgerError):
    """Another process moved the guard in between."""

    code = "guard_moved"
    status = 409
    message = "The head guard {path} was moved by another process. Try again."


class LedgerBehindError(LedgerError):
    """The database was set back, or another one put in its place."""

    code = "ledger_behind"
    status = 503
    message = (
        "The database ends at position {position} or holds another history, but the head guard "
        "has seen position {seen}: an older backup was restored. Do not write to it."
    )


class HeadGuard:
    """The mark of one community; a rehearsal's lies beside that of a real ledger of the name."""

    def __init__(self, folder: Path, community: str, *, rehearsal: bool = False) -> None:
        """Nothing is read yet."""
        self.path = folder / f"{community}{'.rehearsal' if rehearsal else ''}.json"

    def read(self) -> Mark:
        """The mark; position 0 where there is none yet.

        Raises:
            GuardUnreadableError: the file is damaged.
        """
        try:
            data = json.loads(self.path.read_bytes()[:MARK_BYTES_MAX])
            return Mark(int(data["position"]), str(data["leaf"]))
        except FileNotFoundError:
            return Mark(0, "")
        except (ValueError, KeyError, TypeError) as error:
            raise GuardUnreadableError(path=str(self.path)) from error

    def swap(self, seen: Mark, mark: Mark) -> None:
        """Compare and swap: move the mark, if it still is what the caller has seen.

        Raises:
            GuardMovedError: it is not.
        """
        with self._locked():
            if self.read() != seen:
                raise GuardMovedError(path=str(self.path))
            beside = self.path.with_suffix(".part")
            with beside.open("w") as file:
                json.dump({"position": mark.position, "leaf": mark.leaf}, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
            _sync(self.path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mark_of(store: Store, position: int) -> Mark:
    """The mark of a position of the log; of nothing where the log does not reach it."""
    found = store.read_after(position - 1, 1) if position else ()
    if not found or found[0].position != position:
        return Mark(0, "")
    return Mark(position, sha256(LEAF + found[0].event.data).hexdigest())


def check_not_behind(store: Store, guard: HeadGuard) -> Mark:
    """The guard's mark, which the log must hold.

    Raises:
        LedgerBehindError: it does not.
    """
    seen = guard.read()
    if mark_of(store, seen.position) != seen:
        raise LedgerBehindError(position=store.head().position, seen=seen.position)
    return seen
