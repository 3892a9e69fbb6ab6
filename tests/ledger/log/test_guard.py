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
    check_not_behind,
    mark_of,
)
from ledger.log.memory import MemoryStore


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
