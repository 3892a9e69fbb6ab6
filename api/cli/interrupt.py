"""Ctrl-C, and being told to end: taken where nothing is half-held.

Python raises KeyboardInterrupt between any two steps, also just after a lock was taken and before
anybody could know. Threads that need that lock would then wait for ever, and so would we for
them. Long work therefore asks at its own points whether it is to end.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS: Final = 5.0
"""How long asking again changes nothing; after that it ends what runs, wherever that is."""


@dataclass(slots=True)
class _Asked:
    """Whether long work is under way, to be ended at its next point, and when we were asked."""

    deferring: bool = False
    pending: bool = False
    last: float | None = None


_asked = _Asked()


def listen() -> None:
    """From now on being told to end is like Ctrl-C: what was begun is put away first."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _hear)


@contextmanager
def deferred() -> Iterator[None]:
    """Long work: Ctrl-C waits for the next :func:`point`, and is forgotten if none comes."""
    _asked.deferring = True
    try:
        yield
    finally:
        _asked.deferring = _asked.pending = False


def point() -> None:
    """A place where the work can end.

    Raises:
        KeyboardInterrupt: somebody asked for it.
    """
    if _asked.pending:
        _asked.pending = False
        raise KeyboardInterrupt


def _hear(number: int, frame: object) -> None:
    del number, frame
    now = time.monotonic()
    if _asked.last is not None and now - _asked.last < PATIENCE_SECONDS:
        return
    first, _asked.last = _asked.last is None, now
    if first and _asked.deferring:
        _asked.pending = True
        return
    raise KeyboardInterrupt
