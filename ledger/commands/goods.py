"""The shelf and its days: items, gifts, exchange sessions."""

from typing import ClassVar

from ledger.commands.base import (
    Command,
    Context,
    Decided,
    OfficerUnknown,
    TimeInvalid,
    check_instants,
    check_post,
)
from ledger.commands.exchanges import ItemUnknown, QuantityInvalid, SessionUnknown
from ledger.errors import Refusal
from ledger.events.exchanges import SessionAnnounced, SessionClosed
from ledger.events.goods import GoodsReceived, ItemListed
from ledger.states.officers import PostKind


class TermsFixed(Refusal):
    """Prices do not change under the customers' hands."""

    code = "terms_fixed"
    message = "Prices and limits cannot change while an exchange session is open."


class SessionKnown(Refusal):
    """The name is taken."""

    code = "session_known"
    message = "An exchange session of this name is announced already."


class WindowInvalid(Refusal):
    """The session would close before it opens."""

    code = "window_invalid"
    message = "An exchange session must close after it opens."


class SessionNotClosable(Refusal):
    """Still open, closed before, or no count."""

    code = "session_not_closable"
    message = "A session is closed once: after it ended, by a count taken since then and confirmed."


class ListItem(Command):
    """Offer an item, or change its terms."""

    NAME: ClassVar[str] = "list-item"
    REFUSALS = (
        OfficerUnknown,
        QuantityInvalid,
        TermsFixed,
    )

    item: str
    name_zh: str
    name_en: str
    unit: str
    price: int
    limit: int | None

    def decide(self, context: Context) -> Decided:
        """Not while a session is open."""
        post = check_post(context, PostKind.SECRETARY, PostKind.STOREKEEPER)
        shop = context.states.shop
        if self.price < 0 or (self.limit is not None and self.limit < 0):
            raise QuantityInvalid
        if self.item in shop.items and shop.open_at(context.instant):
            raise TermsFixed
        event = ItemListed(
            item=self.item,
            name_zh=self.name_zh,
            name_en=self.name_en,
            unit=self.unit,
            price=self.price,
            limit=self.limit,
        )
        return Decided([event], post.post, {"item": self.item})


class ReceiveGoods(Command):
    """A gift or purchase comes to the shelf; ``donor`` is published, empty when bought."""

    NAME: ClassVar[str] = "receive-goods"
    REFUSALS = (
        OfficerUnknown,
        QuantityInvalid,
        ItemUnknown,
    )

    item: str
    quantity: int
    unit_value_fen: int | None = None
    best_before: str | None = None
    donor: str = ""

    def decide(self, context: Context) -> Decided:
        """Of a listed item."""
        post = check_post(context, PostKind.SECRETARY, PostKind.STOREKEEPER)
        if self.item not in context.states.shop.items:
            raise ItemUnknown(item=self.item)
        if self.quantity <= 0:
            raise QuantityInvalid
        event = GoodsReceived(
            goods=context.new_id(),
            item=self.item,
            quantity=self.quantity,
            unit_value_fen=self.unit_value_fen,
            best_before=self.best_before,
            donor=self.donor,
        )
        return Decided([event], post.post, {"goods": event.goods})


class AnnounceSession(Command):
    """An exchange day with its window."""

    NAME: ClassVar[str] = "announce-session"
    REFUSALS = (
        OfficerUnknown,
        TimeInvalid,
        SessionKnown,
        WindowInvalid,
    )

    session: str
    place: str
    opens_at: str
    closes_at: str

    def decide(self, context: Context) -> Decided:
        """Once."""
        post = check_post(context, PostKind.SECRETARY)
        if self.session in context.states.shop.sessions:
            raise SessionKnown
        check_instants(self.opens_at, self.closes_at)
        if self.closes_at <= self.opens_at:
            raise WindowInvalid
        event = SessionAnnounced(
            session=self.session,
            place=self.place,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )
        return Decided([event], post.post, {"session": self.session})


class CloseSession(Command):
    """Close a session by a confirmed count."""

    NAME: ClassVar[str] = "close-session"
    REFUSALS = (
        OfficerUnknown,
        SessionUnknown,
        SessionNotClosable,
    )

    session: str
    count: str

    def decide(self, context: Context) -> Decided:
        """After its window, with a count taken since."""
        post = check_post(context, PostKind.SECRETARY, PostKind.STOREKEEPER)
        shop = context.states.shop
        session, count = shop.sessions.get(self.session), shop.counts.get(self.count)
        if session is None:
            raise SessionUnknown
        if count is None or not count.confirmed or session.count is not None:
            raise SessionNotClosable
        if not session.closes_at <= count.counted_at <= context.instant:
            raise SessionNotClosable
        event = SessionClosed(session=self.session, count=self.count)
        return Decided([event], post.post, {"session": self.session})
