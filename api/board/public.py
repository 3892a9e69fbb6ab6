"""The facts of the board as JSON: ``/api/v1/{community}/…``, for anybody and without a key."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from api.board import facts, shop_facts
from api.board.errors import NoticeNotFound, RulebookNotFound, SessionNotFound
from api.board.language import language_of
from api.board.schemas import Answer, Earned, NoticeList, NoticeSheet, Roll
from api.board.shop_schemas import Donors, ExchangeDays, ExchangeDaySheet, Rules, Shelf, Totals
from api.web.calls import OPEN
from api.web.documented import BOOKS, HEADERS, problems
from api.web.waiting import Books, say_position
from ledger.log.canonical import MAX_INTEGER
from projections.acts import Acts
from projections.earnings import Earnings
from projections.notices import Notices
from projections.people import People
from projections.shop import Shop
from projections.totals import Totals as TotalsBooks

PAGE_MAX: Final = 200
SKIP_MAX: Final = 1_000_000
NOTICES_MAX: Final = 50
CACHE: Final = "public, max-age=15"

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.", examples=[50])]
After = Annotated[
    int, Query(ge=0, le=SKIP_MAX, description="The `next` of the answer before.", examples=[0])
]
Before = Annotated[
    int | None,
    Query(ge=1, le=MAX_INTEGER, description="The `next` of the answer before.", examples=[24000]),
]
Id = Annotated[str, Path(max_length=100, pattern=r"^[^\x00]+$")]
QuarterWanted = Annotated[
    str | None,
    Query(
        pattern=r"^[1-9][0-9]{3}Q[1-4]$", description="Default: the newest.", examples=["2022Q3"]
    ),
]
MonthWanted = Annotated[
    str | None,
    Query(
        pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$",
        description="Default: the newest.",
        examples=["2022-09"],
    ),
]
RulebookWanted = Annotated[
    str | None,
    Query(max_length=100, pattern=r"^[^\x00]+$", description="Default: the one in force."),
]
Language = Annotated[str, Depends(language_of)]

ANSWERS: Final = {**problems(*BOOKS), 200: {"headers": HEADERS}}

routes = APIRouter(
    prefix="/api/v1/{community}", tags=["public"], responses=ANSWERS, dependencies=[OPEN]
)


def _mark(response: Response, answer: Answer, language: str | None = None) -> None:
    """Say as of when the answer is, and for how long it may be kept."""
    say_position(response, answer.as_of.position)
    response.headers["Cache-Control"] = CACHE
    if language is not None:
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language"


@routes.get("/notices")
def notices(
    response: Response,
    house: Books,
    limit: Annotated[int, Query(ge=1, le=NOTICES_MAX, description="How many at most.")] = 20,
    after: Before = None,
) -> NoticeList:
    """Sheets on the board, the newest first: what hangs until when."""
    with facts.opened(house, Notices, Acts) as seen:
        answer = facts.notice_list(seen, limit, after)
    _mark(response, answer)
    return answer


@routes.get("/notices/{notice}", responses=problems(*BOOKS, NoticeNotFound))
def notice(
    response: Response,
    language: Language,
    house: Books,
    notice: Id,
    limit: Limit = 100,
    after: After = 0,
) -> NoticeSheet:
    """A sheet: each act that earns points as a line, those that cost points as a count."""
    with facts.opened(house, Notices, Acts, People) as seen:
        answer = facts.notice_sheet(seen, notice, limit, after, language)
    _mark(response, answer, language)
    return answer


@routes.get("/roll")
def roll(
    response: Response,
    language: Language,
    house: Books,
    quarter: QuarterWanted = None,
    limit: Limit = 100,
    after: After = 0,
) -> Roll:
    """The honour roll of a quarter, ties side by side."""
    with facts.opened(house, Earnings, People) as seen:
        answer = facts.roll(seen, quarter, limit, after, language)
    _mark(response, answer, language)
    return answer


@routes.get("/earned")
def earned(
    response: Response,
    language: Language,
    house: Books,
    month: MonthWanted = None,
    limit: Limit = 100,
    after: After = 0,
) -> Earned:
    """What people earned in a month, each under the name that they consented to."""
    with facts.opened(house, Earnings, People) as seen:
        answer = facts.earned(seen, month, limit, after, language)
    _mark(response, answer, language)
    return answer


@routes.get("/sessions")
def sessions(response: Response, house: Books) -> ExchangeDays:
    """Exchange days, the latest first."""
    with facts.opened(house, Shop) as seen:
        answer = shop_facts.exchange_days(seen)
    _mark(response, answer)
    return answer


@routes.get("/sessions/{session}", responses=problems(*BOOKS, SessionNotFound))
def session(response: Response, house: Books, session: Id) -> ExchangeDaySheet:
    """An exchange day and what it handed out, by item."""
    with facts.opened(house, Shop) as seen:
        answer = shop_facts.exchange_day(seen, session)
    _mark(response, answer)
    return answer


@routes.get("/items")
def items(response: Response, house: Books) -> Shelf:
    """The shelf: prices, limits, and what may be given out today."""
    with facts.opened(house, Shop) as seen:
        answer = shop_facts.shelf(seen)
    _mark(response, answer)
    return answer


@routes.get("/donors")
def donors(
    response: Response,
    house: Books,
    limit: Limit = 100,
    after: After = 0,
) -> Donors:
    """Donors, and where their gifts went."""
    with facts.opened(house, Shop) as seen:
        answer = shop_facts.donors(seen, limit, after)
    _mark(response, answer)
    return answer


@routes.get("/totals")
def totals(response: Response, house: Books) -> Totals:
    """Points issued, spent, expired and outstanding; by month and by rule."""
    with facts.opened(house, TotalsBooks, Shop) as seen:
        answer = shop_facts.totals(seen)
    _mark(response, answer)
    return answer


@routes.get("/rules", responses=problems(*BOOKS, RulebookNotFound))
def rules(
    response: Response,
    house: Books,
    rulebook: RulebookWanted = None,
) -> Rules:
    """What earns and what costs points, by the rulebook in force or another one."""
    with facts.opened(house) as seen:
        answer = shop_facts.rules(seen, rulebook)
    _mark(response, answer)
    return answer
