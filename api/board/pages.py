"""The pages of the board: server-rendered, printable, no script."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from api.board import facts, people_pages, shop_facts, shop_pages
from api.board.assets import ASSETS
from api.board.public import Before, Id, Language
from api.board.render import LINES_PER_PAGE, Links, PageNumber, PageRoute, page
from api.board.schemas import NoticeHead
from api.hosting.errors import NotFoundError
from api.hosting.house import House
from api.web.calls import OPEN, Served
from ledger.errors import LedgerError
from projections.acts import Acts
from projections.earnings import Earnings
from projections.notices import Notices
from projections.people import People
from projections.shop import Shop
from projections.totals import Totals

NOTICES_PER_PAGE: Final = 20
FRONT_NOTICES_MAX: Final = 50
FRONT_ROLL_MAX: Final = 12
"""Lines of rank three or better on the front page; more than that share a place."""
FRONT_DONORS_MAX: Final = 24
COMMUNITIES_MAX: Final = 500
INTERFACE: Final = "api"
"""The one name that is no community's: what lies below it answers programs."""

routes = APIRouter(route_class=PageRoute, include_in_schema=False, dependencies=[OPEN])
"""To be included last: ``/{community}`` takes any name."""


@routes.get("/static/{name}")
def static(name: str) -> Response:
    """A file that pages load."""
    asset = ASSETS.get(name)
    if asset is None:
        raise NotFoundError
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@routes.get("/")
def root(request: Request, language: Language) -> Response:
    """The only community's front page, or a list of all."""
    houses: Mapping[str, House] = request.app.state.houses
    if len(houses) == 1:
        return RedirectResponse(Links(request, language, next(iter(houses))).to(), 302)
    shown = sorted(houses)[:COMMUNITIES_MAX]
    found = [(name, _names_of(houses[name])) for name in shown]
    return page(request, "communities.html", language, communities=found)


def _names_of(house: House) -> tuple[str, str]:
    """A community's names in Chinese and English; one that cannot be read now has its plain one."""
    try:
        with facts.opened(house) as seen:
            return seen.community.name_zh, seen.community.name_en
    except LedgerError:
        return house.community, house.community


@routes.get("/{community}")
def front(request: Request, language: Language, house: Served) -> Response:
    """What matters today, each with the way to the whole of it."""
    with facts.opened(house, Acts, Earnings, Notices, People, Shop, Totals) as seen:
        days = shop_facts.exchange_days(seen)
        day = shop_facts.next_day(days)
        roll = facts.roll(seen, None, FRONT_ROLL_MAX + 1, 0, language)
        first = [line for line in roll.lines if line.rank <= 3]
        return page(
            request,
            "front.html",
            language,
            seen=seen,
            hanging=_by_closing(facts.open_notices(seen, FRONT_NOTICES_MAX)),
            today=seen.today,
            newest=facts.notice_list(seen, 1).notices,
            totals=shop_facts.totals(seen),
            day=day,
            last_day=days.sessions[0] if days.sessions else None,
            items=len(shop_facts.shelf(seen, day).items),
            roll=roll,
            first=first[:FRONT_ROLL_MAX],
            more_share=len(first) > FRONT_ROLL_MAX,
            donors=shop_facts.donors(seen, FRONT_DONORS_MAX, 0),
        )


def _by_closing(notices: list[NoticeHead]) -> list[tuple[str, list[NoticeHead]]]:
    """Sheets that come down together, each posting in the order of its sheets."""
    ordered = sorted(notices, key=lambda notice: (notice.closes_at, notice.number))
    return [(end, list(sheets)) for end, sheets in groupby(ordered, lambda n: n.closes_at)]


@routes.get("/{community}/notices")
def notices(request: Request, language: Language, house: Served, before: Before = None) -> Response:
    """All sheets, the newest first."""
    with facts.opened(house, Notices, Acts) as seen:
        return page(
            request,
            "notices.html",
            language,
            seen=seen,
            here=("notices",),
            query={"before": before},
            before=before,
            answer=facts.notice_list(seen, NOTICES_PER_PAGE, before),
        )


@routes.get("/{community}/notices/{notice}")
def notice(
    request: Request, language: Language, house: Served, notice: Id, number: PageNumber = 1
) -> Response:
    """A sheet with its lines."""
    with facts.opened(house, Notices, Acts, People) as seen:
        skip = (number - 1) * LINES_PER_PAGE
        return page(
            request,
            "notice.html",
            language,
            seen=seen,
            here=("notices", notice),
            query={"page": number},
            number=number,
            skip=skip,
            answer=facts.notice_sheet(seen, notice, LINES_PER_PAGE, skip, language),
        )


routes.include_router(people_pages.routes)
routes.include_router(shop_pages.routes)


@routes.get("/{community}/{other}")
def nothing(community: str, other: str) -> Response:
    """An address that nobody gave out.

    Raises:
        NotFoundError: always, for a person.
        HTTPException: always, for a program.
    """
    del other
    if community == INTERFACE:
        raise HTTPException(404)
    raise NotFoundError
