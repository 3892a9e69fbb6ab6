"""Ways of tampering with accounts, goods and exchanges."""

from collections.abc import Callable
from typing import Any

import msgspec

from ledger.events.exchanges import (
    ExchangeLine,
    GoodsExchanged,
    GoodsReturned,
    SessionAnnounced,
    SessionClosed,
)
from ledger.events.goods import (
    CountConfirmed,
    CountLine,
    GoodsReceived,
    GoodsWrittenOff,
    ItemListed,
    StockCounted,
)
from ledger.events.people import CardBlocked, CardIssued
from ledger.events.points import (
    AwardReversed,
    ExpiryCompleted,
    LotsExpired,
    PointsAwarded,
    PointsDeducted,
)
from projections.audit import exchanges, goods, points
from tests.projections.audit.forging import (
    Events,
    Forgery,
    again,
    at,
    changed,
    nowhere,
    removed,
    where,
)

Lines = list[ExchangeLine]
OPENS = "2022-07-09T00:00:00Z"


def first_line(**changes: Any) -> Callable[[Lines], Lines]:
    """Change the first line of a basket."""

    def edit(lines: Lines) -> Lines:
        return [msgspec.structs.replace(lines[0], **changes), *lines[1:]]

    return edit


def other_lot(events: Events) -> int:
    """The oil comes from the rice."""
    rice = at(events, where(events, GoodsReceived)).goods

    def edit(lines: Lines) -> Lines:
        return [lines[0], ExchangeLine("oil", 1, 25, [(rice, 1)])]

    return changed(GoodsExchanged, lines=edit)(events)


def expired_less(events: Events) -> int:
    """A lot does not wholly expire."""
    lot, part = at(events, where(events, LotsExpired)).taken[0]
    return changed(LotsExpired, taken=[(lot, part - 1)], points=part - 1)(events)


def three_back(events: Events) -> int:
    """Three come back of two."""
    rice = at(events, where(events, GoodsReceived)).goods
    line = first_line(quantity=3, goods=[(rice, 3)])
    return changed(GoodsReturned, lines=line)(events)


def again_twice(events: Events) -> int:
    """What came back comes back twice more."""
    again(GoodsReturned)(events)
    return again(GoodsReturned)(events)


EXCHANGED = (GoodsExchanged, 0)
COUNT = [CountLine("other", 1, 1)]
FORGERIES = [
    Forgery(points.TAKEN_WRONG, changed(GoodsExchanged, taken=[]), "nothing taken"),
    Forgery(points.TAKEN_WRONG, changed(PointsDeducted, debt_added=20, taken=[]), "debt for lots"),
    Forgery(points.TAKEN_WRONG, changed(AwardReversed, taken=lambda t: t[::-1] + t), "other lots"),
    Forgery(points.LOT_MISSING, changed(GoodsExchanged, taken=[("other", 45)])),
    Forgery(points.LOT_EXPIRED, changed(PointsAwarded, expires="2022-07-09", shown=EXCHANGED)),
    Forgery(points.PAID_WRONG, changed(PointsAwarded, debt_paid=1, lot_points=59), "no debt"),
    Forgery(points.PAID_WRONG, changed(GoodsReturned, lot_points=11), "more than came back"),
    Forgery(points.TERM_WRONG, changed(PointsAwarded, expires="2022-08-07")),
    Forgery(points.TERM_WRONG, changed(GoodsReturned, expires=None), "never"),
    Forgery(points.BELOW_ZERO, changed(GoodsExchanged, points=91)),
    Forgery(points.UNBALANCED, changed(GoodsExchanged, points=44)),
    Forgery(points.UNBALANCED, changed(LotsExpired, points=1), "expired"),
    Forgery(points.EXPIRY_WRONG, expired_less, "in part"),
    Forgery(points.EXPIRY_WRONG, changed(LotsExpired, due_at="2022-08-05T15:00:00Z"), "hour"),
    Forgery(points.EXPIRY_WRONG, changed(LotsExpired, recorded_at="2022-08-01T00:00:00Z"), "early"),
    Forgery(points.EXPIRY_INCOMPLETE, removed(LotsExpired, shows_at=3)),
    Forgery(points.EXPIRY_INCOMPLETE, changed(ExpiryCompleted, -1, date="2022-08-13"), "to come"),
    Forgery(goods.GOODS_STRAY, other_lot),
    Forgery(goods.GOODS_STRAY, changed(GoodsReceived, 1, item="rice", shown=EXCHANGED), "item"),
    Forgery(goods.GOODS_REPEATED, again(GoodsReceived)),
    Forgery(goods.GOODS_REPEATED, changed(GoodsReceived, item="salt"), "unlisted"),
    Forgery(goods.SHELF_BELOW_ZERO, changed(GoodsReceived, quantity=1, shown=EXCHANGED)),
    Forgery(
        goods.GOODS_PAST_DATE, changed(GoodsReceived, 1, best_before="2022-07-08", shown=EXCHANGED)
    ),
    Forgery(goods.GIVING_ORDER_WRONG, changed(GoodsReceived, 1, item="rice", shown=EXCHANGED)),
    Forgery(goods.LINE_WRONG, changed(GoodsExchanged, lines=first_line(quantity=3))),
    Forgery(goods.LINE_WRONG, changed(GoodsReturned, lines=first_line(goods=[])), "no lots"),
    Forgery(goods.WRITE_OFF_WRONG, changed(GoodsWrittenOff, quantity=2), "more"),
    Forgery(goods.WRITE_OFF_WRONG, again(GoodsWrittenOff), "twice"),
    Forgery(goods.COUNT_WRONG, changed(StockCounted, lines=lambda n: n + n[:1]), "twice"),
    Forgery(goods.COUNT_WRONG, changed(StockCounted, lines=COUNT), "a lot that is not there"),
    Forgery(
        goods.COUNT_WRONG,
        changed(StockCounted, lines=lambda n: [CountLine(n[0].goods, 5, 3), *n[1:]]),
        "expected",
    ),
    Forgery(goods.COUNT_STRAY, changed(CountConfirmed, count="other"), "name"),
    Forgery(
        goods.COUNT_STRAY,
        changed(CountConfirmed, lines=lambda n: [CountLine(n[0].goods, n[0].expected, 1), *n[1:]]),
        "lines",
    ),
    Forgery(exchanges.EXCHANGE_REPEATED, again(GoodsExchanged)),
    Forgery(exchanges.SESSION_WRONG, again(SessionAnnounced), "twice"),
    Forgery(exchanges.SESSION_WRONG, changed(SessionAnnounced, closes_at=OPENS)),
    Forgery(exchanges.SESSION_NOT_OPEN, again(GoodsExchanged, exchange="new"), "after it closed"),
    Forgery(exchanges.SESSION_NOT_OPEN, changed(GoodsExchanged, session="s2"), "no session"),
    Forgery(exchanges.SESSION_CLOSED_WRONG, changed(SessionClosed, count="other"), "no count"),
    Forgery(exchanges.SESSION_CLOSED_WRONG, again(SessionClosed), "twice"),
    Forgery(exchanges.SESSION_CLOSED_WRONG, removed(CountConfirmed, shows_at=0), "unconfirmed"),
    Forgery(exchanges.TERMS_CHANGED, again(ItemListed, before=GoodsReturned, price=1)),
    Forgery(exchanges.CARD_NOT_ACTIVE, changed(GoodsExchanged, card="C9"), "blocked"),
    Forgery(exchanges.CARD_NOT_ACTIVE, changed(GoodsExchanged, card="C2"), "another's"),
    Forgery(exchanges.CARD_WRONG, again(CardIssued), "twice"),
    Forgery(exchanges.CARD_WRONG, changed(CardIssued, account="H99"), "no account"),
    Forgery(exchanges.CARD_WRONG, again(CardBlocked), "blocked twice"),
    Forgery(exchanges.PRICE_WRONG, changed(ItemListed, price=11, shown=EXCHANGED), "listed"),
    Forgery(exchanges.PRICE_WRONG, changed(GoodsExchanged, lines=first_line(price=9)), "paid"),
    Forgery(exchanges.POINTS_WRONG, changed(GoodsExchanged, points=44)),
    Forgery(exchanges.POINTS_WRONG, changed(GoodsReturned, points=9), "returned"),
    Forgery(exchanges.LIMIT_EXCEEDED, changed(ItemListed, limit=1, shown=EXCHANGED)),
    Forgery(exchanges.RETURN_STRAY, changed(GoodsReturned, account="H2"), "account"),
    Forgery(exchanges.RETURN_STRAY, changed(GoodsReturned, exchange="other"), "exchange"),
    Forgery(exchanges.RETURN_WRONG, changed(GoodsReturned, lines=first_line(price=9)), "price"),
    Forgery(exchanges.RETURN_WRONG, changed(GoodsReturned, lines=first_line(item="oil")), "item"),
    Forgery(exchanges.RETURN_WRONG, three_back, "more than was given"),
    Forgery(exchanges.RETURN_WRONG, again_twice, "more than is out"),
    Forgery(points.TOTALS_DIFFER, nowhere(changed(GoodsExchanged, points=44))),
    Forgery(goods.GOODS_DIFFER, nowhere(changed(GoodsExchanged, lines=first_line(quantity=3)))),
]
