"""The application: everything put together, and nothing else."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI

from api.audit import feed, sealed
from api.board import pages as board
from api.board import public
from api.desk import batch
from api.desk import routes as desk
from api.hosting.house import House
from api.office import acts, people, shop
from api.office import reading as office
from api.web import health
from api.web.documented import Problem
from api.web.limits import Limits
from api.web.metrics import Metrics
from api.web.middleware import Frame
from api.web.openapi import with_problems
from api.web.problems import handle_problems

ROUTERS: Final = (
    health.routes,
    batch.routes,
    desk.public,
    desk.reads,
    desk.changes,
    office.reads,
    people.changes,
    acts.changes,
    acts.objections,
    shop.changes,
    feed.routes,
    sealed.routes,
    public.routes,
    board.routes,  # the last: it takes any name for a community's
)


def application(houses: Mapping[str, House], limits: Limits | None = None) -> FastAPI:
    """The application that serves these communities."""
    app = FastAPI(
        title="Sunledger 阳光账本",
        version="1",
        summary="The points and volunteer ledger of residential communities.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.houses = houses
    app.state.metrics = Metrics(houses)
    app.state.limits = limits or Limits()
    for router in ROUTERS:
        app.include_router(router)
    handle_problems(app)
    app.add_middleware(Frame, metrics=app.state.metrics, limits=app.state.limits)
    with_problems(app, Problem)
    return app
