"""File locks that end with their process, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import Self

_held: set[int] = set()


def _close_in_child() -> None:
    # A forked child would otherwise keep its parent's locks, and the watchdog's pipe, alive.
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


def keep_from_children(descriptor: int) -> None:
    """Have `descriptor` closed in every forked child."""
    _held.add(descriptor)


def close(descriptor: int) -> None:
    """Close a descriptor given to `keep_from_children`, unless a fork has closed it already."""
    if descriptor in _held:
        _held.discard(descriptor)
        os.close(descriptor)


class Lock:
    """An exclusive flock on a file that also holds the process id of its holder.

    The file is never removed: a lock on a removed file would exclude nobody.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Take the lock, or return None where another holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        keep_from_children(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give the lock up; a second call does nothing."""
        close(self.descriptor)


def holder_pid(path: Path) -> int:
    """Return the process id that the holder of the lock wrote, 0 where it did not yet."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0
