"""What becomes an entry and what does not: limits, profile, and the check before every append."""

import json
from typing import Any

import msgspec
import pytest

from ledger.events.base import Event
from ledger.log.canonical import MAX_INTEGER, encode
from ledger.log.entries import ENTRY_BYTES_MAX, EntryError, LogEvent, check_entry, commitment
from tests.ledger.events.examples import EXAMPLES
from tests.ledger.events.golden import sealed


def changed(topic: str, **fields: Any) -> Event:
    """The example of a type with other fields."""
    return msgspec.structs.replace(EXAMPLES[topic], **fields)


LONG = "长" * (ENTRY_BYTES_MAX // 3 + 1)


@pytest.mark.parametrize(
    ("topic", "field"),
    [
        ("item-listed.v1", "name_zh"),
        ("member-registered.v1", "name"),
        ("goods-received.v1", "donor"),
        ("act-declined.v1", "reason"),
        ("award-reversed.v1", "reason"),
        ("goods-returned.v1", "reason"),
    ],
)
def test_each_part_has_its_limit(topic: str, field: str) -> None:
    """An entry, an opening or a text beyond the limit is refused, whatever the others measure."""
    with pytest.raises(EntryError, match="longer than 60000 bytes"):
        sealed(changed(topic, **{field: LONG}))


def test_what_just_fits_is_taken() -> None:
    """The limit itself is allowed, counted in bytes."""
    empty = len(sealed(changed("item-listed.v1", name_zh="")).data)
    event = sealed(changed("item-listed.v1", name_zh="x" * (ENTRY_BYTES_MAX - empty)))
    assert ENTRY_BYTES_MAX == len(event.data)
    check_entry(event)


@pytest.mark.parametrize("value", [MAX_INTEGER + 1, -MAX_INTEGER - 1, 2**64, 0.5, 3.0])
@pytest.mark.parametrize(
    ("topic", "field"),
    [("item-listed.v1", "price"), ("points-awarded.v1", "lot_points")],
)
def test_numbers_outside_the_profile_never_get_in(topic: str, field: str, value: float) -> None:
    """A number that other readers of JSON would change is refused, in either half."""
    with pytest.raises(EntryError):
        sealed(changed(topic, **{field: value}))


def test_numbers_in_lists_are_looked_at_as_well() -> None:
    """Numbers inside the lines of a basket keep the profile too."""
    with pytest.raises(EntryError):
        sealed(changed("goods-exchanged.v1", taken=[("lot", 2**53)]))
    line = msgspec.structs.replace(EXAMPLES["goods-exchanged.v1"].lines[0], price=2**53)  # type: ignore[attr-defined]
    with pytest.raises(EntryError):
        sealed(changed("goods-exchanged.v1", lines=[line]))


@pytest.mark.parametrize("topic", sorted(EXAMPLES))
def test_what_is_sealed_passes_the_check(topic: str) -> None:
    """The production check takes the stored form of every type."""
    check_entry(sealed(EXAMPLES[topic]))


def entry_with(**members: Any) -> bytes:
    """The entry of an example with other members."""
    return encode(json.loads(sealed(EXAMPLES["grid-registered.v1"]).data) | members)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b'"\xff"',
        b"[]",
        b"null",
        b"{}",
        entry_with().replace(b'"g1"', b'"\xff"'),
        entry_with()[:-1],
        entry_with() + b" ",
        entry_with().replace(b":", b": ", 1),
        entry_with().replace(b'"grid":"g1"', b'"grid":"g1","grid":"g1"'),
        entry_with().replace(b'"data":{"grid":"g1"},', b""),
        entry_with().replace(b'"g1"', b'"\\u0067\\u0031"'),
        entry_with(more=1),
        entry_with(type="grid-registered.v2"),
        entry_with(data={"grid": 1.5}),
        entry_with(data={"grid": 2**53}),
        entry_with(data={"grid": [{"deep": -(2**53)}]}),
        entry_with(data={"网格": "g1"}),
        entry_with(sealed=""),
        entry_with(text=commitment(b"")),
    ],
)
def test_the_check_refuses_what_is_not_an_entry(data: bytes) -> None:
    """Whatever is not the one spelling of an entry of that type raises the one error."""
    with pytest.raises(EntryError):
        check_entry(LogEvent(type="grid-registered.v1", data=data, tags=["grid:g1"]))


@pytest.mark.parametrize("half", ["opening", "text"])
@pytest.mark.parametrize("value", [None, b"", b"{}"])
def test_the_check_refuses_another_half(half: str, value: bytes | None) -> None:
    """A half that is missing or is not the one committed to is refused."""
    event = sealed(EXAMPLES["act-declined.v1"])
    setattr(event, half, value)
    with pytest.raises(EntryError, match="commitment"):
        check_entry(event)


def test_a_half_that_nothing_commits_to_is_refused() -> None:
    """An entry without private fields has no opening beside it."""
    event = sealed(EXAMPLES["grid-registered.v1"])
    event.opening = b"{}"
    with pytest.raises(EntryError, match="commitment"):
        check_entry(event)
