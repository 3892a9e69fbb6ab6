"""Every call against the OpenAPI document: generated requests, all checks, no fault."""

from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import settings
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.schemas import BaseSchema

from ledger.server import Database
from tests.api.contract import calling
from tests.api.contract.calling import WALKS, Call, many, prepare
from tests.api.ground import Ground, prepared
from tests.support.live import app_of

COMMUNITY = "contract"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def ground(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The ground that the calls are made on."""
    with prepared(database, COMMUNITY, tmp_path_factory.mktemp(COMMUNITY)) as made:
        yield made


@pytest.fixture(scope="module")
def app(ground: Ground) -> FastAPI:
    """The application, in this process."""
    return app_of({COMMUNITY: ground.house})


@pytest.fixture(scope="module")
def anonymous(app: FastAPI) -> BaseSchema:
    """The document, for somebody without a key."""
    return calling.document(app)


@pytest.fixture(scope="module")
def keyed(app: FastAPI, ground: Ground) -> BaseSchema:
    """The document, for officers with the right key for each call."""
    return calling.keyed(app, ground)


@pytest.fixture(autouse=True)
def named_node(request: pytest.FixtureRequest) -> None:
    """Schemathesis 4.32 renames the node of a test, by a name that pytest 9.1 took away."""
    vars(request.node)["_nodeid"] = request.node.nodeid


@many
@schemathesis.pytest.from_fixture("anonymous").parametrize()
def test_calls_without_a_key(case: Call) -> None:
    """Whatever somebody without a key sends, the answer is one that the document promises."""
    prepare(case, COMMUNITY)
    case.call_and_validate()


@many
@schemathesis.pytest.from_fixture("keyed").parametrize()
def test_calls_with_a_key(case: Call) -> None:
    """Whatever an officer who may make the call sends, the answer is as the document says."""
    prepare(case, COMMUNITY)
    case.call_and_validate()


@pytest.fixture
def walk(keyed: BaseSchema) -> type[APIStateMachine]:
    """Walks along the links: what a call answers is where the next one goes."""

    class Walk(keyed.as_state_machine()):  # type: ignore[misc] # made while the test runs
        def before_call(self, case: Call) -> None:
            prepare(case, COMMUNITY)

    machine: type[APIStateMachine] = Walk
    return machine


def test_calls_that_follow_one_another(walk: type[APIStateMachine]) -> None:
    """Whatever way a program takes along the links, each answer is as the document says."""
    walk.run(settings=settings(many, max_examples=WALKS, stateful_step_count=6))
