"""The head guard: a log that went back is noticed."""

from pathlib import Path

import pytest

from ledger.log.entries import LogEvent
from ledger.log.guard import (
    GuardMovedError,
    GuardUnreadableError,
    HeadGuard,
    LedgerBehindError,
    Mark,
    Watch,
    advance,
    check_not_behind,
    mark_of,
)
from ledger.log.memory import MemoryStore
from ledger.log.store import Batch, Locked


def log_of(*entries: bytes) -> MemoryStore:
    """A log in memory that holds these entries."""
    store = MemoryStore()
    store.append(
        [LogEvent(type="x", data=entry, recorded_at="2026-01-01T00:00:00Z") for entry in entries]
    )
    return store


@pytest.fixture
def guard(tmp_path: Path) -> HeadGuard:
    """A guard in a folder that does not exist yet."""
    return HeadGuard(tmp_path / "guard", "guangsha")


def test_a_new_guard_has_seen_nothing(guard: HeadGuard) -> None:
    """Without a file every log is ahead."""
    assert Mark(0, "") == check_not_behind(log_of(b"1"), guard)


def test_a_log_that_went_on_is_accepted(guard: HeadGuard) -> None:
    """What the guard has seen is still there, and more."""
    guard.swap(Mark(0, ""), mark_of(log_of(b"1", b"2"), 2))
    assert 2 == check_not_behind(log_of(b"1", b"2", b"3"), guard).position


@pytest.mark.parametrize("entries", [(b"1",), (b"1", b"other"), (b"1", b"other", b"3")])
def test_a_log_that_went_back_is_refused(guard: HeadGuard, entries: tuple[bytes, ...]) -> None:
    """Shorter, or with another entry where the guard stood: an older backup was restored."""
    guard.swap(Mark(0, ""), mark_of(log_of(b"1", b"2"), 2))
    with pytest.raises(LedgerBehindError) as refused:
        check_not_behind(log_of(*entries), guard)
    assert {"position": len(entries), "seen": 2} == refused.value.params


def test_two_processes_do_not_move_it_at_once(guard: HeadGuard) -> None:
    """Only who has seen the present mark may move it."""
    guard.swap(Mark(0, ""), Mark(1, "a"))
    with pytest.raises(GuardMovedError):
        guard.swap(Mark(0, ""), Mark(2, "b"))
    assert Mark(1, "a") == guard.read()


@pytest.mark.parametrize("damage", [b"", b"{}", b"[1]", b'{"position": "x", "leaf": 1}', b"\xff"])
def test_a_damaged_guard_is_named(guard: HeadGuard, damage: bytes) -> None:
    """A file that the ledger did not write is refused with its path."""
    guard.swap(Mark(0, ""), Mark(1, "a"))
    guard.path.write_bytes(damage)
    with pytest.raises(GuardUnreadableError) as refused:
        guard.read()
    assert str(guard.path) in str(refused.value)


def test_the_leaf_is_that_of_rfc_6962(guard: HeadGuard) -> None:
    """The leaf hash of "L123456" is the published vector of the format."""
    del guard
    vector = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert Mark(1, vector) == mark_of(log_of(b"L123456"), 1)


def test_a_mark_of_an_earlier_version_is_read(guard: HeadGuard) -> None:
    """A file without a checkpoint is what versions before the sealed log have written."""
    guard.swap(Mark(0, ""), Mark(1, "a"))
    guard.path.write_text('{"position": 7, "leaf": "b"}')
    assert Mark(7, "b") == guard.read()


def test_a_mark_keeps_its_checkpoint(guard: HeadGuard) -> None:
    """Going on moves position and leaf alone, never back, and signing moves them with the note."""
    signed = Mark(2, "b").signed(Mark(3, "c"), "note")
    guard.swap(Mark(0, ""), signed)
    assert Mark(3, "c", "note") == guard.read() == signed.advanced(Mark(1, "a"))
    assert Mark(9, "i", "note") == signed.advanced(Mark(9, "i"))
    assert Mark(3, "c", "later") == signed.signed(Mark(1, "a"), "later")


def test_the_guard_goes_on_with_the_log(guard: HeadGuard) -> None:
    """Telling it how far the log is moves it forward only."""
    log = log_of(b"1", b"2", b"3")
    advance(log, guard, 3)
    advance(log, guard, 1)
    assert mark_of(log, 3) == guard.read()


def test_a_watch_looks_again_when_something_moved(guard: HeadGuard) -> None:
    """A writer's look is one at the file; at the log where the mark moved or the head went back."""
    log, watch = log_of(b"1", b"2"), Watch(guard)

    def looked(store: MemoryStore) -> None:
        def prepare(locked: Locked) -> Batch:
            watch.check(locked)
            return Batch()

        store.append_batch((), prepare)

    looked(log)
    advance(log, guard, 2)
    looked(log)
    looked(log)
    with pytest.raises(LedgerBehindError):
        looked(log_of(b"1"))
    watch.forget()
    with pytest.raises(LedgerBehindError):
        looked(log_of(b"1", b"other"))
