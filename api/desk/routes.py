"""The desk's calls: look a card up, hand a basket over, take goods back."""

from fastapi import APIRouter, Response

from api.desk import reading
from api.desk.schemas import (
    CardAnswer,
    CardBody,
    ExchangeAnswer,
    ExchangeBody,
    ExchangeShown,
    Recorded,
    ReturnAnswer,
    ReturnBody,
    SessionAnswer,
    ShelfLine,
)
from api.web.calls import BEARER, OPEN, Calling, Served, Writing, keyed, writing
from api.web.documented import ADMITTED, BOOKS, HEADERS, link, problems, writes
from api.web.paths import ExchangeId
from api.web.waiting import Books, say_position
from ledger.calendar import local_date
from ledger.commands.exchanges import CardBlocked, CardUnknown, ExchangeGoods
from ledger.commands.people import BlockCard
from ledger.commands.returns import ReturnGoods, SlipUnknown
from ledger.errors import LedgerError
from ledger.states.keys import Scope
from projections.community import Community, timezone_of
from projections.shelf import open_session, shelf
from projections.shop import Shop
from projections.views import view


class NoOpenSessionError(LedgerError):
    """The shop is closed."""

    code = "no_open_session"
    status = 404
    message = "No exchange session is open now."


public = APIRouter(prefix="/api/v1/{community}", tags=["desk"], dependencies=[OPEN])
reads = APIRouter(
    prefix="/api/v1/{community}",
    tags=["desk"],
    route_class=keyed(Scope.DESK),
    dependencies=[BEARER],
)
changes = APIRouter(
    prefix="/api/v1/{community}",
    tags=["desk"],
    route_class=writing(Scope.DESK),
    dependencies=[BEARER],
)


@public.get(
    "/sessions/current",
    responses={**problems(*BOOKS, NoOpenSessionError), 200: {"headers": HEADERS}},
)
def current_session(house: Books, response: Response) -> SessionAnswer:
    """The exchange session that is open now: its window and what is on the shelf."""
    now = house.clock()
    with view(house.books, Shop, Community) as seen:
        say_position(response, seen.position)
        session = open_session(seen.connection, now)
        if session is None:
            raise NoOpenSessionError
        today = local_date(now, timezone_of(seen.connection))
        return SessionAnswer(
            **session._asdict(),
            shelf=[ShelfLine(**line._asdict()) for line in shelf(seen.connection, today)],
            position=seen.position,
        )


@reads.post(
    "/cards/lookup",
    responses=problems(*ADMITTED, CardUnknown, CardBlocked),
)
async def look_up_card(body: CardBody, house: Served, caller: Calling) -> CardAnswer:
    """Whose account a card opens, its balance, and what is left of each limit.

    The balance is the ledger's own, and counts every exchange that was answered before, whichever
    process answered it.
    """
    return await reading.look_up(house, caller, body.card)


@reads.get("/exchanges/{exchange}", responses=problems(*ADMITTED, SlipUnknown))
async def show_exchange(exchange: ExchangeId, house: Served, caller: Calling) -> ExchangeShown:
    """What of an exchange was handed out and is not back."""
    return await house.admit_later(caller, reading.basket(exchange), *reading.DESK_POSTS)


@changes.post(
    "/exchanges",
    status_code=201,
    response_model=ExchangeAnswer,
    responses=writes(
        ExchangeGoods,
        links=(
            link("return_goods", exchange="exchange"),
            link("show_exchange", exchange="exchange"),
        ),
    ),
)
async def exchange_goods(body: ExchangeBody, write: Writing) -> Response:
    """Hand a basket over for points: all of it or nothing, once however often it is sent."""
    lines: list[tuple[str, int | None]] = [(line.item, line.quantity) for line in body.lines]
    return await write(ExchangeGoods(card=body.card, session=body.session, lines=lines))


@changes.post(
    "/exchanges/{exchange}/returns",
    status_code=201,
    response_model=ReturnAnswer,
    responses=writes(ReturnGoods),
)
async def return_goods(exchange: ExchangeId, body: ReturnBody, write: Writing) -> Response:
    """Take goods back; their points come back to the account."""
    lines: list[tuple[str, int | None]] = [(line.item, line.quantity) for line in body.lines]
    return await write(ReturnGoods(exchange=exchange, lines=lines, reason=body.reason))


@changes.post(
    "/cards/block",
    status_code=201,
    response_model=Recorded,
    responses=writes(BlockCard),
)
async def block_card(body: CardBody, write: Writing) -> Response:
    """Block a lost card; the account stays as it is."""
    return await write(BlockCard(card=body.card))
