"""Who may see a field: the classes of all fields of all event types, and what follows from them."""

from typing import Any

import msgspec
import pytest

from ledger.events.base import CATALOGUE, Event, FieldClass, field_classes, fields_of
from ledger.log.entries import seal
from ledger.log.sources import machine_sources
from tests.ledger.events.examples import EXAMPLES
from tests.ledger.events.golden import sealed

PERSONAL = set(
    "name phone flat card household member account officer donor team consent address email"
    " register_number remark evidence statement reason taken lot lots expires debt debt_paid"
    " debt_added lot_points performed_from performed_to balance recorder reviewer clerk".split()
)
"""Names of fields that never stand in an entry."""
PLACES = {"building-registered.v1", "grid-registered.v1"}
"""Types that register a place and say nothing of who lives there."""
UNLINKED = ("goods-exchanged.v1", "goods-returned.v1", "lots-expired.v1")
CAUSES = {
    "act", "rule", "rulebook", "session", "exchange", "goods", "item", "notice", "objection",
    "corrects", "post", "count", "write_off",
}  # fmt: skip
"""Fields that name something else in the log: the links of the design, section 5."""

topics = pytest.mark.parametrize("topic", sorted(CATALOGUE))


@topics
def test_every_field_has_a_class(topic: str) -> None:
    """No field of any type is without a class, and types are known by their topic."""
    kind = CATALOGUE[topic]
    assert set(kind.__struct_fields__) == set(field_classes(kind))
    assert topic == kind.TOPIC


def test_a_field_without_a_class_is_an_error() -> None:
    """A type that leaves a class out cannot be used."""

    class Careless(Event, frozen=True, kw_only=True):  # type: ignore[misc]
        somebody: str

    with pytest.raises(TypeError, match=r"Careless\.somebody has no field class"):
        field_classes(Careless)


@topics
def test_nothing_personal_stands_in_an_entry(topic: str) -> None:
    """No entry field bears a name of what concerns a person."""
    public = set(fields_of(CATALOGUE[topic], FieldClass.ENTRY))
    personal = PERSONAL if topic in PLACES else PERSONAL | {"building", "grid"}
    assert set() == public & personal


@pytest.mark.parametrize("topic", UNLINKED)
def test_spending_links_to_nothing_but_session_and_goods(topic: str) -> None:
    """Exchanges, returns and expiries cite session, exchange and goods, and no act or place."""
    public = set(fields_of(CATALOGUE[topic], FieldClass.ENTRY))
    assert public & CAUSES <= {"session", "exchange"}


@topics
def test_tags_come_from_the_half_they_stand_beside(topic: str) -> None:
    """Public tags name entry fields only; private tags need an opening to stand beside."""
    kind = CATALOGUE[topic]
    public = set(fields_of(kind, FieldClass.ENTRY))
    private = set(fields_of(kind, FieldClass.PRIVATE))
    assert set() == set(kind.PUBLIC_TAGS) - public
    assert set() == set(kind.PRIVATE_TAGS) - public - private
    assert private or not kind.PRIVATE_TAGS


@topics
def test_no_field_takes_the_place_of_salt_or_version(topic: str) -> None:
    """`salt` and `v` belong to the halves; no field is called so."""
    assert set() == {"salt", "v"} & set(CATALOGUE[topic].__struct_fields__)


@topics
def test_what_is_private_shows_nowhere_else(topic: str) -> None:
    """No private value of the example occurs in its entry, its text or its public tags."""
    event = EXAMPLES[topic]
    stored = sealed(event)
    shown = "\n".join([stored.data.decode(), (stored.text or b"").decode(), *stored.tags])
    private = [getattr(event, name) for name in fields_of(type(event), FieldClass.PRIVATE)]
    texts = [text for value in private for text in texts_in(value)]
    assert [] == [text for text in texts if text in shown]
    assert "private" not in shown


@topics
def test_what_is_published_stands_in_the_text_alone(topic: str) -> None:
    """Published values occur in the text, and neither in the entry nor in the opening."""
    event = EXAMPLES[topic]
    stored = sealed(event)
    others = (stored.data + (stored.opening or b"")).decode()
    for name in fields_of(type(event), FieldClass.PUBLISHED):
        value = getattr(event, name)
        assert value in (stored.text or b"").decode()
        assert value not in others


def texts_in(value: Any) -> list[str]:
    """The texts and rare numbers in a value, as JSON would show them."""
    if isinstance(value, str):
        return [msgspec.json.encode(value).decode()[1:-1]]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts_in(part)]
    return [str(value)] if isinstance(value, int) and value > 500 else []


def test_equal_events_have_unequal_commitments() -> None:
    """Fresh salts keep equal people and values apart."""
    event = EXAMPLES["member-registered.v1"]
    salt = machine_sources().salts(1)
    first, second = (seal(event, actor="", recorded_at="", salt=salt) for _ in range(2))
    assert first.data != second.data
    assert first.opening != second.opening
