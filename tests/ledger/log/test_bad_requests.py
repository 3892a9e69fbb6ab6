"""One request's fault is that request's error: nothing of it is stored, its neighbours are well."""

import pytest

from ledger.commands.acts import RecordAct
from ledger.commands.base import Command
from ledger.commands.community import RegisterGrid
from ledger.commands.goods import ListItem
from ledger.commands.people import RegisterHousehold, RegisterMember
from ledger.commands.reviews import ReviewAct
from ledger.errors import LedgerError
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import NotStorableError, Request, UnexpectedError
from tests.support.faults import Breaks, BreaksHints, BreaksOut, Poisons
from tests.support.ledgers import SECRETARY, SmallLedger, answers, together, writing
from tests.support.whole import check_log, replayed

LONG = "".join(chr(0x4E00 + n * n % 20_000) for n in range(4_000))
"""Long enough for no index, and not to be compressed to fit."""


def household(number: str, flat: str = "") -> Command:
    """A household, whose number is a private tag."""
    return RegisterHousehold(household=number, grid="g1", building="", flat=flat)


def item(number: str, price: int = 1) -> Command:
    """An item, whose number is a public tag."""
    return ListItem(item=number, name_zh="", name_en="", unit="", price=price, limit=None)


def with_neighbours(ledger: SmallLedger, bad: Request) -> LedgerError:
    """Decide a bad request between two good ones, and return its error once all is checked."""
    head = ledger.store.head().position
    before, after = (ledger.request(RegisterGrid(grid=f"{side}{head}")) for side in ("b", "a"))
    first, middle, last = together(ledger.writer, [before, bad, after])
    assert [True, True] == [outcome.accepted for outcome in answers([first, last])]
    error = middle.exception(timeout=60)
    assert isinstance(error, LedgerError)
    assert head + 2 == check_log(ledger.store)[-1].position
    residents = ledger.writer.ask(lambda context: context.states.community)
    assert replayed(ledger.store).community == residents
    ledger.do(RegisterGrid(grid=f"later{head}"))
    return error


BAD_ANYWHERE: dict[str, Command] = {
    "an exception while deciding": Breaks(),
    "an exception while hinting": BreaksHints(),
    "an exit while deciding": BreaksOut(),
    "an event that no state takes": Poisons(grid="poison"),
    "a lone surrogate in a private field": household("H7", flat="\ud800"),
    "a lone surrogate in a tag": household("\udc00"),
    "a lone surrogate in a public tag": item("\ud800"),
    "a number outside the profile": item("i7", price=2**53),
    "a number outside every integer type": item("i8", price=2**80),
    "an entry beyond the limit": item("x" * 60_000),
    "an opening beyond the limit": household("H8", flat="长" * 20_000),
}
UNSTORABLE = {
    name for name in BAD_ANYWHERE if name.startswith(("a number", "an entry", "an opening"))
}
"""Faults of the request itself, which its sender can mend."""
BAD_IN_POSTGRESQL: dict[str, Command] = {
    "a NUL in a private tag": household("H\0"),
    "a NUL in a public tag": item("i\0"),
    "a private tag too long for its index": household(LONG),
    "a hint of an unknown kind": ReviewAct(act="\0", approve=True),
}


@pytest.mark.parametrize("fault", BAD_ANYWHERE)
def test_a_fault_harms_nobody_else(ledger: SmallLedger, fault: str) -> None:
    """Whatever goes wrong with one command is that command's own error."""
    error = with_neighbours(ledger, ledger.request(BAD_ANYWHERE[fault]))
    if fault in UNSTORABLE:
        assert isinstance(error, NotStorableError)
    else:
        assert error.status in {422, 500, 503}


@pytest.mark.parametrize("fault", BAD_IN_POSTGRESQL)
def test_what_postgresql_refuses_harms_nobody_else(recorder: LedgerRecorder, fault: str) -> None:
    """What only the database finds fault with is that command's own error as well."""
    with writing(recorder) as writer:
        ledger = SmallLedger(writer, recorder).trading(points=0)
        error = with_neighbours(ledger, ledger.request(BAD_IN_POSTGRESQL[fault]))
    assert isinstance(error, UnexpectedError)


@pytest.mark.parametrize("key", ["\0", "a\0b", "\ud800", LONG])
@pytest.mark.parametrize("whose", ["key", "owner"])
def test_keys_that_cannot_be_stored_harm_nobody_else(
    recorder: LedgerRecorder, key: str, whose: str
) -> None:
    """A key or owner with a NUL, a lone surrogate or of great length is its own request's error."""
    with writing(recorder) as writer:
        ledger = SmallLedger(writer, recorder).trading(points=0)
        grid = RegisterGrid(grid="bad")
        names = ("fine", key) if whose == "owner" else (key, SECRETARY)
        error = with_neighbours(ledger, Request(*names, grid, ledger.at))
    assert isinstance(error, UnexpectedError)


def test_a_nul_in_a_text_is_kept(ledger: SmallLedger) -> None:
    """Free text is stored as bytes, so a NUL in it is no trouble and comes back."""
    ledger.do(household("H7", flat="3\x001"))
    ledger.do(
        RegisterMember(member="V7", household="H7", name="甲\0", phone="", team="", consent="")
    )
    ledger.do(RecordAct(member="V7", rule="A01", performed_on="2022-07-05", name="甲\0"))
    last = check_log(ledger.store)[-1].event
    assert last.opening is not None
    assert b'"V7"' in last.opening


def test_a_failed_request_may_come_again(ledger: SmallLedger) -> None:
    """An error is no outcome: nothing is kept of it, and its key serves a later request."""
    key = "same-key"
    failed = ledger.writer.submit(ledger.request(Breaks(), key=key))
    assert isinstance(failed.exception(timeout=60), UnexpectedError)
    again = ledger.writer.submit(ledger.request(RegisterGrid(grid="g7"), key=key))
    assert answers([again])[0].accepted


def test_many_faults_at_once_leave_the_good_ones_in_order(ledger: SmallLedger) -> None:
    """A batch full of faults still records the good requests, each once."""
    faults: list[Command] = [Breaks(), Poisons(grid="p"), BreaksHints(), item("i", 2**53)]
    requests = []
    for n in range(20):
        requests.append(ledger.request(faults[n % 4]))
        requests.append(ledger.request(RegisterGrid(grid=f"good{n}")))
    futures = together(ledger.writer, requests)
    errors = {type(future.exception(60)) for future in futures[::2]}
    assert {UnexpectedError, NotStorableError} == errors
    positions = [outcome.position or 0 for outcome in answers(futures[1::2])]
    assert list(range(positions[0], positions[0] + 20)) == positions
    check_log(ledger.store)


def test_memory_is_no_stricter_than_it_says() -> None:
    """The store in memory takes a NUL in a tag, which PostgreSQL does not: it has no such limit."""
    store = MemoryStore()
    with writing(store) as writer:
        ledger = SmallLedger(writer, store)
        ledger.open()
        ledger.people(1)
        ledger.do(household("H\0"))
