"""A log that is sealed as it grows: everything published verifies, whatever the steps were."""

import random
from pathlib import Path

import pytest

from ledger.log.guard import HeadGuard
from ledger.log.recorder import LedgerRecorder
from ledger.server import OWNER, Database
from ledger.transparency.keys import SigningKey
from projections.sealing.errors import (
    SealBrokenError,
    SealingTakenError,
    SigningKeyUnfitError,
)
from projections.sealing.sealer import Sealer, State
from tests.projections.sealing.growing import grow, guard_in, sealed, sealer
from tests.support.changed import changed
from tests.support.ledgers import LOG_KEY
from tests.support.sealed import check_sealed, notes, opened

ENTRIES_MAX = 600


@pytest.fixture
def guard(tmp_path: Path) -> HeadGuard:
    """A guard that has seen nothing."""
    return guard_in(tmp_path)


@pytest.mark.parametrize("seed", range(6))
def test_a_log_that_grows_in_steps(recorder: LedgerRecorder, guard: HeadGuard, seed: int) -> None:
    """From 1 to 600 entries by random steps and pages: tiles, bundles and checkpoints verify."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    running, size = sealer(recorder, guard, page_entries=chance.choice([7, 256, 300])), 0
    while size < ENTRIES_MAX:
        step = min(chance.choice([1, 2, chance.randint(1, 300)]), ENTRIES_MAX - size)
        grow(recorder, step)
        size += step
        if chance.random() < 0.5:  # a process that knows nothing goes on from the tables
            running.stop()
            running = sealer(recorder, guard)
        assert size == running.catch_up()
        check_sealed(recorder)
    running.stop()


def test_an_empty_log_is_not_sealed(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """Before the genesis there is no key to sign with, and after it one entry is enough."""
    running = sealer(recorder, guard)
    assert 0 == running.catch_up()
    grow(recorder, 1)
    assert 1 == running.catch_up()
    running.stop()
    assert 1 == check_sealed(recorder).size


def test_nothing_new_signs_nothing(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """A sealer that finds nothing to do publishes no second checkpoint."""
    grow(recorder, 3)
    sealed(recorder, guard)
    sealed(recorder, guard)
    assert [3] == [opened(note).size for note in notes(recorder.log)]


def test_the_guard_keeps_what_was_signed(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """Position, leaf and note of the guard are those of the published checkpoint."""
    grow(recorder, 5)
    sealed(recorder, guard)
    mark = guard.read()
    assert (5, notes(recorder.log)[-1].decode()) == (mark.position, mark.note)


def test_another_process_stands_by(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """Who comes second is told so, and takes over when the first one ends."""
    grow(recorder, 2)
    first, second = sealer(recorder, guard), sealer(recorder, guard)
    first.catch_up()
    with pytest.raises(SealingTakenError):
        second.catch_up()
    assert (State.STANDBY, 2) == (second.status().state, second.status().published)
    grow(recorder, 2)
    first.stop()
    assert 4 == second.catch_up()
    second.stop()
    check_sealed(recorder)


def test_without_a_key_nothing_is_sealed(recorder: LedgerRecorder, guard: HeadGuard) -> None:
    """A process without the key watches, and says how far behind the checkpoint is."""
    grow(recorder, 2)
    watching = Sealer(recorder.log, guard, None)
    with pytest.raises(SealingTakenError):
        watching.catch_up()
    seen = watching.status()
    watching.stop()
    assert (State.WITHOUT_KEY, 2, []) == (seen.state, seen.behind, notes(recorder.log))


@pytest.mark.parametrize(
    "key", [SigningKey.from_seed(LOG_KEY.name, bytes([9] * 32)), SigningKey("other", LOG_KEY.seed)]
)
def test_the_key_of_another_log(
    recorder: LedgerRecorder, guard: HeadGuard, key: SigningKey
) -> None:
    """A key that the genesis does not name signs nothing."""
    grow(recorder, 2)
    wrong = Sealer(recorder.log, guard, key)
    with pytest.raises(SigningKeyUnfitError):
        wrong.catch_up()
    assert [] == notes(recorder.log)


TAMPERED = {
    "a tile": "UPDATE tiles SET hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)",
    "a cut tile": "UPDATE tiles SET hashes = substring(hashes FROM 1 FOR 32)",
    "no tiles": "DELETE FROM tiles",
    "fewer entries": "UPDATE sealing SET size = size - 1",
    "more entries": "UPDATE sealing SET size = size + 1",
    "a note": "UPDATE checkpoints SET note = set_byte(note, 25, get_byte(note, 25) # 1)",
    "a size": "UPDATE checkpoints SET size = size - 1",
    "no note": "DELETE FROM checkpoints",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED.keys())
def test_rows_that_were_changed(
    database: Database, recorder: LedgerRecorder, guard: HeadGuard, statement: str
) -> None:
    """Where tables no longer lead to what was signed, nothing is signed; else all still holds."""
    grow(recorder, 5)
    sealed(recorder, guard)
    signed = guard.read()
    changed(database.conninfo(OWNER), recorder.log.schema, statement)
    grow(recorder, 1)
    if "FROM checkpoints" in statement:  # the guard has it still, and it is published again
        assert 6 == sealed(recorder, guard)
        assert 6 == check_sealed(recorder).size
        return
    with pytest.raises(SealBrokenError):
        sealed(recorder, guard)
    assert signed == guard.read()
