"""Every step of sealing fails before and after it was durable, and the log is whole after each."""

from pathlib import Path

import pytest

from ledger.log.guard import HeadGuard
from ledger.log.recorder import LedgerRecorder
from ledger.log.store import StoreUnavailableError
from ledger.server import OWNER, Database
from projections.sealing.published import read_checkpoint
from tests.projections.sealing.growing import MOMENTS, faulty, grow, guard_in, lost, sealed
from tests.support.changed import changed
from tests.support.sealed import check_sealed, notes, opened

FIRST, SECOND, THIRD = 200, 250, 150
"""Growths, so that the fault falls on full and partial tiles of two levels."""


@pytest.fixture
def guard(tmp_path: Path) -> HeadGuard:
    """A guard that has seen nothing."""
    return guard_in(tmp_path)


def seal_until(recorder: LedgerRecorder, guard: HeadGuard, moment: str) -> None:
    """Let a process seal and lose its connection at a moment."""
    running = faulty(recorder, guard, lost(moment))
    with pytest.raises(StoreUnavailableError):
        running.catch_up()
    running.stop()


@pytest.mark.parametrize("earlier", [False, True], ids=["the first seal", "a later one"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_step_fails(
    recorder: LedgerRecorder, guard: HeadGuard, moment: str, earlier: bool
) -> None:
    """What was published stays true at once, and the next process finishes and goes on."""
    if earlier:
        grow(recorder, FIRST)
        sealed(recorder, guard)
    grow(recorder, SECOND)
    seal_until(recorder, guard, moment)
    if read_checkpoint(recorder.log) is not None:
        check_sealed(recorder)
    grow(recorder, THIRD)
    head = recorder.head().position
    assert head == sealed(recorder, guard)
    assert head == check_sealed(recorder).size


@pytest.mark.parametrize("moment", ["after guard", "before publication"])
def test_what_was_signed_is_published(
    recorder: LedgerRecorder, guard: HeadGuard, moment: str
) -> None:
    """A note that the guard holds is published as it is, before anything else is signed."""
    grow(recorder, SECOND)
    seal_until(recorder, guard, moment)
    note = guard.read().note
    assert [] == notes(recorder.log)
    grow(recorder, THIRD)
    sealed(recorder, guard)
    first, second = notes(recorder.log)
    assert (note, SECOND + THIRD) == (first.decode(), opened(second).size)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("again", MOMENTS)
def test_the_next_process_fails_too(
    recorder: LedgerRecorder, guard: HeadGuard, moment: str, again: str
) -> None:
    """Two failures in a row, at any two moments, leave what a third process can finish."""
    grow(recorder, 10)
    seal_until(recorder, guard, moment)
    grow(recorder, 10)
    running = faulty(recorder, guard, lost(again))
    with pytest.raises(StoreUnavailableError):
        running.catch_up()
    running.stop()
    assert 20 == sealed(recorder, guard)
    assert 20 == check_sealed(recorder).size


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_same_process_goes_on(recorder: LedgerRecorder, guard: HeadGuard, moment: str) -> None:
    """After a lost connection the process itself looks at everything anew and finishes."""
    faults = [moment]

    def once(at: str) -> None:
        if at in faults:
            lost(faults.pop())(at)

    running = faulty(recorder, guard, once)
    grow(recorder, 300)
    with pytest.raises(StoreUnavailableError):
        running.catch_up()
    assert 300 == running.catch_up()
    running.stop()
    check_sealed(recorder)


def test_tiles_that_were_lost_are_made_again(
    database: Database, recorder: LedgerRecorder, guard: HeadGuard
) -> None:
    """Where tiles and checkpoints are gone, the guard's note is published once they are back."""
    grow(recorder, 40)
    sealed(recorder, guard)
    note, schema = guard.read().note, recorder.log.schema
    gone = ["DELETE FROM tiles", "DELETE FROM checkpoints", "UPDATE sealing SET size = 0"]
    changed(database.conninfo(OWNER), schema, *gone)
    grow(recorder, 5)
    assert 45 == sealed(recorder, guard, page_entries=7)
    assert (note, 45) == (notes(recorder.log)[0].decode(), check_sealed(recorder).size)
