"""One key, one answer: for as long as outcomes are kept, whatever happens meanwhile."""

import pytest

from ledger.commands.community import RegisterGrid
from ledger.commands.people import IssueCard
from ledger.log.requests import KeyReusedError, Outcome, Request
from tests.support.faults import Breaks
from tests.support.ledgers import SECRETARY, SmallLedger, answers, together, writing
from tests.support.whole import check_log


def answer(ledger: SmallLedger, request: Request) -> Outcome:
    """What a request is answered."""
    return answers([ledger.writer.submit(request)])[0]


def test_a_repeated_request_gets_the_first_answer(ledger: SmallLedger) -> None:
    """An accepted request that comes again has no second effect and the same answer."""
    request = ledger.basket(quantity=2)
    first = answer(ledger, request)
    head = ledger.store.head()
    assert [first] * 3 == [answer(ledger, request) for _ in range(3)]
    assert (80, head.position) == (first.answer["balance"], ledger.store.head().position)


def test_a_repeat_in_the_same_batch_gets_the_first_answer(ledger: SmallLedger) -> None:
    """A key that comes fifty times in one batch is decided once."""
    request = ledger.basket()
    outcomes = answers(together(ledger.writer, [request] * 50))
    assert [outcomes[0]] * 50 == outcomes
    assert outcomes[0].position == check_log(ledger.store)[-1].position


def test_another_writer_gives_the_first_answer(ledger: SmallLedger) -> None:
    """The answer is the same from a process that never saw the request, refused or accepted."""
    requests = [ledger.basket(key="yes"), ledger.basket(quantity=99, key="no")]
    first = answers(together(ledger.writer, requests))
    with writing(ledger.store) as other:
        assert first == answers(together(other, requests))
    assert [None, "out_of_stock"] == [outcome.code for outcome in first]
    assert {"item": "rice", "left": 9} == first[1].params


def test_a_refused_key_stays_refused_after_points_arrive(ledger: SmallLedger) -> None:
    """A refusal is an outcome: the same key is refused again although a new one would pass."""
    ledger.do(IssueCard(card="C3", account="H1"))
    spend = ledger.basket(1, quantity=10, key="all")
    assert answer(ledger, spend).accepted
    poor = ledger.basket(1, 1, "oil", key="poor")
    refused = answer(ledger, poor)
    assert "insufficient_points" == refused.code
    back = ledger.give_back(answer(ledger, spend).answer["exchange"], "rice", 5)
    assert answer(ledger, back).accepted
    assert [refused] * 2 == [answer(ledger, poor) for _ in range(2)]
    assert answer(ledger, ledger.basket(1, 1, "oil", key="richer")).accepted


@pytest.mark.parametrize("at_once", [True, False])
def test_another_body_under_the_same_key_is_an_error(ledger: SmallLedger, at_once: bool) -> None:
    """The key answers for its first body only; the other gets a 422 and changes nothing."""
    first, other = ledger.basket(1, 1, key="same"), ledger.basket(1, 2, key="same")
    if at_once:
        futures = together(ledger.writer, [first, other, first])
    else:
        futures = [ledger.writer.submit(request) for request in (first, other, first)]
    error = futures[1].exception(timeout=60)
    assert isinstance(error, KeyReusedError)
    assert (422, "key_reused") == (error.status, error.code)
    accepted = answers([futures[0], futures[2]])
    assert accepted[0] == accepted[1]
    assert 90 == accepted[0].answer["balance"]
    assert accepted[0].position == check_log(ledger.store)[-1].position


def test_a_refusal_answers_for_its_body_only(ledger: SmallLedger) -> None:
    """Another body under a refused key is an error as well, not a second chance."""
    assert not answer(ledger, ledger.basket(1, 99, key="same")).accepted
    with pytest.raises(KeyReusedError):
        answer(ledger, ledger.basket(1, 1, key="same"))


def test_a_key_belongs_to_one_owner(ledger: SmallLedger) -> None:
    """Two officers may use one key; each gets the answer to their own request."""
    grids = [RegisterGrid(grid="g7"), RegisterGrid(grid="g8")]
    secretary = ledger.request(grids[0], SECRETARY, key="same")
    clerk = ledger.request(grids[1], "officer:D", key="same")
    outcomes = answers(together(ledger.writer, [secretary, clerk, secretary, clerk]))
    assert [None, "officer_unknown"] * 2 == [outcome.code for outcome in outcomes]
    assert (outcomes[0], outcomes[1]) == (answer(ledger, secretary), answer(ledger, clerk))


def test_key_and_owner_do_not_run_together(ledger: SmallLedger) -> None:
    """The pair is what counts, not its letters: `a`+`bc` is not `ab`+`c`."""
    head = ledger.store.head().position
    pairs = [("a", "officer:S"), ("ao", "fficer:S"), ("", "aofficer:S")]
    grid = RegisterGrid(grid="g7")
    outcomes = answers(
        together(ledger.writer, [Request(key, who, grid, ledger.at) for key, who in pairs])
    )
    assert [None, "officer_unknown", "officer_unknown"] == [o.code for o in outcomes]
    assert head + 1 == ledger.store.head().position


def test_the_fingerprint_is_the_callers(ledger: SmallLedger) -> None:
    """Where the caller names a fingerprint, of the raw body, it decides and not the command."""
    grid, other = RegisterGrid(grid="g7"), RegisterGrid(grid="g8")
    first = Request("same", SECRETARY, grid, ledger.at, b"body")
    spelled_differently = Request("same", SECRETARY, grid, ledger.at, b" body")
    read_differently = Request("same", SECRETARY, other, ledger.at, b"body")
    outcome = answer(ledger, first)
    with pytest.raises(KeyReusedError):
        answer(ledger, spelled_differently)
    assert outcome == answer(ledger, read_differently)


def test_an_error_is_no_outcome(ledger: SmallLedger) -> None:
    """What failed unexpectedly is tried anew when it comes again, under any body."""
    for _ in range(2):
        future = ledger.writer.submit(ledger.request(Breaks(), key="same"))
        assert "internal" == str(getattr(future.exception(60), "code", None))
    assert answer(ledger, ledger.request(RegisterGrid(grid="g7"), key="same")).accepted


def test_a_repeat_beside_what_changed_it(ledger: SmallLedger) -> None:
    """In one batch a repeat keeps its old answer while new requests see the new state."""
    old = ledger.basket(1, 1, key="old")
    first = answer(ledger, old)
    again, new, gone = answers(
        together(
            ledger.writer, [old, ledger.basket(1, 9, key="new"), ledger.basket(1, 1, key="gone")]
        )
    )
    assert first == again
    assert [0, "out_of_stock"] == [new.answer["balance"], gone.code]
