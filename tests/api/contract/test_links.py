"""The links of the OpenAPI document, each followed once."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from ledger.server import Database
from tests.api.authority.sending import key_for, send
from tests.api.authority.subjects import SUBJECTS, Subject
from tests.api.ground import Ground, prepared
from tests.support.live import app_of

COMMUNITY = "links"
BESIDE = {"second_approval_required", "act_already_reviewed", "act_not_in_notice", "key_unknown"}
"""Refusals that know the subject: it stands at another stage than the call is for."""


def test_links_lead_on(database: Database, tmp_path: Path) -> None:
    """Each link of the document gives the next call what it needs: its subject is found."""
    with prepared(database, COMMUNITY, tmp_path) as ground:
        ground.recorded()
        ground.objection()
        ground.house.follower.wait_for(ground.house.head(), 60)
        app = app_of({COMMUNITY: ground.house})
        with TestClient(app) as client:
            answered = {
                (source, target): followed(client, ground, source, target, link)
                for source, target, link in links_of(app)
            }
    allowed = {None, *BESIDE}
    assert {} == {way: code for way, code in answered.items() if code not in allowed}


def links_of(app: FastAPI) -> list[tuple[str, str, dict[str, str]]]:
    """Every link: from which call, to which, with which parameters."""
    return [
        (call["operationId"], target, link["parameters"])
        for calls in app.openapi()["paths"].values()
        for call in calls.values()
        for response in call["responses"].values()
        for target, link in response.get("links", {}).items()
    ]


def followed(
    client: TestClient, ground: Ground, source: str, target: str, link: dict[str, str]
) -> str | None:
    """What the call at the end of a link is refused with."""
    first = SUBJECTS[source](ground)
    answer = send(client, ground, source, first, key_for(ground, source)).json()
    given = {"community": COMMUNITY, **first.address}
    address = {name: pointed(given, answer, expression) for name, expression in link.items()}
    second = Subject(address, SUBJECTS[target](ground).body)
    response = send(client, ground, target, second, key_for(ground, target))
    return str(response.json()["code"]) if response.is_error else None


def pointed(given: dict[str, str], answer: Any, expression: str) -> str:
    """What a runtime expression (OpenAPI 3.1, 4.7.20.3) stands for."""
    if expression.startswith("$request.path."):
        return given[expression.removeprefix("$request.path.")]
    for part in expression.removeprefix("$response.body#/").split("/"):
        answer = answer[int(part) if part.isdigit() else part]
    return str(answer)
