"""Requests that nobody can read: a problem in the caller's language, never a fault of ours."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from structlog.testing import capture_logs

from ledger.server import Database
from tests.api.authority.sending import ROUTES, key_for, send
from tests.api.authority.subjects import SUBJECTS, Subject
from tests.api.authority.table import ROWS
from tests.api.ground import Ground, prepared
from tests.support.live import app_of

COMMUNITY = "badrequests"
NAME, PHONE, CARD = "哨兵张三丰", "13912345678", "SENTINEL-CARD-77"
SENTINELS = (NAME, PHONE, CARD)
SPOKEN = {"item", "key"}
"""What a basket holds is named in a refusal, for it is no secret and the clerk must know which; and
each answer of a batch says by the key of its line what it answers."""
LANGUAGES = ["zh-CN", "en"]
BODIES = {
    "cut": (b'{"card":', "这不是 JSON。", "This is not JSON."),
    "nan": (b'{"card":NaN}', "这里有 JSON 不允许的数", "This holds a number that JSON"),
    "infinity": (b'{"card":-Infinity}', "这里有 JSON 不允许的数", "This holds a number that JSON"),
    "digits": (b'{"card":%s}' % (b"9" * 5_000), "这里有 JSON 不允许的数", "This holds a number"),
    "deep": (b"[" * 60_000, "嵌套层数过多", "This is nested too deeply."),
    "twice": (b'{"card":"C1","card":"C2"}', "同一对象里有字段重复", "A field stands more than"),
    "bytes": (b'{"card":"\xff"}', "这不是 JSON。", "This is not JSON."),
    "utf-16": ('{"card":"C1"}'.encode("utf-16"), "这不是 JSON。", "This is not JSON."),
    "surrogate": (b'{"card":"\\ud800"}', "这段文字含有", "This text holds characters"),
    "nul": (b'{"card":"\\u0000"}', "", "This"),
    "list": (b"[]", "这里应是对象。", "This must be an object."),
    "null": (b"null", "", "This"),
    "number": (b'{"card":1e400}', "这里应是文字", "This must be a text."),
    "unknown": (b'{"card":"C1","x":1}', "这里有一个未知的字段", "A field in here is not known."),
}


@pytest.fixture(scope="module")
def ground(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The ground that the calls are made on."""
    with prepared(database, COMMUNITY, tmp_path_factory.mktemp(COMMUNITY)) as made:
        yield made


@pytest.fixture(scope="module")
def client(ground: Ground) -> Iterator[TestClient]:
    """A client of the application, which would raise what the application lets through."""
    with TestClient(app_of({COMMUNITY: ground.house})) as opened:
        yield opened


def look_up(
    client: TestClient, ground: Ground, content: Any, language: str = "en", **headers: str
) -> Response:
    """The answer to whether a card is known, which any body can be sent to."""
    return client.post(
        f"/api/v1/{COMMUNITY}/cards/lookup",
        content=content,
        headers={
            "Authorization": f"Bearer {key_for(ground, 'look_up_card')}",
            "Content-Type": "application/json",
            "Accept-Language": language,
            **headers,
        },
    )


def check_problem(response: Response, status: int, code: str, language: str) -> dict[str, Any]:
    """An answer is a problem (RFC 9457) in a language, and its body."""
    body: dict[str, Any] = response.json()
    assert (status, code) == (response.status_code, body["code"])
    assert (status, f"urn:sunledger:problem:{code}") == (body["status"], body["type"])
    assert "application/problem+json" == response.headers["content-type"]
    assert language == response.headers["content-language"]
    assert response.headers["x-request-id"] == body["request"]
    assert ("zh-CN" == language) == any("\u4e00" <= sign <= "\u9fff" for sign in body["title"])
    return body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_cannot_be_read(
    client: TestClient, ground: Ground, name: str, language: str
) -> None:
    """Each is told by what is wrong with it, and where."""
    content, *sentences = BODIES[name]
    body = check_problem(look_up(client, ground, content, language), 422, "unreadable", language)
    fault = body["errors"][0]
    assert fault["where"].startswith("body")
    assert fault["sentence"].startswith(sentences[LANGUAGES.index(language)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_methods_and_media_types(
    client: TestClient, ground: Ground, language: str
) -> None:
    """No such address, method, community or kind of body: each is a problem of its own."""
    spoken = {"Accept-Language": language}
    nothing = client.get("/api/v1/nothing/at/all", headers=spoken)
    check_problem(nothing, 404, "not_found", language)
    nowhere = client.get("/api/v1/nowhere/sessions/current", headers=spoken)
    check_problem(nowhere, 404, "community_unknown", language)
    method = client.delete(f"/api/v1/{COMMUNITY}/acts", headers=spoken)
    check_problem(method, 405, "method_not_allowed", language)
    assert "GET, POST" == method.headers["allow"]
    for kind in ("text/plain", "application/xml", "multipart/form-data", ""):
        other = look_up(client, ground, b'{"card":"C1"}', language, **{"Content-Type": kind})
        check_problem(other, 415, "media_type_unsupported", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stated", [True, False])
def test_bodies_that_are_too_long(
    client: TestClient, ground: Ground, stated: bool, language: str
) -> None:
    """A body over the limit is refused by its length, stated or not."""
    long = b'{"card":"' + b"x" * 70_000
    content = long if stated else iter([long[:40_000], long[40_000:]])
    answer = look_up(client, ground, content, language)
    check_problem(answer, 413, "body_too_large", language)


def leaves(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all texts in a body."""
    parts = body.items() if isinstance(body, dict) else enumerate(body)
    for name, part in parts:
        if isinstance(part, dict | list):
            yield from leaves(part, (*path, name))
        elif isinstance(part, str) and name not in SPOKEN:
            yield (*path, name)


def changed(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of a body with another value at a path."""
    copy = json.loads(json.dumps(body))
    place = copy
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return copy


def with_sentinels(subject: Subject) -> Iterator[Subject]:
    """The subject with something personal in each text, in readable and in unreadable ways."""
    body = json.loads(subject.body) if isinstance(subject.body, bytes) else subject.body
    for name in subject.address:
        yield replace(subject, address={**subject.address, name: CARD})
        yield replace(subject, address={**subject.address, name: PHONE})
    for path in leaves(body or {}):
        for sentinel in (NAME, PHONE, CARD):
            yield replace(subject, body=changed(body, path, sentinel))
        yield replace(subject, body=changed(body, path, [NAME, {PHONE: CARD}]))
        yield replace(subject, body=changed(body, path, NAME * 2_000))
    if body is not None:
        yield replace(subject, body={**body, NAME: PHONE, PHONE: CARD})


@pytest.mark.parametrize("operation", [name for name, row in ROWS.items() if row.keyed])
def test_nothing_personal_comes_back(client: TestClient, ground: Ground, operation: str) -> None:
    """A name, a phone number or a card in any place stands in no problem, log line or figure."""
    subject, key = SUBJECTS[operation](ground), key_for(ground, operation)
    with capture_logs() as logs:
        for sent in with_sentinels(subject):
            if isinstance(subject.body, bytes):
                sent.body = json.dumps(sent.body).encode()
            answer = send(client, ground, operation, sent, key)
            assert 500 > answer.status_code
            # A batch has its refusals in an answer that says 200.
            if answer.is_error or isinstance(subject.body, bytes):
                assert [] == spoken_of(answer.text)
    assert [] == spoken_of(repr(logs))
    assert [] == spoken_of(client.get("/metrics").text)


def spoken_of(text: str) -> list[str]:
    """The sentinels that a text names."""
    return [sentinel for sentinel in SENTINELS if sentinel in text]


def test_words_of_the_request_line_and_headers(client: TestClient) -> None:
    """A made-up method, address, query or header is not written down anywhere."""
    with capture_logs() as logs:
        client.request(PHONE, f"/{PHONE}/{CARD}?{CARD}={PHONE}")
        client.get(f"/api/v1/{CARD}/sessions/current?wait_for={PHONE}x&{CARD}=1")
        answer = client.get("/api/v1/x/events", headers={"Authorization": f"Bearer {CARD}"})
        client.get("/healthz", headers={b"X-Request-Id": NAME.encode()})
    assert [] == spoken_of(answer.text)
    assert [] == spoken_of(repr(logs))
    assert [] == spoken_of(client.get("/metrics").text)


def test_every_call_with_a_body_is_tried() -> None:
    """The sentinels have somewhere to stand in more than half of the calls."""
    tried = [name for name in ROUTES if ROUTES[name][0] == "POST"]
    assert len(tried) > len(ROUTES) / 2
