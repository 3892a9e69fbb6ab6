"""Keys: granted to officers, revoked for good, looked at before anything else."""

import pytest

from ledger.commands.keys import DiscloseOpenings, GrantKey, RevokeKey
from ledger.log.receipts import receipt_code
from ledger.log.requests import KeyRevokedError, Outcome, Request
from ledger.states.keys import Scope
from tests.support.ledgers import TRADING, SmallLedger, answers
from tests.support.whole import check_log


def granted(ledger: SmallLedger, officer: str = "D", digest: str = "d1") -> str:
    """The id of a fresh key for an officer."""
    command = GrantKey(officer=officer, scope=Scope.DESK, digest=digest)
    return str(ledger.do(command).answer["key"])


def code(ledger: SmallLedger, request: Request) -> str | None:
    """What a request is refused for."""
    return answers([ledger.writer.submit(request)])[0].code


def with_key(request: Request, key: str) -> Request:
    """The request as it comes with a credential."""
    request.credential = key
    return request


def test_a_granted_key_is_found_by_its_digest(ledger: SmallLedger) -> None:
    """The states know whose key a digest belongs to, and that the key holds."""
    key = granted(ledger)
    found = ledger.writer.ask(
        lambda context: (
            context.states.keys.by_digest["d1"],
            context.states.keys.keys[key].officer,
            context.states.keys.holds(key),
        ),
        at=TRADING,
    )
    assert (key, "D", True) == found


def test_a_key_wants_an_officer_in_office(ledger: SmallLedger) -> None:
    """Nobody without a post gets a key, and none but the secretary grants one."""
    nobody = GrantKey(officer="X", scope=Scope.DESK, digest="d")
    assert "holder_unknown" == code(ledger, ledger.request(nobody))
    mine = GrantKey(officer="D", scope=Scope.DESK, digest="d")
    assert "officer_unknown" == code(ledger, ledger.request(mine, "officer:D"))


def test_a_revoked_key_gets_no_answer(ledger: SmallLedger) -> None:
    """Neither a new request nor the retry of an answered one is heard, and nothing is stored."""
    key = granted(ledger)
    first = with_key(ledger.basket(key="before"), key)
    assert isinstance(answers([ledger.writer.submit(first)])[0], Outcome)
    ledger.do(RevokeKey(key=key), "officer:D")
    head = ledger.store.head()
    for request in (first, with_key(ledger.basket(key="after"), key)):
        with pytest.raises(KeyRevokedError):
            ledger.writer.submit(request).result(timeout=60)
    assert head.position == ledger.store.head().position
    assert ledger.do(ledger.basket(key="after").command, "officer:D").accepted


def test_only_the_holder_and_the_secretary_revoke(ledger: SmallLedger) -> None:
    """Another officer cannot revoke a key, and nobody revokes it twice."""
    key = granted(ledger)
    revoke = RevokeKey(key=key)
    assert "officer_unknown" == code(ledger, ledger.request(revoke, "officer:K"))
    ledger.do(revoke)
    assert "key_unknown" == code(ledger, ledger.request(revoke))
    assert "key_unknown" == code(ledger, ledger.request(RevokeKey(key="none")))


def test_openings_are_disclosed_to_supervisors(ledger: SmallLedger) -> None:
    """The note that private halves were given out can be made by a supervisor alone."""
    note = DiscloseOpenings(after=0, through=2, openings=1)
    assert ledger.do(note, "officer:T").accepted
    assert "officer_unknown" == code(ledger, ledger.request(note, "officer:D"))


def test_a_receipt_is_made_from_the_opening(ledger: SmallLedger) -> None:
    """The code answered at the desk can be made again from the opening, and from nothing else."""
    outcome = answers([ledger.writer.submit(ledger.basket())])[0]
    opening = check_log(ledger.store)[-1].event.opening
    assert opening is not None
    assert receipt_code(opening) == outcome.receipt
    assert receipt_code(opening + b" ") != outcome.receipt
