"""A ledger is never left without a secretary, and one that is gets one again."""

from collections.abc import Iterator

import pytest

from ledger.commands.base import CLOCKWORK
from ledger.commands.officers import AppointOfficer, EndTerm
from ledger.log.memory import MemoryStore
from ledger.states.officers import PostKind
from projections.audit import History, audit
from tests.support.ledgers import OPENED, TRADING, SmallLedger, answers, writing

SECRETARY = AppointOfficer(officer="S2", name="", kind=PostKind.SECRETARY, begins=OPENED)


@pytest.fixture
def ledger() -> Iterator[SmallLedger]:
    """A ledger whose only secretary is a founder."""
    store = MemoryStore()
    with writing(store) as writer:
        ledger = SmallLedger(writer, store)
        ledger.open()
        yield ledger


def posts(ledger: SmallLedger) -> list[str]:
    """The posts of secretaries in office."""
    return ledger.writer.ask(
        lambda context: context.states.officers.in_office(PostKind.SECRETARY, context.instant),
        at=ledger.at,
    )


def code(ledger: SmallLedger, command: AppointOfficer | EndTerm, who: str) -> str | None:
    """What a command is refused with."""
    return answers([ledger.submit(command, who)])[0].code


def test_the_last_secretary_stays(ledger: SmallLedger) -> None:
    """Nobody ends the only secretary's term; with another one in office it ends."""
    first = posts(ledger)[0]
    assert "last_secretary" == code(ledger, EndTerm(post=first), "officer:S")
    ledger.do(SECRETARY)
    ledger.do(EndTerm(post=first), "officer:S2")
    assert "last_secretary" == code(ledger, EndTerm(post=posts(ledger)[0]), "officer:S2")


def test_the_house_appoints_a_secretary_only_for_want_of_one(ledger: SmallLedger) -> None:
    """While one is in office the house appoints nobody; after the term has run out, a secretary."""
    assert "officer_unknown" == code(ledger, SECRETARY, CLOCKWORK)
    term = AppointOfficer(
        officer="S2", name="", kind=PostKind.SECRETARY, begins=OPENED, ends=TRADING
    )
    first = posts(ledger)[0]
    ledger.do(term)
    ledger.do(EndTerm(post=first), "officer:S2")
    ledger.at = TRADING
    clerk = AppointOfficer(officer="D", name="", kind=PostKind.CLERK, begins=OPENED)
    assert "officer_unknown" == code(ledger, SECRETARY, "officer:S2")
    assert "officer_unknown" == code(ledger, clerk, CLOCKWORK)
    ledger.do(SECRETARY, CLOCKWORK)
    assert 1 == len(posts(ledger))
    assert isinstance(ledger.store, MemoryStore)
    assert [] == audit(History.of(ledger.store.logged()))
