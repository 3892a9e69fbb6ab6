"""Pages about people: the honour roll, and what everybody earned."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.board import facts
from api.board.house import BoardHouse
from api.board.public import House, Language, MonthWanted, QuarterWanted
from api.board.render import LINES_PER_PAGE, PageNumber, page
from projections.earnings import Earnings
from projections.people import People


def add_people(router: APIRouter, house: House) -> None:
    """The honour roll, and what people earned."""

    @router.get("/{community}/roll")
    def roll(
        request: Request,
        language: Language,
        house: Annotated[BoardHouse, Depends(house)],
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

    @router.get("/{community}/earned")
    def earned(
        request: Request,
        language: Language,
        house: Annotated[BoardHouse, Depends(house)],
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
