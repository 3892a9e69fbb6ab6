"""The log over HTTP: the public half for everybody, all of it for auditors, who leave a trace."""

import json
from typing import Any

import msgspec
import pytest
from httpx2 import Response

from ledger.commands.keys import RevokeKey
from ledger.commands.officers import AppointOfficer, EndTerm
from ledger.log.entries import LoggedEvent
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from tests.api.conftest import Served
from tests.support.live import grant
from tests.support.whole import everything

PAGE = 7
DISCLOSED = "openings-disclosed.v1"


class Line(msgspec.Struct):
    """A line of the feed, its parts as the bytes that were sent."""

    position: int
    entry: msgspec.Raw
    text: msgspec.Raw = msgspec.Raw()
    opening: msgspec.Raw = msgspec.Raw()


def page(served: Served, key: str | None = None, **query: int) -> Response:
    """A page of the feed."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = served.client.get(f"{served.path}/events", params=query, headers=headers)
    assert 200 == answer.status_code, answer.text
    assert "application/x-ndjson" == answer.headers["content-type"].partition(";")[0]
    return answer


def lines(answer: Response) -> list[Line]:
    """The lines of a page."""
    return [msgspec.json.decode(line, type=Line) for line in answer.content.splitlines()]


def walked(served: Served, key: str | None, limit: int) -> list[Line]:
    """Every page, each behind the one before, until one is empty."""
    found: list[Line] = []
    after = 0
    for _ in range(1_000):
        answer = page(served, key, after=after, limit=limit)
        got = lines(answer)
        assert len(got) <= limit
        if not got:
            assert str(after) == answer.headers["sunledger-next"]
            return found
        assert str(got[-1].position) == answer.headers["sunledger-next"]
        assert int(answer.headers["sunledger-position"]) >= got[-1].position
        found += got
        after = got[-1].position
    raise AssertionError


def raw(part: msgspec.Raw) -> bytes | None:
    """The bytes of a part; None where it was left out."""
    return bytes(part) or None


def parts(logged: LoggedEvent) -> tuple[int, bytes, bytes | None]:
    """What everybody is given of an event."""
    return logged.position, logged.event.data, logged.event.text


@pytest.mark.parametrize("officer", [None, "D", "S"])
def test_everybody_is_given_the_public_half(served: Served, officer: str | None) -> None:
    """Without a key, or with one for other calls: entries and texts, as stored, and no opening."""
    key = None if officer is None else served.keys[officer]
    head = served.house.head()
    stored = everything(served.house.store)
    given = walked(served, key, PAGE)
    assert [parts(logged) for logged in stored] == [
        (line.position, bytes(line.entry), raw(line.text)) for line in given
    ]
    assert {None} == {raw(line.opening) for line in given}
    assert any(raw(line.text) for line in given)
    assert head == served.house.head()


def test_an_auditor_is_given_everything(served: Served) -> None:
    """A supervisor with a key for audits gets every half as it was stored, to the byte."""
    before = everything(served.house.store)
    given = walked(served, served.keys["T"], 1_000)
    stored = everything(served.house.store)
    assert [(*parts(logged), logged.event.opening) for logged in stored] == [
        (line.position, bytes(line.entry), raw(line.text), raw(line.opening)) for line in given
    ]
    assert len(before) < len(stored)


def disclosures(served: Served) -> list[dict[str, Any]]:
    """What was noted of what auditors were given."""
    return [
        json.loads(logged.event.data)["data"]
        for logged in everything(served.house.store)
        if logged.event.type == DISCLOSED
    ]


def test_what_an_auditor_is_given_is_noted_first(served: Served) -> None:
    """Each page with private halves is noted before it is given: from where, to where, how many."""
    stored = everything(served.house.store)
    answer = page(served, served.keys["T"], after=0, limit=PAGE)
    assert str(len(stored)) == answer.headers["sunledger-position"]
    openings = sum(logged.event.opening is not None for logged in stored[:PAGE])
    assert openings == sum(raw(line.opening) is not None for line in lines(answer))
    noted = {"after": 0, "through": PAGE, "openings": openings}
    assert [noted] == disclosures(served)
    assert "no-store" == answer.headers["cache-control"]


def test_the_same_page_is_noted_once(served: Served) -> None:
    """Asking again for what was given adds nothing; asking for more does."""
    for _ in range(3):
        page(served, served.keys["T"], after=0, limit=PAGE)
    page(served, served.keys["T"], after=PAGE, limit=PAGE)
    assert [0, PAGE] == [noted["after"] for noted in disclosures(served)]


def test_paging_ends(served: Served) -> None:
    """What is noted of an auditor's pages has no private half, so that reading it notes nothing."""
    before = served.house.head()
    walked(served, served.keys["T"], PAGE)
    noted = served.house.head()
    assert before < noted
    rest = lines(page(served, served.keys["T"], after=before, limit=1_000))
    assert [DISCLOSED] * (noted - before) == [
        json.loads(bytes(line.entry))["type"] for line in rest
    ]
    assert noted == served.house.head()


@pytest.mark.parametrize("officer", ["S", "R", "D"])
def test_a_key_for_audits_is_not_enough(served: Served, officer: str) -> None:
    """Who is no supervisor is refused, gets no private half, and leaves no note."""
    key = grant(served.ledger, served.house, officer, Scope.AUDIT)
    head = served.house.head()
    answer = served.client.get(f"{served.path}/events", headers={"Authorization": f"Bearer {key}"})
    assert (403, "not_in_office") == (answer.status_code, answer.json()["code"])
    assert head == served.house.head()


def test_nothing_is_given_that_was_not_noted(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose term ends between the question and the note gets nothing; a new term is noted anew."""
    admit_later = served.house.admit_later

    async def admitted(*asked: Any) -> str:
        post: str = await admit_later(*asked)
        served.ledger.do(EndTerm(post=post))
        return post

    headers = {"Authorization": f"Bearer {served.keys['T']}"}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(served.house, "admit_later", admitted)
        answer = served.client.get(f"{served.path}/events?limit={PAGE}", headers=headers)
    assert (409, "officer_unknown") == (answer.status_code, answer.json()["code"])
    assert [] == disclosures(served)
    served.ledger.do(
        AppointOfficer(officer="T", name="", kind=PostKind.SUPERVISOR, begins=served.ledger.at)
    )
    assert any(raw(line.opening) for line in lines(page(served, served.keys["T"], limit=PAGE)))
    assert [PAGE] == [noted["through"] for noted in disclosures(served)]


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=1001", "after=x", "after=1e3"])
def test_pages_that_nobody_can_ask_for(served: Served, query: str) -> None:
    """Positions and limits are whole numbers within bounds."""
    answer = served.client.get(f"{served.path}/events?{query}")
    assert (422, "unreadable") == (answer.status_code, answer.json()["code"])


def test_a_revoked_key_gets_not_even_the_public_half(served: Served) -> None:
    """Whatever its scope, a key that was revoked is told so; without it the feed is open."""
    key = served.ledger.writer.ask(
        lambda context: next(
            key for key, held in context.states.keys.keys.items() if held.officer == "D"
        )
    )
    served.ledger.do(RevokeKey(key=key))
    refused = served.client.get(f"{served.path}/events", headers=served.headers("D"))
    assert (401, "key_revoked") == (refused.status_code, refused.json()["code"])
    assert 200 == served.client.get(f"{served.path}/events").status_code
