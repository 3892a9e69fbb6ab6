"""Reading the log quickly, and the same as the log itself does."""

from typing import Any

import msgspec
import pytest

from ledger.events.goods import GoodsReceived
from ledger.events.people import MemberRegistered
from ledger.log import entries
from ledger.log.datastore import LogDatastore
from ledger.log.entries import EntryError, LoggedEvent, decode, seal
from ledger.log.memory import MemoryStore
from projections.reading import Stored, fetch_page, read, topics_of
from tests.projections.conftest import Follow
from tests.projections.story import Story


def as_stored(logged: LoggedEvent) -> Stored:
    event = logged.event
    return Stored(logged.position, event.type, event.data, event.opening, event.text)


def sealed(event: Any, actor: str = "clockwork") -> Stored:
    made = seal(event, actor=actor, recorded_at="2022-07-01T00:00:00Z", salt=lambda _: b"s" * 16)
    return as_stored(LoggedEvent(made, 7))


def member(name: str) -> MemberRegistered:
    return MemberRegistered(
        member="V1", household="H1", name=name, phone="", team="", consent="real"
    )


def test_every_event_is_read_as_the_log_reads_it() -> None:
    """The quick way gives what decoding gives, for every event of the story."""
    store = MemoryStore()
    story = Story(store)
    story.play()
    story.writer.close()
    for logged in store.logged():
        found = read(as_stored(logged))
        assert decode(logged) == found.recorded
        assert not found.erased


@pytest.mark.parametrize(
    "text", ['","meta":{"actor":"x"},"sealed":null', "}", '"', "\\", "阳光", "\\u0000"]
)
def test_text_cannot_pass_for_structure(text: str) -> None:
    """Whatever people write stays what they wrote, in halves and in the actor."""
    stored = sealed(member(text), actor=text)
    found = read(stored).recorded
    assert text == found.actor
    assert member(text) == found.event


def test_the_character_that_no_table_keeps_is_replaced() -> None:
    """A NUL does not stop a projection for good."""
    assert member("a\N{REPLACEMENT CHARACTER}b") == read(sealed(member("a\0b"))).recorded.event


def test_an_erased_opening_leaves_the_public_half() -> None:
    """Private fields are unset and the event is marked."""
    found = read(sealed(member("name"))._replace(opening=None))
    assert found.erased
    assert msgspec.UNSET is found.recorded.event.name  # type: ignore[attr-defined]


def test_a_withdrawn_text_is_empty() -> None:
    """Published fields are empty and the rest is there."""
    gift = GoodsReceived(
        goods="g", item="RICE", quantity=3, unit_value_fen=None, best_before=None, donor="Donor"
    )
    found = read(sealed(gift)._replace(text=None))
    assert not found.erased
    assert msgspec.structs.replace(gift, donor="") == found.recorded.event


@pytest.mark.parametrize(
    "broken",
    [
        sealed(member("x"))._replace(type="never-heard-of.v1"),
        sealed(member("x"))._replace(entry=b"{}"),
        sealed(member("x"))._replace(opening=b'{"member":1}'),
        sealed(member("secret"))._replace(opening=b'{"member":"secret"'),
    ],
)
def test_what_cannot_be_read_is_said(broken: Stored) -> None:
    """The error names the position and shows nothing of the event."""
    with pytest.raises(EntryError, match="position 7") as caught:
        read(broken)
    assert "secret" not in str(caught.value)


def test_old_versions_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Types that are lifted to a wanted one are wanted as well, over any number of steps."""
    chain = {
        "member.v0": ("member.v1", lambda fields: fields),
        "member.v1": (MemberRegistered.TOPIC, lambda fields: {**fields, "team": "lifted"}),
    }
    monkeypatch.setattr(entries, "UPCASTERS", chain)
    monkeypatch.setattr("projections.reading.UPCASTERS", chain)
    assert [MemberRegistered.TOPIC, "member.v0", "member.v1"] == topics_of([MemberRegistered])
    old = sealed(member("x"))._replace(type="member.v0")
    lifted = msgspec.structs.replace(member("x"), team="lifted")
    assert lifted == read(old).recorded.event


def test_a_page_is_its_positions_and_types(
    story: Story, follow: Follow, datastore: LogDatastore
) -> None:
    """Bounds are after and through, types are those asked for, order is the log's."""
    story.play()
    everything = story.store.read_after(0, 1_000)
    wanted = [e.position for e in everything[10:50] if e.event.type == "act-recorded.v1"]
    with datastore.connect() as connection:
        found = fetch_page(connection, 10, 50, ["act-recorded.v1"])
    assert wanted == [stored.position for stored in found]
    assert [as_stored(e) for e in everything[10:50] if e.position in wanted] == found
