"""A rehearsal whose period is over goes on in the present; nothing else does."""

from collections.abc import Iterator

import pytest

from ledger.calendar import NEVER
from ledger.commands.acts import RecordAct
from ledger.commands.base import Command
from ledger.commands.community import CarryOn
from ledger.log.memory import MemoryStore
from ledger.log.sources import machine_sources
from ledger.log.store import Store
from ledger.log.writer import Writer
from tests.support.ledgers import SECRETARY, SmallLedger, answers, writing

ENDS = "2022-09-30T15:59:59Z"
JUST_BEFORE = "2022-09-30T15:59:58Z"
LATER = "2026-11-27T01:00:00Z"
ACT = RecordAct(member="V1", rule="A01", performed_on="2026-11-26")


def code(ledger: SmallLedger, command: Command, principal: str = SECRETARY) -> str | None:
    """The refusal that a command meets, None if it is accepted."""
    return answers([ledger.submit(command, principal)])[0].code


@pytest.mark.parametrize(("at", "expected"), [(JUST_BEFORE, "period_running"), (ENDS, None)])
def test_the_period_must_be_over(ledger: SmallLedger, at: str, expected: str | None) -> None:
    """A second before its end a rehearsal is not carried on; at its end it is."""
    ledger.at = at
    assert expected == code(ledger, CarryOn())


def test_a_ledger_is_carried_on_once(ledger: SmallLedger) -> None:
    """What has no end any more cannot end again."""
    ledger.at = LATER
    ledger.do(CarryOn())
    assert "period_running" == code(ledger, CarryOn())


def test_the_secretary_carries_on(ledger: SmallLedger) -> None:
    """No other post does."""
    ledger.at = ENDS
    refused = [code(ledger, CarryOn(), f"officer:{officer}") for officer in ("T", "K", "nobody")]
    assert ["officer_unknown"] * 3 == refused


def test_a_real_ledger_is_not_carried_on() -> None:
    """A ledger on the real clock has no period that could end."""
    store = MemoryStore()
    with writing(store, machine_sources()) as writer:
        real = SmallLedger(writer, store, rehearsal=False)
        real.open()
        assert "rehearsal_only" == code(real, CarryOn())


def test_acts_of_the_present_are_recorded_afterwards(ledger: SmallLedger) -> None:
    """A day behind the end is no day of the period before, and one like any other after."""
    ledger.at = LATER
    assert "date_invalid" == code(ledger, ACT, "officer:G")
    ledger.do(CarryOn())
    assert code(ledger, ACT, "officer:G") is None


@pytest.fixture
def restarted(ledger: SmallLedger, store: Store) -> Iterator[Writer]:
    """Another process on the log of a ledger that was carried on."""
    ledger.at = ENDS
    ledger.do(CarryOn())
    with writing(store) as writer:
        yield writer


def test_a_fresh_process_knows_it_as_well(restarted: Writer) -> None:
    """The end is gone for whoever reads the log anew."""
    seen = restarted.ask(lambda context: context.states.community)
    assert (NEVER, True, "test") == (seen.ends, seen.rehearsal, seen.community)
