"""Pages about people: the honour roll, and what everybody earned."""

from fastapi import APIRouter, Request, Response

from api.board import facts
from api.board.public import Language, MonthWanted, QuarterWanted
from api.board.render import LINES_PER_PAGE, PageNumber, PageRoute, page
from api.web.calls import Served
from projections.earnings import Earnings
from projections.people import People

routes = APIRouter(route_class=PageRoute, include_in_schema=False)


@routes.get("/{community}/roll")
def roll(
    request: Request,
    language: Language,
    house: Served,
    quarter: QuarterWanted = None,
    number: PageNumber = 1,
) -> Response:
    """The honour roll of a quarter."""
    with facts.opened(house, Earnings, People) as seen:
        skip = (number - 1) * LINES_PER_PAGE
        return page(
            request,
            "roll.html",
            language,
            seen=seen,
            here=("roll",),
            query={"quarter": quarter, "page": number},
            number=number,
            answer=facts.roll(seen, quarter, LINES_PER_PAGE, skip, language),
        )


@routes.get("/{community}/earned")
def earned(
    request: Request,
    language: Language,
    house: Served,
    month: MonthWanted = None,
    number: PageNumber = 1,
) -> Response:
    """Points earned by person in a month."""
    with facts.opened(house, Earnings, People) as seen:
        skip = (number - 1) * LINES_PER_PAGE
        return page(
            request,
            "earned.html",
            language,
            seen=seen,
            here=("earned",),
            query={"month": month, "page": number},
            number=number,
            answer=facts.earned(seen, month, LINES_PER_PAGE, skip, language),
        )
