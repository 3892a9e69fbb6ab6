"""Whether the process lives, whether it can work, and its figures."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from api.hosting.house import House
from api.messages import N_, language_from_header, translate
from api.web.calls import OPEN
from api.web.documented import EVERY, problems
from api.web.fields import Shown
from api.web.metrics import Metrics
from ledger.errors import LedgerError
from projections.errors import ProjectionStaleError
from projections.sealing.sealer import State

BEHIND_MAX: Final = 50_000
"""Positions that a read model or the seal may be behind before the process is not ready."""
STALLED_SECONDS_MAX: Final = 30
"""How long the seal may stay where it is while the log goes on."""

_STOPPED: Final = N_("The books called {name} stopped ({error}): sunledger rebuild {name}.")
_BEHIND: Final = N_("The books called {name} are {behind} positions behind. Wait, or look why.")
_UNSEALED: Final = N_(
    "{behind} positions are not under a signed checkpoint, and nothing moves. Look into the log of"
    " the server that seals."
)
_NO_KEY: Final = N_(
    "{behind} positions are not under a signed checkpoint: this server has no signing key, and no"
    " other one seals. Restore {community}.key into the folder keys, and start again."
)
_STARTING: Final = N_("The books called {name} are not followed yet.")

routes = APIRouter(tags=["operation"], dependencies=[OPEN])


class Alive(Shown):
    """The process answers."""

    status: str


class CheckShown(Shown):
    """One check of one community; ``sentence`` says what is wrong and what to do."""

    community: str
    check: str
    passed: bool
    sentence: str = ""


class Readiness(Shown):
    """Whether requests can be served, and if not, why."""

    ready: bool
    checks: list[CheckShown]


@routes.get("/healthz", responses=problems(*EVERY))
async def healthz() -> Alive:
    """The process lives. Says nothing about the database."""
    return Alive(status="ok")


@routes.get(
    "/readyz",
    response_model=Readiness,
    responses={
        **problems(*EVERY),
        503: {"model": Readiness, "description": "What is wrong stands in the checks."},
    },
)
def readyz(request: Request) -> Response:
    """Whether every community can be served: database, head, books, seal."""
    language = language_from_header(request.headers.get("accept-language"))
    houses: dict[str, House] = request.app.state.houses
    checks = [check for house in houses.values() for check in _checks(house, language)]
    ready = all(check.passed for check in checks)
    body: dict[str, Any] = Readiness(ready=ready, checks=checks).model_dump()
    return JSONResponse(body, 200 if ready else 503, {"Cache-Control": "no-store"})


def _checks(house: House, language: str) -> list[CheckShown]:
    try:
        head = house.head()
        positions = house.follower.positions()
    except LedgerError as error:
        sentence = translate(error.message, error.params, language)
        return [_check(house, "database", sentence)]
    return [
        _check(house, "database", ""),
        *(
            _check(house, f"books:{status.name}", _fault(status, positions, head, language))
            for status in house.follower.status()
        ),
        *_seal(house, language),
    ]


def _seal(house: House, language: str) -> list[CheckShown]:
    """Whether the log is sealed, by this process or another one."""
    if house.sealer is None:
        return []
    seal = house.sealer.status()
    values = {"behind": seal.behind, "community": house.community}
    sentence = ""
    if seal.error is not None:
        sentence = translate(seal.error.message, seal.error.params, language)
    elif seal.behind > BEHIND_MAX or seal.stalled_seconds > STALLED_SECONDS_MAX:
        alone = seal.state is State.WITHOUT_KEY
        sentence = translate(_NO_KEY if alone else _UNSEALED, values, language)
    return [_check(house, "seal", sentence)]


def _fault(status: Any, positions: dict[str, int], head: int, language: str) -> str:
    """What is wrong with one read model; an empty text: nothing."""
    values = {"name": status.name, "error": status.error or ""}
    if status.state == "stopped":
        return translate(_STOPPED, values, language)
    if status.state == "rebuild":
        return translate(ProjectionStaleError.message, {}, language)
    if status.state == "missing":
        return translate(_STARTING, values, language)
    behind = head - positions.get(status.name, 0)
    if behind > BEHIND_MAX:
        return translate(_BEHIND, {**values, "behind": behind}, language)
    return ""


def _check(house: House, name: str, sentence: str) -> CheckShown:
    return CheckShown(community=house.community, check=name, passed=not sentence, sentence=sentence)


@routes.get(
    "/metrics",
    responses={
        **problems(*EVERY),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
    },
    response_class=Response,
)
def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.page(), media_type=CONTENT_TYPE_LATEST)
