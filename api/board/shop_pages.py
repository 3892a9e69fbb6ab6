"""Pages about the shop, donors, totals and rules."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api.board import facts, shop_facts
from api.board.public import Language, RulebookWanted
from api.board.render import PageNumber, PageRoute, page
from api.board.shop_schemas import Rule
from api.web.calls import Served
from projections.shop import Shop
from projections.totals import Totals

MONTHS_SHOWN_MAX: Final = 24
DONORS_PER_PAGE: Final = 50

SessionWanted = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]+$")]

routes = APIRouter(route_class=PageRoute, include_in_schema=False)


@routes.get("/{community}/exchange")
def exchange(
    request: Request,
    language: Language,
    house: Served,
    session: SessionWanted = None,
) -> Response:
    """The day that is open or comes next, the shelf, and what a past day handed out."""
    with facts.opened(house, Shop) as seen:
        days = shop_facts.exchange_days(seen)
        day = shop_facts.next_day(days)
        past = [d for d in days.sessions if d.state == "over"]
        wanted = session or (past[0].session if past else None)
        return page(
            request,
            "exchange.html",
            language,
            seen=seen,
            here=("exchange",),
            query={"session": session},
            day=day,
            coming=[d for d in days.sessions if d.state != "over" and d != day],
            past=past,
            shelf=shop_facts.shelf(seen, day),
            sheet=shop_facts.exchange_day(seen, wanted) if wanted else None,
        )


@routes.get("/{community}/donors")
def donors(
    request: Request,
    language: Language,
    house: Served,
    number: PageNumber = 1,
) -> Response:
    """Who gave what, and where it went."""
    with facts.opened(house, Shop) as seen:
        skip = (number - 1) * DONORS_PER_PAGE
        return page(
            request,
            "donors.html",
            language,
            seen=seen,
            here=("donors",),
            query={"page": number},
            number=number,
            answer=shop_facts.donors(seen, DONORS_PER_PAGE, skip),
        )


@routes.get("/{community}/totals")
def totals(request: Request, language: Language, house: Served) -> Response:
    """Points issued, spent, expired and outstanding."""
    with facts.opened(house, Totals, Shop) as seen:
        return page(
            request,
            "totals.html",
            language,
            seen=seen,
            here=("totals",),
            months_max=MONTHS_SHOWN_MAX,
            answer=shop_facts.totals(seen),
        )


@routes.get("/{community}/rules")
def rules(
    request: Request,
    language: Language,
    house: Served,
    rulebook: RulebookWanted = None,
) -> Response:
    """What earns and what costs points."""
    with facts.opened(house) as seen:
        answer = shop_facts.rules(seen, rulebook)
        return page(
            request,
            "rules.html",
            language,
            seen=seen,
            here=("rules",),
            query={"rulebook": rulebook},
            answer=answer,
            plus=_by_category(answer.rules, 1),
            minus=_by_category(answer.rules, -1),
        )


def _by_category(rules: list[Rule], sign: int) -> dict[str, list[Rule]]:
    """Rules of one sign by category, both in the order of the rulebook."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.sign == sign:
            found.setdefault(rule.category, []).append(rule)
    return found
