"""The desk: session, price, limits, card; what came back (``REHEARSAL``, Slips and Returns)."""

from typing import Final

from msgspec import Struct

from ledger.events.base import Recorded
from ledger.events.exchanges import (
    ExchangeLine,
    GoodsExchanged,
    GoodsReturned,
    SessionAnnounced,
    SessionClosed,
)
from ledger.events.goods import CountConfirmed, ItemListed, StockCounted
from ledger.events.people import CardBlocked, CardIssued
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import MEMBER, Ground

EXCHANGE_REPEATED: Final = Fault(
    "exchange_repeated", N_("Position {position}: the exchange {exchange} took place already.")
)
SESSION_WRONG: Final = Fault(
    "session_wrong",
    N_("Position {position}: session {session} is announced already, or closes before it opens."),
)
SESSION_NOT_OPEN: Final = Fault(
    "session_not_open",
    N_("Position {position}: session {session} was not open at the time of this exchange."),
)
SESSION_CLOSED_WRONG: Final = Fault(
    "session_closed_wrong",
    N_("Position {position}: session {session} was not closed once, by a confirmed count since."),
)
TERMS_CHANGED: Final = Fault(
    "terms_changed",
    N_("Position {position}: the terms of {item} changed while a session was open."),
)
CARD_NOT_ACTIVE: Final = Fault(
    "card_not_active",
    N_("Position {position}: the card did not open this account, or was blocked."),
)
CARD_WRONG: Final = Fault(
    "card_wrong",
    N_("Position {position}: the card was issued or blocked before, or its account is not known."),
)
PRICE_WRONG: Final = Fault(
    "price_wrong",
    N_("Position {position}: the price of {item} is {price}; it was listed at {listed}."),
)
POINTS_WRONG: Final = Fault(
    "points_wrong", N_("Position {position}: the lines come to {expected} points and not {points}.")
)
LIMIT_EXCEEDED: Final = Fault(
    "limit_exceeded",
    N_("Position {position}: more of {item} was drawn in session {session} than {limit}."),
)
RETURN_STRAY: Final = Fault(
    "return_stray",
    N_("Position {position}: session or account are not those of the exchange {exchange}."),
)
RETURN_WRONG: Final = Fault(
    "return_wrong",
    N_("Position {position}: what came back of {item} was not out, or had another price or lot."),
)


class Session(Struct):
    """An exchange day; ``closed`` by its count."""

    opens_at: str
    closes_at: str
    closed: bool = False


class Given(Struct):
    """One item of a basket; ``goods`` is what is still out of it."""

    price: int
    goods: list[tuple[str, int]]


class Basket(Struct):
    """What was given in one exchange."""

    session: str
    account: str
    given: dict[str, Given]


class Exchanges(Fold):
    """Every exchange by the terms of its day, and no more back than was given."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.sessions: dict[str, Session] = {}
        self.cards: dict[str, str | None] = {}
        self.items: dict[str, ItemListed] = {}
        self.baskets: dict[str, Basket] = {}
        self.drawn: dict[tuple[str, str, str], int] = {}
        self.counted_at: dict[str, str] = {}
        self.confirmed: set[str] = set()

    def is_open(self, session: Session, instant: str) -> bool:
        """Whether goods may be handed over."""
        return session.opens_at <= instant < session.closes_at and not session.closed

    @hears(SessionAnnounced)
    def session_announced(self, event: SessionAnnounced, _: Recorded) -> None:
        """Once, with a window."""
        fits = event.session not in self.sessions and event.opens_at < event.closes_at
        self.check(fits, SESSION_WRONG, session=event.session)
        self.sessions[event.session] = Session(event.opens_at, event.closes_at)

    @hears(StockCounted)
    def stock_counted(self, event: StockCounted, recorded: Recorded) -> None:
        """A count that may close a session once it is confirmed."""
        self.counted_at[event.count] = recorded.recorded_at

    @hears(CountConfirmed)
    def count_confirmed(self, event: CountConfirmed, _: Recorded) -> None:
        """It may."""
        self.confirmed.add(event.count)

    @hears(SessionClosed)
    def session_closed(self, event: SessionClosed, _: Recorded) -> None:
        """Once, by a confirmed count that was taken after the window."""
        session, counted_at = self.sessions.get(event.session), self.counted_at.get(event.count)
        fits = (
            session is not None
            and not session.closed
            and counted_at is not None
            and event.count in self.confirmed
            and session.closes_at <= counted_at
        )
        self.check(fits, SESSION_CLOSED_WRONG, session=event.session)
        if session is not None:
            session.closed = True

    @hears(ItemListed)
    def item_listed(self, event: ItemListed, recorded: Recorded) -> None:
        """Terms do not change while a session is open."""
        trading = any(self.is_open(s, recorded.recorded_at) for s in self.sessions.values())
        self.check(event.item not in self.items or not trading, TERMS_CHANGED, item=event.item)
        self.items[event.item] = event

    @hears(CardIssued)
    def card_issued(self, event: CardIssued, _: Recorded) -> None:
        """A number is issued once, for a known account."""
        ground = self.ground
        known = event.account in (ground.households if ground.holder == MEMBER else ground.homes)
        self.check(known and event.card not in self.cards, CARD_WRONG)
        self.cards[event.card] = event.account

    @hears(CardBlocked)
    def card_blocked(self, event: CardBlocked, _: Recorded) -> None:
        """It opens nothing any more."""
        self.check(self.cards.get(event.card) == event.account, CARD_WRONG)
        self.cards[event.card] = None

    @hears(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, recorded: Recorded) -> None:
        """Inside its session, on an active card, at the price, within the limits."""
        fresh = event.exchange not in self.baskets
        self.check(fresh, EXCHANGE_REPEATED, exchange=event.exchange)
        session = self.sessions.get(event.session)
        inside = session is not None and self.is_open(session, recorded.recorded_at)
        self.check(inside, SESSION_NOT_OPEN, session=event.session)
        active = self.cards.get(event.card) == event.account
        self.check(active, CARD_NOT_ACTIVE)
        self.check_points(event.lines, event.points)
        for line in event.lines:
            self.check_terms(line, event)
        given = {line.item: Given(line.price, list(line.goods)) for line in event.lines}
        self.baskets[event.exchange] = Basket(event.session, event.account, given)

    def check_points(self, lines: list[ExchangeLine], points: int) -> None:
        """The points are those of the lines, and each item stands in one line."""
        expected = sum(line.price * line.quantity for line in lines)
        once = len({line.item for line in lines}) == len(lines) > 0
        self.check(once and points == expected, POINTS_WRONG, points=points, expected=expected)

    def check_terms(self, line: ExchangeLine, event: GoodsExchanged) -> None:
        """The price as listed, and no more than the limit of account, item and session."""
        item = self.items.get(line.item)
        listed = -1 if item is None else item.price
        self.check(
            line.price == listed, PRICE_WRONG, item=line.item, price=line.price, listed=listed
        )
        key = (event.account, event.session, line.item)
        self.drawn[key] = self.drawn.get(key, 0) + line.quantity
        if item is not None and item.limit is not None:
            within = self.drawn[key] <= item.limit
            self.check(
                within, LIMIT_EXCEEDED, item=line.item, session=event.session, limit=item.limit
            )

    @hears(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Of a known exchange, no more than is out, at the price paid, to the lots it came from."""
        basket = self.baskets.get(event.exchange)
        mine = basket is not None and (basket.session, basket.account) == (
            event.session,
            event.account,
        )
        self.check(mine, RETURN_STRAY, exchange=event.exchange)
        self.check_points(event.lines, event.points)
        for line in event.lines:
            given = None if basket is None else basket.given.get(line.item)
            fits = given is not None and line.price == given.price
            self.check(fits and give_back(given, line), RETURN_WRONG, item=line.item)
            key = (event.account, event.session, line.item)
            self.drawn[key] = self.drawn.get(key, 0) - line.quantity


def give_back(given: Given | None, line: ExchangeLine) -> bool:
    """Take a return off what is out; whether it went to the lots last taken, and fitted."""
    if given is None:
        return False
    expected, quantity = [], line.quantity
    for index, (goods, out) in reversed(list(enumerate(given.goods))):
        part = min(quantity, out)
        if part > 0:
            expected.append((goods, part))
            given.goods[index] = (goods, out - part)
            quantity -= part
    return expected == line.goods and quantity == 0
