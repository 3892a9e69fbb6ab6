"""What stands around every call: limits, ids, headers, figures, and whether all is well."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.types import Message

from api.app import ROUTERS
from api.web.calls import KeyedRoute, WriteRoute
from api.web.limits import Limits
from api.web.middleware import SAFE
from ledger.commands.people import RegisterHousehold, RegisterMember
from ledger.server import OWNER, Database, open_database
from ledger.states.keys import Scope
from projections.errors import ProjectionBehindError
from tests.api.conftest import Served
from tests.support.database import server_settings
from tests.support.live import ROOMY, LiveLedger, app_of, live_house

FEW = 3


def routes_of(router: Any) -> Iterator[APIRoute]:
    """The routes of a router, and of those that it includes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from routes_of(route.original_router)


OPEN_PATHS = [
    str(route.path_format)
    for router in ROUTERS
    for route in routes_of(router)
    if not isinstance(route, KeyedRoute | WriteRoute) and "GET" in (route.methods or ())
]
"""The templates of all calls and pages that ask for no key."""
ROOM = {"key_per_minute": ROOMY, "address_per_minute": ROOMY, "failures_per_minute": ROOMY}


@contextmanager
def limited(served: Served, **limits: int) -> Iterator[TestClient]:
    """A client of an application with one limit that is soon met."""
    houses = {served.house.community: served.house}
    with TestClient(app_of(houses, Limits(**{**ROOM, **limits}))) as client:
        yield client


def keys_page(served: Served, client: TestClient, key: str | None) -> Any:
    """The answer to a call that needs a key."""
    headers = {"Accept-Language": "en"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return client.get(f"{served.path}/keys", headers=headers)


def check_too_many(answer: Any) -> None:
    """A caller is told to wait, and for how long."""
    assert (429, "too_many_requests") == (answer.status_code, answer.json()["code"])
    assert "60" == answer.headers["retry-after"]
    assert "Too many requests. Wait 60 s and try again." == answer.json()["title"]


def test_a_key_is_limited(served: Served) -> None:
    """Each key has its own count; another one is served on."""
    with limited(served, key_per_minute=FEW) as client:
        for _ in range(FEW):
            assert 200 == keys_page(served, client, served.keys["S"]).status_code
        check_too_many(keys_page(served, client, served.keys["S"]))
        assert "scope_wrong" == keys_page(served, client, served.keys["D"]).json()["code"]


def test_an_address_without_a_key_is_limited(served: Served) -> None:
    """Callers without a key are counted by address; those with one are not among them."""
    with limited(served, address_per_minute=FEW) as client:
        for _ in range(FEW):
            assert 401 == keys_page(served, client, None).status_code
        check_too_many(keys_page(served, client, None))
        assert 200 == keys_page(served, client, served.keys["S"]).status_code


def test_a_made_up_key_is_no_way_around(served: Served) -> None:
    """Whatever call or page asks for no key, callers who send one are counted as those without."""
    around = []
    for path in OPEN_PATHS:
        url = path.format_map(defaultdict(lambda: "x", community=served.house.community))
        for header in ("Bearer made-up", "Basic eDp5"):
            with limited(served, address_per_minute=1) as client:
                answers = [client.get(url, headers={"Authorization": header}) for _ in range(2)]
            statuses = [answer.status_code for answer in answers]
            # `events` looks at a key where there is one, and counts the wrong ones by themselves.
            if 429 != statuses[1] and [401, 401] != statuses:
                around.append((path, header, statuses))
    assert [] == around


def test_a_page_says_how_long_to_wait(served: Served) -> None:
    """Who is told to wait by a page of the board is told how long, as programs are."""
    with limited(served, address_per_minute=1) as client:
        headers = {"Authorization": "Basic eDp5"}
        answers = [client.get(f"/{served.house.community}", headers=headers) for _ in range(2)]
    assert (429, "60") == (answers[1].status_code, answers[1].headers.get("retry-after"))


def test_another_scheme_is_no_way_around(served: Served) -> None:
    """Who comes with something else than a key is counted where one is asked for."""
    with limited(served, address_per_minute=FEW) as client:
        answers = [
            client.get(f"{served.path}/keys", headers={"Authorization": "Basic eDp5"}).status_code
            for _ in range(FEW + 1)
        ]
    assert [*[401] * FEW, 429] == answers


def test_trying_keys_is_limited(served: Served) -> None:
    """Who tries wrong keys is soon told nothing more, not even that a right one is right.

    Who has used a right one before is not kept out by a neighbour who guesses.
    """
    with limited(served, failures_per_minute=FEW) as client:
        used = served.headers("R")
        client.get(f"{served.path}/keys", headers=used)
        for _ in range(FEW):
            wrong = served.house.keyring.new_key(Scope.OFFICE)
            assert "key_not_known" == keys_page(served, client, wrong).json()["code"]
        for key in (served.house.keyring.new_key(Scope.OFFICE), served.keys["S"]):
            check_too_many(keys_page(served, client, key))
        assert 403 == client.get(f"{served.path}/keys", headers=used).status_code


def test_more_than_the_process_takes(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the bound on requests at once a caller is told to come back."""
    monkeypatch.setattr("api.web.middleware.IN_FLIGHT_MAX", 0)
    for language, title in (
        ("en", "More is going on than this server can take. Try again in 1 s."),
        ("zh-CN", "服务器"),
    ):
        answer = served.client.get("/healthz", headers={"Accept-Language": language})
        assert (503, "overloaded") == (answer.status_code, answer.json()["code"])
        assert "1" == answer.headers["retry-after"]
        assert title in answer.json()["title"]


@pytest.mark.parametrize("given", ["abc-1.2_Z", "x" * 64])
def test_an_id_of_the_caller_is_kept(served: Served, given: str) -> None:
    """A request goes by the id that its caller gave it."""
    answer = served.client.get("/healthz", headers={"X-Request-Id": given})
    assert given == answer.headers["x-request-id"]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_an_id_that_cannot_be_kept_is_made_anew(served: Served, given: str) -> None:
    """What might be read as something else in a log is not taken; every answer has an id."""
    made = {
        served.client.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
        for _ in range(2)
    }
    assert 2 == len(made)
    assert given not in made


def test_every_answer_is_safe_to_show(served: Served) -> None:
    """Good news and bad, from every layer, carry the headers that keep a browser from mischief."""
    addresses = ["/healthz", "/readyz", "/metrics", "/nothing", "/api/v1/openapi.json"]
    addresses += [f"{served.path}/{call}" for call in ("sessions/current", "keys", "events")]
    served.house.follower.wait_for(served.house.head(), 60)
    answers = [served.client.get(address) for address in addresses]
    answers.append(served.client.put("/healthz"))
    safe = {name.decode(): value.decode() for name, value in SAFE}
    assert [safe] * len(answers) == [
        {name: answer.headers.get(name) for name in safe} for answer in answers
    ]
    assert {200, 401, 404, 405} == {answer.status_code for answer in answers}


def test_figures(served: Served) -> None:
    """Figures count by the template of an address, and say how far the books are."""
    served.client.get(f"{served.path}/exchanges/abcdef", headers=served.headers("D"))
    page = served.client.get("/metrics").text
    template = "/api/v1/{community}/exchanges/{exchange}"
    line = f'sunledger_requests_total{{method="GET",route="{template}",status="409"}} 1.0'
    assert line in page.splitlines()
    assert "abcdef" not in page
    assert f'sunledger_writer_waiting{{community="{served.house.community}"}} 0.0' in page
    assert 'projection="people"}' in page


def test_the_process_lives_and_works(served: Served) -> None:
    """With nothing wrong, both say so."""
    served.house.follower.wait_for(served.house.head(), 60)
    assert (200, {"status": "ok"}) == (
        (alive := served.client.get("/healthz")).status_code,
        alive.json(),
    )
    ready = served.client.get("/readyz")
    assert (200, True) == (ready.status_code, ready.json()["ready"])
    assert {""} == {check["sentence"] for check in ready.json()["checks"]}


def unready(client: TestClient, language: str) -> dict[str, str]:
    """The sentences of the checks that failed."""
    answer = client.get("/readyz", headers={"Accept-Language": language})
    assert (503, False) == (answer.status_code, answer.json()["ready"])
    return {
        check["check"]: check["sentence"]
        for check in answer.json()["checks"]
        if not check["passed"]
    }


def test_books_that_stopped(served: Served, database: Database) -> None:
    """Where a read model cannot go on, the process is not ready, and says which and what to do."""
    schema = served.house.books.schema
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute(f'ALTER TABLE "{schema}".members RENAME TO elsewhere')
    served.ledger.do(RegisterHousehold(household="H9", grid="", building="", flat=""))
    member = RegisterMember(
        member="V9", household="H9", name="居民九", phone="", team="", consent="real"
    )
    position = served.ledger.do(member).position or 0
    with pytest.raises(ProjectionBehindError):
        served.house.follower.wait_for(position, 60, ["people"])
    assert ["books:people"] == list(unready(served.client, "en"))
    assert "sunledger rebuild people" in unready(served.client, "en")["books:people"]
    assert "sunledger rebuild people" in unready(served.client, "zh-CN")["books:people"]
    assert 200 == served.client.get("/healthz").status_code


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    """Without the database the process lives, is not ready, and says so in both languages."""
    with server_settings() as settings:
        with open_database(settings) as database:
            house = live_house(database, "lonely", tmp_path)
            LiveLedger(house.writer, house.store).open()
            house.start()
            house.follower.wait_for(house.head(), 60)
            client = TestClient(app_of({"lonely": house}))
            assert 200 == client.get("/readyz").status_code
        house.store.log.pool.timeout = 0.2
        english, chinese = (unready(client, language) for language in ("en", "zh-CN"))
        assert ["database"] == list(english) == list(chinese)
        assert english != chinese
        assert 200 == client.get("/healthz").status_code
        house.stop()


def test_a_body_that_does_not_come(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who sends half a body and then nothing is told so, and holds nothing up."""
    monkeypatch.setattr("api.web.body.BODY_SECONDS_MAX", 0.05)
    app = app_of({served.house.community: served.house})
    address, headers = f"{served.path}/cards/lookup", served.headers("D")
    # On a thread of its own: a browser of other tests may have left a loop running on this one.
    with ThreadPoolExecutor(1) as alone:
        sent = alone.submit(lambda: asyncio.run(half_a_body(app, address, headers)))
        status, body = sent.result()
    assert (408, "body_slow") == (status, json.loads(body)["code"])


async def half_a_body(app: FastAPI, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer to a POST whose body never ends."""
    pieces = [{"type": "http.request", "body": b'{"card":', "more_body": True}]
    sent: list[Message] = []

    async def receive() -> Message:
        if pieces:
            return pieces.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    await asyncio.wait_for(app(scope, receive, send), 30)
    status = next(m["status"] for m in sent if m["type"] == "http.response.start")
    return status, b"".join(m.get("body", b"") for m in sent)


def test_waiting_for_what_nobody_recorded(served: Served) -> None:
    """A position that the log has not come to is not waited for; the head is."""
    head = served.house.head()
    call = f"{served.path}/sessions/current"
    beyond = served.client.get(call, params={"wait_for": head + 1})
    assert (409, "position_unknown") == (beyond.status_code, beyond.json()["code"])
    caught_up = served.client.get(call, params={"wait_for": head})
    assert 200 == caught_up.status_code
    assert head <= int(caught_up.headers["sunledger-position"])
