"""When the clockwork has to look again: never too late, and not all the time."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.clockwork import Clockwork
from ledger.commands.base import RESIDENT
from ledger.commands.notices import RaiseObjection
from ledger.log.decider import Sources
from ledger.log.memory import MemoryStore
from ledger.log.sources import seeded_sources
from tests.support.ledgers import BOOKED, POSTED, REVIEWED, SEED, SmallLedger, writing

MIDNIGHT = "2022-07-06T16:00:00Z"
"""The midnight in Shanghai behind the end of the notice."""


@dataclass
class Turned:
    """A ledger with approved acts, whose clock a test turns, and its clockwork."""

    ledger: SmallLedger
    clockwork: Clockwork
    clock: list[str]
    acts: list[str]

    def at(self, instant: str) -> str:
        """When it has to look again, asked at an instant."""
        self.clock[0] = instant
        return self.clockwork.next_due()


@pytest.fixture
def turned() -> Iterator[Turned]:
    """Two acts that were approved on a Saturday; notices are posted on Sundays at 18:00."""
    clock, seeded = [REVIEWED], seeded_sources(SEED)
    store = MemoryStore()
    with writing(store, Sources(lambda: clock[0], seeded.ids, seeded.salts)) as writer:
        ledger = SmallLedger(writer, store)
        ledger.open()
        ledger.appoint()
        ledger.people(2)
        acts = ledger.reviewed(2, 100)
        yield Turned(ledger, Clockwork(writer, store), clock, acts)


def test_a_day_ends_at_the_communitys_midnight(turned: Turned) -> None:
    """Lots end with their day, so that every midnight is looked at where nothing is sooner."""
    Clockwork(turned.ledger.writer, turned.ledger.store).run(POSTED)
    Clockwork(turned.ledger.writer, turned.ledger.store).run(BOOKED)
    assert MIDNIGHT == turned.at(BOOKED)
    assert "2022-07-07T16:00:00Z" == turned.at(MIDNIGHT)


@pytest.mark.parametrize(
    ("instant", "due"),
    [(REVIEWED, "2022-07-02T16:00:00Z"), ("2022-07-03T09:00:00Z", POSTED)],
)
def test_a_notice_is_posted_in_its_hour(turned: Turned, instant: str, due: str) -> None:
    """What was approved waits for the hour of posting, unless a midnight comes before."""
    assert due == turned.at(instant)
    turned.clockwork.run(POSTED)
    assert "2022-07-03T16:00:00Z" == turned.at(POSTED)


def test_a_notice_closes_at_its_end(turned: Turned) -> None:
    """On its last day a notice is looked at when it ends, and after that not again."""
    turned.clockwork.run(POSTED)
    assert BOOKED == turned.at("2022-07-06T09:00:00Z")
    turned.clockwork.run(BOOKED)
    assert MIDNIGHT == turned.at(BOOKED)


def test_what_is_objected_to_is_not_waited_for(turned: Turned) -> None:
    """An act that waits for a decision does not keep the clockwork looking when its notice ends."""
    turned.clockwork.run(POSTED)
    turned.ledger.at = "2022-07-04T01:00:00Z"
    for act in turned.acts:
        turned.ledger.do(RaiseObjection(act=act, statement="弄错了"), RESIDENT)
    assert MIDNIGHT == turned.at("2022-07-06T09:00:00Z")
    turned.clockwork.run(BOOKED)
    assert MIDNIGHT == turned.at(BOOKED)
