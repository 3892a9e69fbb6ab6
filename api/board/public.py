"""The facts of the board as JSON: ``/api/v1/{community}/…``, for anybody and without a key."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from api.board import facts, shop_facts
from api.board.house import BoardHouse, HouseOf
from api.board.language import language_of
from api.board.schemas import Answer, Earned, NoticeList, NoticeSheet, Roll
from api.board.shop_schemas import Donors, ExchangeDays, ExchangeDaySheet, Rules, Shelf, Totals
from projections.acts import Acts
from projections.earnings import Earnings
from projections.notices import Notices
from projections.people import People
from projections.shop import Shop
from projections.totals import Totals as TotalsBooks

PAGE_MAX: Final = 200
SKIP_MAX: Final = 1_000_000
POSITION_MAX: Final = 2**53 - 1
POSITION_HEADER: Final = "Sunledger-Position"
CACHE: Final = "public, max-age=15"

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.", examples=[50])]
After = Annotated[
    int, Query(ge=0, le=SKIP_MAX, description="The `next` of the answer before.", examples=[0])
]
Before = Annotated[
    int | None,
    Query(ge=1, le=POSITION_MAX, description="The `next` of the answer before.", examples=[24000]),
]
Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$")]
QuarterWanted = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{4}Q[1-4]$", description="Default: the newest.", examples=["2022Q3"]),
]
MonthWanted = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        description="Default: the newest.",
        examples=["2022-09"],
    ),
]
RulebookWanted = Annotated[
    str | None,
    Query(max_length=100, pattern=r"^[^\x00]+$", description="Default: the one in force."),
]
Language = Annotated[str, Depends(language_of)]

_HEADERS: Final[dict[str, Any]] = {
    POSITION_HEADER: {
        "description": "As of which position of the log.",
        "schema": {"type": "integer"},
    }
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": _HEADERS}}


def _mark(response: Response, answer: Answer, language: str | None = None) -> None:
    """Say as of when, and for how long the answer may be kept."""
    response.headers[POSITION_HEADER] = str(answer.as_of.position)
    response.headers["Cache-Control"] = CACHE
    if language is not None:
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language"


def public_routes(house_of: HouseOf) -> APIRouter:
    """The public routes of every community that ``house_of`` knows."""
    router = APIRouter(prefix="/api/v1/{community}", tags=["public"], responses=_RESPONSES)

    def house(community: Annotated[str, Path(max_length=100)]) -> BoardHouse:
        return house_of(community)

    _add_people(router, house)
    _add_shop(router, house)
    return router


House = Callable[..., BoardHouse]


def _add_people(router: APIRouter, house: House) -> None:
    """Notices, the honour roll, and what everybody earned."""

    @router.get("/notices")
    def notices(
        response: Response,
        house: Annotated[BoardHouse, Depends(house)],
        limit: Limit = 20,
        after: Before = None,
    ) -> NoticeList:
        """Sheets on the board, the newest first: what hangs until when."""
        with facts.opened(house, Notices, Acts) as seen:
            answer = facts.notice_list(seen, min(limit, 50), after)
        _mark(response, answer)
        return answer

    @router.get("/notices/{notice}")
    def notice(
        response: Response,
        language: Language,
        house: Annotated[BoardHouse, Depends(house)],
        notice: Id,
        limit: Limit = 100,
        after: After = 0,
    ) -> NoticeSheet:
        """A sheet: each act that earns points as a line, those that cost points as a count."""
        with facts.opened(house, Notices, Acts, People) as seen:
            answer = facts.notice_sheet(seen, notice, limit, after, language)
        _mark(response, answer, language)
        return answer

    @router.get("/roll")
    def roll(
        response: Response,
        language: Language,
        house: Annotated[BoardHouse, Depends(house)],
        quarter: QuarterWanted = None,
        limit: Limit = 100,
        after: After = 0,
    ) -> Roll:
        """The honour roll of a quarter, ties side by side."""
        with facts.opened(house, Earnings, People) as seen:
            answer = facts.roll(seen, quarter, limit, after, language)
        _mark(response, answer, language)
        return answer

    @router.get("/earned")
    def earned(
        response: Response,
        language: Language,
        house: Annotated[BoardHouse, Depends(house)],
        month: MonthWanted = None,
        limit: Limit = 100,
        after: After = 0,
    ) -> Earned:
        """What people earned in a month, each under the name that they consented to."""
        with facts.opened(house, Earnings, People) as seen:
            answer = facts.earned(seen, month, limit, after, language)
        _mark(response, answer, language)
        return answer


def _add_shop(router: APIRouter, house: House) -> None:
    """Exchange days, the shelf, donors, totals and rules."""

    @router.get("/sessions")
    def sessions(response: Response, house: Annotated[BoardHouse, Depends(house)]) -> ExchangeDays:
        """Exchange days, the latest first."""
        with facts.opened(house, Shop) as seen:
            answer = shop_facts.exchange_days(seen)
        _mark(response, answer)
        return answer

    @router.get("/sessions/{session}")
    def session(
        response: Response, house: Annotated[BoardHouse, Depends(house)], session: Id
    ) -> ExchangeDaySheet:
        """An exchange day and what it handed out, by item."""
        with facts.opened(house, Shop) as seen:
            answer = shop_facts.exchange_day(seen, session)
        _mark(response, answer)
        return answer

    @router.get("/items")
    def items(response: Response, house: Annotated[BoardHouse, Depends(house)]) -> Shelf:
        """The shelf: prices, limits, and what may be given out today."""
        with facts.opened(house, Shop) as seen:
            answer = shop_facts.shelf(seen)
        _mark(response, answer)
        return answer

    @router.get("/donors")
    def donors(
        response: Response,
        house: Annotated[BoardHouse, Depends(house)],
        limit: Limit = 100,
        after: After = 0,
    ) -> Donors:
        """Donors, and where their gifts went."""
        with facts.opened(house, Shop) as seen:
            answer = shop_facts.donors(seen, limit, after)
        _mark(response, answer)
        return answer

    @router.get("/totals")
    def totals(response: Response, house: Annotated[BoardHouse, Depends(house)]) -> Totals:
        """Points issued, spent, expired and outstanding; by month and by rule."""
        with facts.opened(house, TotalsBooks, Shop) as seen:
            answer = shop_facts.totals(seen)
        _mark(response, answer)
        return answer

    @router.get("/rules")
    def rules(
        response: Response,
        house: Annotated[BoardHouse, Depends(house)],
        rulebook: RulebookWanted = None,
    ) -> Rules:
        """What earns and what costs points, by the rulebook in force or another one."""
        with facts.opened(house) as seen:
            answer = shop_facts.rules(seen, rulebook)
        _mark(response, answer)
        return answer
