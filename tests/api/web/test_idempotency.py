"""One key, one answer, over HTTP."""

import json
from typing import Any

import pytest
from httpx2 import Response

from ledger.commands.keys import RevokeKey
from ledger.commands.officers import AppointOfficer
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from tests.api.conftest import Served
from tests.api.web.bodies import basket
from tests.support.ledgers import OPENED
from tests.support.live import SESSION, grant


def exchange(
    served: Served, key: str | None, body: dict[str, Any] | bytes, officer: str = "D", **more: str
) -> Response:
    """The answer to an exchange; with `X-Request-Id` two answers can be the same to the byte."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {**served.headers(officer, key), "Content-Type": "application/json", **more}
    return served.client.post(f"{served.path}/exchanges", content=content, headers=headers)


@pytest.mark.parametrize(
    ("quantity", "status"), [(1, 201), (999, 409)], ids=["accepted", "refused"]
)
def test_a_retry_gets_the_same_bytes(served: Served, quantity: int, status: int) -> None:
    """The same key and body give the same status and bytes, and the log grows once at most."""
    ids = {"X-Request-Id": "r1"}
    first = exchange(served, "k1", basket(quantity), **ids)
    head = served.house.head()
    again = exchange(served, "k1", basket(quantity), **ids)
    assert status == first.status_code == again.status_code
    assert first.content == again.content
    assert head == served.house.head()


def test_a_refusal_stays_a_refusal(served: Served) -> None:
    """What was refused for too few points stays refused after they would suffice."""
    blocked = served.client.post(
        f"{served.path}/cards/block", json={"card": "C1"}, headers=served.headers("D", "block")
    )
    assert 201 == blocked.status_code
    refused = exchange(served, "k1", basket())
    served.client.post(
        f"{served.path}/cards",
        json={"card": "C9", "account": "H1"},
        headers=served.headers("S", "card"),
    )
    again = exchange(served, "k1", basket())
    assert ["card_blocked"] * 2 == [answer.json()["code"] for answer in (refused, again)]


@pytest.mark.parametrize(
    "body",
    [basket(2), b"{", b'{"card":"C1"}', b"[" * 50_000, b"\xff", b""],
    ids=["other", "cut", "incomplete", "deep", "bytes", "empty"],
)
def test_another_body_under_the_same_key(served: Served, body: dict[str, Any] | bytes) -> None:
    """A used key with another body is refused as used, also when that body cannot be read."""
    assert 201 == exchange(served, "k1", basket()).status_code
    answer = exchange(served, "k1", body)
    assert (422, "key_reused") == (answer.status_code, answer.json()["code"])


def test_another_call_under_the_same_key(served: Served) -> None:
    """A key that was used for one call cannot be used for another."""
    answer = exchange(served, "k1", basket()).json()
    returned = served.client.post(
        f"{served.path}/exchanges/{answer['exchange']}/returns",
        json={"lines": [{"item": "rice", "quantity": 1}], "reason": "破损"},
        headers=served.headers("D", "k1"),
    )
    assert (422, "key_reused") == (returned.status_code, returned.json()["code"])


def test_what_cannot_be_read_uses_no_key_up(served: Served) -> None:
    """A body that cannot be read is answered at once, and its key still serves the right one."""
    unreadable = exchange(served, "k1", {**basket(), "lines": []})
    assert (422, "unreadable") == (unreadable.status_code, unreadable.json()["code"])
    assert 201 == exchange(served, "k1", basket()).status_code


def test_a_key_belongs_to_its_officer(served: Served) -> None:
    """Two officers may happen to make the same key: neither sees the other's answer."""
    clerk = AppointOfficer(officer="E", name="", kind=PostKind.CLERK, begins=OPENED)
    served.ledger.do(clerk)
    served.keys["E"] = grant(served.ledger, served.house, "E", Scope.DESK)
    answers = [exchange(served, "k1", basket(), officer).json() for officer in ("D", "E")]
    assert 2 == len({answer["exchange"] for answer in answers})


def test_a_revoked_key_gets_no_answer(served: Served) -> None:
    """Whoever found a lost key does not even learn what was answered to it before."""
    assert 201 == exchange(served, "k1", basket()).status_code
    keys = served.client.get(f"{served.path}/keys", headers=served.headers("S")).json()["keys"]
    lost = next(key["key"] for key in keys if key["officer"] == "D")
    served.ledger.do(RevokeKey(key=lost))
    for body in (basket(), b"{"):
        answer = exchange(served, "k1", body)
        assert (401, "key_revoked") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("key", [None, "", "a b", "k" * 201, "\u00e9", "k\x7f"])
def test_a_key_that_cannot_be_used(served: Served, key: str | None) -> None:
    """Without a key, or with one that cannot be told apart, nothing is done."""
    headers = served.headers("D")
    if key is not None:
        headers |= {"Idempotency-Key": key.encode("latin-1")}  # type: ignore[dict-item]
    head = served.house.head()
    answer = served.client.post(f"{served.path}/exchanges", json=basket(), headers=headers)
    assert (400, "idempotency_key_invalid") == (answer.status_code, answer.json()["code"])
    assert head == served.house.head()


def test_the_longest_key(served: Served) -> None:
    """A key of 200 visible characters is one."""
    assert 201 == exchange(served, "~" * 200, basket()).status_code


def line(key: str, **more: Any) -> bytes:
    """A line of a batch."""
    return json.dumps({"key": key, **basket(), **more}).encode()


def batch(served: Served, lines: list[bytes]) -> Response:
    """The answer to a batch."""
    return served.client.post(
        f"{served.path}/exchanges/batch",
        content=b"\n".join(lines) + b"\n" * bool(lines),
        headers={**served.headers("D"), "Content-Type": "application/x-ndjson"},
    )


def test_a_batch_is_answered_line_by_line(served: Served) -> None:
    """One answer a line, in order; a line that cannot be read says where, and stops no other."""
    few = [{"item": "rice", "quantity": "2"}]
    lines = [line("a"), line("b", lines=few), b"{", line("c", card="C9"), line("a"), line("d")]
    answers = [json.loads(answer) for answer in batch(served, lines).iter_lines()]
    told = [(answer["key"], answer["status"], answer.get("code")) for answer in answers]
    assert [
        ("a", 201, None),
        ("b", 422, "unreadable"),
        ("", 422, "unreadable"),
        ("c", 409, "card_unknown"),
        ("a", 201, None),
        ("d", 201, None),
    ] == told
    assert answers[0] == answers[4]
    assert ["line.lines[0].quantity"] == [fault["where"] for fault in answers[1]["errors"]]


def test_a_batch_that_is_sent_again(served: Served) -> None:
    """A desk that heard nothing sends everything again, and hears the same."""
    lines = [line("a"), line("b", card="C2"), line("c", card="C9"), b"?"]
    first, again = batch(served, lines), batch(served, lines)
    assert 200 == first.status_code
    assert first.content == again.content


def test_a_batch_of_ten_thousand_lines(served: Served) -> None:
    """The largest batch is answered whole, and the next larger one refused whole."""
    lines = [line(f"k{number}", session=SESSION, card="C9") for number in range(10_000)]
    answers = [json.loads(answer) for answer in batch(served, lines).iter_lines()]
    assert [f"k{number}" for number in range(10_000)] == [answer["key"] for answer in answers]
    assert {"card_unknown"} == {answer["code"] for answer in answers}
    too_many = batch(served, [*lines, line("one more")])
    assert (422, "unreadable") == (too_many.status_code, too_many.json()["code"])
    assert [
        {"where": "body", "sentence": "This must have at most 10000 entries."}
    ] == too_many.json()["errors"]


def test_a_batch_without_lines_or_too_long(served: Served) -> None:
    """Nothing to do is said, and a body over the limit is not read."""
    nothing = batch(served, [])
    assert (422, "unreadable") == (nothing.status_code, nothing.json()["code"])
    large = batch(served, [b"x" * (8 * 1024 * 1024)])
    assert (413, "body_too_large") == (large.status_code, large.json()["code"])
