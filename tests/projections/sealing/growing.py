"""A log that grows by small entries, and sealers on it that fail where they are told to."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import psycopg

from ledger.events.community import LedgerOpened
from ledger.events.people import GridRegistered
from ledger.log.entries import LogEvent, seal
from ledger.log.guard import HeadGuard, Mark
from ledger.log.recorder import LedgerRecorder
from ledger.transparency.tiles import Tile
from projections.sealing.seal import PAGE_ENTRIES, Seal
from projections.sealing.sealer import Sealer
from tests.support.ledgers import LOG_KEY, OPENED

_numbers = count(1)


def genesis() -> LogEvent:
    """The first entry, which names the key."""
    opened = LedgerOpened(
        community="test",
        name_zh="测试社区",
        name_en="Test community",
        timezone="Asia/Shanghai",
        account_holder="household",
        origin=LOG_KEY.name,
        key=LOG_KEY.verifier,
        rehearsal=True,
        starts=OPENED,
        ends=None,
    )
    return _entry(opened)


def _entry(event: LedgerOpened | GridRegistered) -> LogEvent:
    return seal(event, actor="clockwork", recorded_at=OPENED, salt=lambda _: bytes(16))


def grow(recorder: LedgerRecorder, entries: int) -> None:
    """Append so many entries, the genesis first."""
    events = [_entry(GridRegistered(grid=f"g{next(_numbers)}")) for _ in range(entries)]
    if entries and not recorder.head().position:
        events[0] = genesis()
    recorder.append(events)


def sealer(
    recorder: LedgerRecorder, guard: HeadGuard, *, page_entries: int = PAGE_ENTRIES
) -> Sealer:
    """A sealer as another process would have it."""
    return Sealer(recorder.log, guard, LOG_KEY, page_entries=page_entries)


def sealed(recorder: LedgerRecorder, guard: HeadGuard, page_entries: int = PAGE_ENTRIES) -> int:
    """Seal to the head by a process of its own; the size of the checkpoint."""
    fresh = sealer(recorder, guard, page_entries=page_entries)
    try:
        return fresh.catch_up()
    finally:
        fresh.stop()


def guard_in(folder: Path) -> HeadGuard:
    """A guard that has seen nothing."""
    return HeadGuard(folder / "guard", "test")


Fault = Callable[[str], None]
"""Told before and after each step."""


class Faulty(Seal):
    """Tells of each step before and after it is durable; whoever is told may raise."""

    def __init__(self, fault: Fault, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # what the sealer gives
        self._fault = fault

    def _write_tiles(self, old: int, new: int, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        self._fault("before tiles")
        super()._write_tiles(old, new, tiles)
        self._fault("after tiles")

    def _move_guard(self, seen: Mark, signed: Mark) -> None:
        self._fault("before guard")
        super()._move_guard(seen, signed)
        self._fault("after guard")

    def _publish(self, size: int, note: bytes) -> None:
        self._fault("before publication")
        super()._publish(size, note)
        self._fault("after publication")


MOMENTS = [
    f"{when} {step}" for step in ("tiles", "guard", "publication") for when in ("before", "after")
]


def lost(at: str) -> Fault:
    """A connection that is lost at a moment, so that nobody knows what became of the step."""

    def fault(moment: str) -> None:
        if moment == at:
            raise psycopg.OperationalError("the connection is lost")

    return fault


def faulty(recorder: LedgerRecorder, guard: HeadGuard, fault: Fault) -> Sealer:
    """A sealer that fails; all else is that of a sealer."""
    return Sealer(recorder.log, guard, LOG_KEY, make_seal=lambda *given: Faulty(fault, *given))
