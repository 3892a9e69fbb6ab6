"""The audit as a whole: what is sound passes, and nothing that a log may hold stops it."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.base import CATALOGUE
from ledger.log.entries import LoggedEvent, decode, seal
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from projections.audit import CHECKS, UNCHECKABLE, Audit, Check, History, audit
from projections.audit.fold import Fold
from projections.audit.history import Line, read
from projections.audit.people import POSTS
from tests.projections.audit.scenario import Scenario, history
from tests.support.ledgers import writing

STRANGE = ("", "x", "2022-02-30", "9999-12-31", "0000", "9999-12-31T23:59:59Z", "\ud7ff")


def test_a_sound_history_passes() -> None:
    """Nothing is found in what the ledger wrote, and the scenario holds every type of event."""
    assert [] == audit(History.of(history()))
    assert set(CATALOGUE) == {logged.event.type for logged in history()}


def test_an_empty_history_passes() -> None:
    """Before the genesis there is nothing to find."""
    assert [] == audit(History.of([]))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_stands_alone(check: Check) -> None:
    """A check called by itself passes what is sound."""
    assert [] == check(History.of(history()))


def test_every_event_type_has_its_posts() -> None:
    """It is said of every type who may state it."""
    assert set(CATALOGUE.values()) == set(POSTS)


def test_a_growing_history_is_checked_as_it_grows() -> None:
    """Line by line nothing is found either, whatever the log's end is."""
    running = Audit()
    for logged in history():
        running.take(read(logged))
        assert [] == running.findings()
    running.end()
    assert [] == running.findings()


def test_a_log_in_memory_is_read_in_pages() -> None:
    """The history of a store is that of its events, each time it is read."""
    store = MemoryStore()
    store.events.extend(history())
    stored = History.stored(store)
    assert list(range(1, len(history()) + 1)) == [line.position for line in stored]
    assert [] == audit(stored)


def test_a_log_in_postgresql_passes(recorder: LedgerRecorder) -> None:
    """What the ledger wrote to PostgreSQL is read back as it was."""
    with writing(recorder) as writer:
        Scenario(writer, recorder).play()
    stored = History.stored(recorder)
    assert len(history()) == sum(1 for _ in stored)
    assert [] == audit(stored)


class Stumbling(Fold):
    """Fails at every event."""

    def take(self, line: Line) -> None:
        super().take(line)
        raise ValueError(line)


def test_a_check_that_stumbles_is_a_finding() -> None:
    """An event that a check cannot make sense of is named, and the audit goes on."""
    found = Check("stumbling", Stumbling)(History.of(history()))
    assert [UNCHECKABLE.code] * len(history()) == [finding.code for finding in found]
    assert list(range(1, len(history()) + 1)) == [finding.position for finding in found]


def bytes_of(logged: LoggedEvent, part: str) -> bytes:
    """The stored bytes of one part; none where there is none."""
    return getattr(logged.event, part) or b""


@given(st.data())
@settings(max_examples=150)
def test_no_byte_can_change(data: st.DataObject) -> None:
    """Whatever byte of the log is changed, something is found at its position."""
    events = list(history())
    part = data.draw(st.sampled_from(["data", "opening", "text"]))
    place = data.draw(st.sampled_from([n for n, e in enumerate(events) if bytes_of(e, part)]))
    old = bytes_of(events[place], part)
    byte = data.draw(st.integers(0, len(old) - 1))
    new = data.draw(st.integers(0, 255).filter(lambda value: value != old[byte]))
    edit: dict[str, Any] = {part: old[:byte] + bytes([new]) + old[byte + 1 :]}
    changed = replace(events[place].event, **edit)
    events[place] = LoggedEvent(changed, place + 1)
    assert found_at(events, place + 1) or proved_elsewhere(events[place], part)


def found_at(events: list[LoggedEvent], position: int) -> bool:
    """Whether the audit finds something at a position."""
    return any(finding.position == position for finding in audit(History.of(events)))


def proved_elsewhere(logged: LoggedEvent, part: str) -> bool:
    """Whether only the tree of the log can tell: the entry is sound, but not the one sealed."""
    return part == "data" and read(logged).recorded is not None


@given(st.data())
@settings(max_examples=150)
def test_nothing_a_log_may_say_stops_the_audit(data: st.DataObject) -> None:
    """Any field may hold any value of its type: there are findings or there are none."""
    events = list(history())
    place = data.draw(st.integers(0, len(events) - 1))
    recorded = decode(events[place])
    names = list(recorded.event.__struct_fields__)
    if names:
        name = data.draw(st.sampled_from(names))
        value = data.draw(other_value(getattr(recorded.event, name)))
        event = msgspec.structs.replace(recorded.event, **{name: value})
        stored = seal(
            event,
            actor=recorded.actor,
            recorded_at=recorded.recorded_at,
            salt=lambda half: half.encode().ljust(16, b"."),
        )
        events[place] = LoggedEvent(stored, place + 1)
    for finding in audit(History.of(events)):
        assert str(finding)


def other_value(value: Any) -> st.SearchStrategy[Any]:
    """Values of the same type, odd ones among them."""
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int):
        return st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from([0, -1, 1, 24 * 60])
    if isinstance(value, str):
        return st.sampled_from(STRANGE)
    if isinstance(value, list):
        return st.sampled_from([[], value + value, value[::-1]])
    return st.none() | st.sampled_from(STRANGE)
