"""The bytes of every event type ever written, and what is read from them."""

import re
from typing import Any

import pytest

from ledger.events.base import CATALOGUE, Recorded
from ledger.log.entries import UPCASTERS, EntryError, decode, upcast
from tests.ledger.events.examples import ACTOR, EXAMPLES, POSITION, RECORDED_AT
from tests.ledger.events.golden import GOLDEN, logged, read_golden, sealed, to_line
from tests.support.whole import check_bytes

GOLDEN_EVENTS = read_golden()
VERSION = re.compile(r"(.+)\.v([1-9][0-9]*)")


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_an_event_still_gives_its_golden_bytes(topic: str) -> None:
    """Entry, opening, text and both kinds of tags of the example are what they always were."""
    assert GOLDEN_EVENTS[topic] == sealed(EXAMPLES[topic])


@pytest.mark.parametrize("topic", sorted(GOLDEN_EVENTS))
def test_golden_bytes_are_still_read(topic: str) -> None:
    """The bytes of every version ever written are read as the newest form of the example."""
    recorded = decode(logged(GOLDEN_EVENTS[topic]))
    assert Recorded(POSITION, RECORDED_AT, ACTOR, EXAMPLES[topic]) == recorded


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_golden_bytes_are_canonical_and_committed_to(topic: str) -> None:
    """Entry and halves re-encode to themselves, commitments match, tags follow from the bytes."""
    check_bytes(GOLDEN_EVENTS[topic])


def test_there_is_one_golden_line_for_every_type() -> None:
    """Every topic has one line, and so has every earlier version of it; lines have one spelling."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines(keepends=True)
    assert [to_line(event) for event in GOLDEN_EVENTS.values()] == lines
    assert set(EXAMPLES) == set(GOLDEN_EVENTS)
    assert set() == set(CATALOGUE) - set(GOLDEN_EVENTS)
    parts = [VERSION.fullmatch(topic) for topic in GOLDEN_EVENTS]
    versions = {(part[1], int(part[2])) for part in parts if part}
    assert len(GOLDEN_EVENTS) == len(versions)
    assert set() == {(name, v - 1) for name, v in versions if v > 1} - versions


def test_old_versions_are_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up chain of two old versions is lifted in order, halves included."""

    def first(fields: dict[str, Any]) -> dict[str, Any]:
        return {"card": fields["number"], "household": fields["household"]}

    def second(fields: dict[str, Any]) -> dict[str, Any]:
        return {"card": fields["card"], "account": fields["household"]}

    monkeypatch.setitem(UPCASTERS, "card-issued.v-1", ("card-issued.v0", first))
    monkeypatch.setitem(UPCASTERS, "card-issued.v0", ("card-issued.v1", second))
    old = sealed(EXAMPLES["card-issued.v1"])
    old.type = "card-issued.v-1"
    old.opening = b'{"household":"H-private","number":"C-private","salt":"","v":""}'
    assert EXAMPLES["card-issued.v1"] == decode(logged(old)).event
    assert ("card-issued.v1", {"card": 1, "account": 2}) == upcast(
        "card-issued.v-1", {"number": 1, "household": 2}
    )


def test_every_old_version_has_an_upcaster() -> None:
    """A golden topic that is no event type any more is lifted to one that is."""
    ends = {topic: upcast_end(topic) for topic in GOLDEN_EVENTS}
    assert {} == {topic: end for topic, end in ends.items() if end not in CATALOGUE}


def upcast_end(topic: str) -> str:
    """The topic that a chain of upcasters leads to."""
    while topic in UPCASTERS:
        topic = UPCASTERS[topic][0]
    return topic


@pytest.mark.parametrize("change", ["type", "field", "value"])
def test_what_does_not_fit_its_type_is_refused(change: str) -> None:
    """An unknown type, a missing field and a wrong value are errors that name the position."""
    event = sealed(EXAMPLES["item-listed.v1"])
    if change == "type":
        event.type = "item-listed.v99"
    elif change == "field":
        event.data = event.data.replace(b'"price":10', b'"cost":10')
    else:
        event.data = event.data.replace(b'"price":10', b'"price":"ten"')
    with pytest.raises(EntryError, match=f"position {POSITION}: item-listed"):
        decode(logged(event))
