"""Commands that go wrong in every way, and stores that wait or fail when told to."""

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, ClassVar

from ledger.commands.base import Command, Context, Decided
from ledger.events.notices import ObjectionRaised
from ledger.events.people import GridRegistered
from ledger.log.memory import MemoryStore
from ledger.log.store import Batch, Head, Locked, RequestKey


class FaultError(Exception):
    """What nobody foresaw."""


class FaultExit(BaseException):
    """What hardly anything catches."""


class Breaks(Command):
    """Raises while it is decided."""

    NAME: ClassVar[str] = "breaks"

    def decide(self, context: Context) -> Decided:
        raise FaultError


class BreaksHints(Command):
    """Raises before it is decided, when asked what it will touch."""

    NAME: ClassVar[str] = "breaks-hints"

    def touches(self) -> Iterable[str]:
        raise FaultError

    def decide(self, context: Context) -> Decided:
        raise FaultError


class BreaksOut(Command):
    """Raises what is no ordinary exception."""

    NAME: ClassVar[str] = "breaks-out"

    def decide(self, context: Context) -> Decided:
        raise FaultExit


class Poisons(Command):
    """Decides an event that no state can take: an objection to an act that does not exist."""

    NAME: ClassVar[str] = "poisons"

    grid: str

    def decide(self, context: Context) -> Decided:
        nothing = ObjectionRaised(objection="none", act="none", statement="")
        return Decided([GridRegistered(grid=self.grid), nothing], "clockwork")


class Gate(MemoryStore):
    """A store whose batches wait until the gate is open, and which tells that one waits."""

    def __init__(self) -> None:
        super().__init__()
        self.opened, self.reached = Event(), Event()
        self.opened.set()

    def shut(self) -> None:
        """Let batches wait from now on."""
        self.reached.clear()
        self.opened.clear()

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        self.reached.set()
        assert self.opened.wait(60)
        return super().append_batch(keys, prepare)


class OverlapError(AssertionError):
    """Two threads were in one store at once."""


class OneAtATime(MemoryStore):
    """A store that notices when it is used while it is released, as its connection would."""

    def __init__(self) -> None:
        super().__init__()
        self.releasing, self.appended = Event(), Event()
        self.on_release: Callable[[], Any] = lambda: None
        self.overlaps = 0

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        self.overlaps += self.releasing.is_set()
        head = super().append_batch(keys, prepare)
        self.appended.set()
        return head

    def release(self) -> None:
        self.releasing.set()
        self.on_release()
        self.releasing.clear()
