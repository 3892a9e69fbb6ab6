"""The head guard: how far the log had come, kept outside the database and its backups.

A database that was set back to an older backup looks whole from within. The guard remembers the
last position and the leaf hash of its entry, so a log that is behind it, or that holds something
else there, is noticed. It also keeps the last checkpoint that was signed, which is why no process
ever signs another history.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from ledger.errors import LedgerError
from ledger.log.entries import LoggedEvent
from ledger.log.store import Locked, Store

LEAF: Final = b"\x00"
"""Domain separation of leaves (RFC 6962, 2.1)."""
MARK_BYTES_MAX: Final = 65_536
"""Room for a checkpoint whose origin is as long as a name may be, written twice and escaped."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A position (0: nothing yet) and the leaf hash of its entry, in hex.

    ``note`` is the last signed checkpoint, empty before the first; its size and root stand in what
    was signed and nowhere beside it. The position may be ahead of it, never behind.
    """

    position: int
    leaf: str
    note: str = ""

    def advanced(self, further: "Mark") -> "Mark":
        """With the position of the other mark, where that is further on."""
        if further.position <= self.position:
            return self
        return Mark(further.position, further.leaf, self.note)

    def signed(self, further: "Mark", note: str) -> "Mark":
        """The same, with the checkpoint that was signed last."""
        moved = self.advanced(further)
        return Mark(moved.position, moved.leaf, note)


class Readable(Protocol):
    """A log, or one whose head is locked."""

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events behind a position, in order."""
        ...


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
            # Marks of earlier versions have no checkpoint.
            return Mark(int(data["position"]), str(data["leaf"]), str(data.get("note", "")))
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
                json.dump(asdict(mark), file)
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


def leaf_of(entry: bytes) -> str:
    """The leaf hash of an entry as marks have it."""
    return sha256(LEAF + entry).hexdigest()


def mark_of(log: Readable, position: int) -> Mark:
    """The mark of a position of the log; of nothing where the log does not reach it."""
    found = log.read_after(position - 1, 1) if position else ()
    if not found or found[0].position != position:
        return Mark(0, "")
    return Mark(position, leaf_of(found[0].event.data))


def _check_held(log: Readable, head: int, seen: Mark) -> None:
    found = mark_of(log, seen.position)
    if head < seen.position or (found.position, found.leaf) != (seen.position, seen.leaf):
        raise LedgerBehindError(position=head, seen=seen.position)


def check_not_behind(store: Store, guard: HeadGuard) -> Mark:
    """The guard's mark, which the log must hold.

    Raises:
        LedgerBehindError: it does not.
    """
    seen = guard.read()
    _check_held(store, store.head().position, seen)
    return seen


def advance(store: Store, guard: HeadGuard, position: int) -> None:
    """Tell the guard how far the log is; who was quicker has told it.

    Raises:
        LedgerBehindError: the log does not hold what the guard has seen.
    """
    seen = check_not_behind(store, guard)
    with suppress(GuardMovedError):
        guard.swap(seen, seen.advanced(mark_of(store, position)))


class Watch:
    """The guard as a writer looks at it: under the head lock, in front of every batch.

    The file is read each time, which is some microseconds; the log is asked only where the mark
    has moved, the connection is new or the head went back.
    """

    def __init__(self, guard: HeadGuard) -> None:
        """Nothing was looked at yet."""
        self._guard = guard
        self._held: Mark | None = None

    def forget(self) -> None:
        """Ask the log again: it may be another one."""
        self._held = None

    def check(self, locked: Locked) -> None:
        """Check that the log holds the mark. Nobody else can write, so it is not ahead by chance.

        Raises:
            LedgerBehindError: it does not.
            GuardUnreadableError: nobody can tell.
        """
        seen, head = self._guard.read(), locked.head.position
        if seen != self._held or head < seen.position:
            _check_held(locked, head, seen)
            self._held = seen
