"""The office's calls about the shop: items, goods, write-offs, counts, exchange sessions."""

from fastapi import APIRouter, Response

from api.office import answers, bodies
from api.web.calls import BEARER, Writing, writing
from api.web.documented import link, writes
from api.web.paths import CountId, WriteOffId
from ledger.commands.goods import AnnounceSession, CloseSession, ListItem, ReceiveGoods
from ledger.commands.stock import ConfirmCount, ConfirmWriteOff, CountStock, ProposeWriteOff
from ledger.states.keys import Scope

changes = APIRouter(
    prefix="/api/v1/{community}",
    tags=["office: shop"],
    route_class=writing(Scope.OFFICE),
    dependencies=[BEARER],
)


@changes.post(
    "/items",
    status_code=201,
    response_model=answers.ItemRecorded,
    responses=writes(ListItem),
)
async def list_item(body: bodies.ItemBody, write: Writing) -> Response:
    """Offer an item, or change its terms."""
    return await write(ListItem(**body.model_dump()))


@changes.post(
    "/goods",
    status_code=201,
    response_model=answers.GoodsRecorded,
    responses=writes(ReceiveGoods),
)
async def receive_goods(body: bodies.GoodsBody, write: Writing) -> Response:
    """A gift or a purchase comes to the shelf."""
    return await write(ReceiveGoods(**body.model_dump()))


@changes.post(
    "/write-offs",
    status_code=201,
    response_model=answers.WriteOffRecorded,
    responses=writes(ProposeWriteOff, links=(link("confirm_write_off", write_off="write_off"),)),
)
async def propose_write_off(body: bodies.WriteOffBody, write: Writing) -> Response:
    """Ask to write goods off; a second officer decides."""
    return await write(ProposeWriteOff(**body.model_dump()))


@changes.post(
    "/write-offs/{write_off}/confirmation",
    status_code=201,
    response_model=answers.WriteOffRecorded,
    responses=writes(ConfirmWriteOff),
)
async def confirm_write_off(write_off: WriteOffId, write: Writing) -> Response:
    """The second officer agrees to a write-off."""
    return await write(ConfirmWriteOff(write_off=write_off))


@changes.post(
    "/counts",
    status_code=201,
    response_model=answers.CountRecorded,
    responses=writes(CountStock, links=(link("confirm_count", count="count"),)),
)
async def count_stock(body: bodies.CountBody, write: Writing) -> Response:
    """Write down what was counted of each lot of goods."""
    counted = [(line.goods, line.quantity) for line in body.counted]
    return await write(CountStock(counted=counted))


@changes.post(
    "/counts/{count}/confirmation",
    status_code=201,
    response_model=answers.CountRecorded,
    responses=writes(ConfirmCount),
)
async def confirm_count(count: CountId, write: Writing) -> Response:
    """The second officer agrees: the shelf is what was counted."""
    return await write(ConfirmCount(count=count))


@changes.post(
    "/sessions",
    status_code=201,
    response_model=answers.SessionRecorded,
    responses=writes(AnnounceSession),
)
async def announce_session(body: bodies.SessionBody, write: Writing) -> Response:
    """Announce an exchange day."""
    return await write(AnnounceSession(**body.model_dump()))


@changes.post(
    "/sessions/close",
    status_code=201,
    response_model=answers.SessionRecorded,
    responses=writes(CloseSession),
)
async def close_session(body: bodies.ClosingBody, write: Writing) -> Response:
    """Close a session by a confirmed count that was taken after it ended."""
    return await write(CloseSession(session=body.session, count=body.count))
