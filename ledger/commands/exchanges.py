"""The exchange desk: goods for points (the rules: ``REHEARSAL``, Slips)."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.commands.base import (
    NOW,
    Command,
    Context,
    Decided,
    States,
    TimeInvalid,
    check_time,
    household_of,
)
from ledger.errors import Refusal
from ledger.events.exchanges import ExchangeLine, GoodsExchanged
from ledger.states import Account, Card, Shop
from ledger.states.officers import Post, PostKind

Lines = list[tuple[str, int | None]]


class QuantityInvalid(Refusal):
    """Not a whole number above zero."""

    code = "quantity_invalid"
    message = "A quantity must be a whole number above zero."


class ClerkUnknown(Refusal):
    """Nobody who may serve."""

    code = "clerk_unknown"
    message = "The clerk does not hold the post of the exchange desk."


class CardUnknown(Refusal):
    """No such card."""

    code = "card_unknown"
    message = "This card is not known. Check its number."


class CardBlocked(Refusal):
    """The card was reported lost."""

    code = "card_blocked"
    message = "This card is blocked. The office can issue a new one."


class SessionUnknown(Refusal):
    """No such exchange day."""

    code = "session_unknown"
    message = "This exchange session is not known. Check its name."


class SessionClosed(Refusal):
    """Outside the window, or counted."""

    code = "session_closed"
    message = "The exchange session is not open at this time."


class ItemUnknown(Refusal):
    """Not an item of the shop."""

    code = "item_unknown"
    message = "The shop does not offer the item {item}."


class ClerkConflict(Refusal):
    """Nobody serves their own household."""

    code = "clerk_conflict"
    message = "The clerk belongs to the household of this card. A colleague must serve it."


class LimitExceeded(Refusal):
    """More than a household may draw in one session."""

    code = "limit_exceeded"
    message = "A household may draw at most {limit} of {item} in one session."


class OutOfStock(Refusal):
    """Not enough on the shelf that is still good."""

    code = "out_of_stock"
    message = "The shelf does not hold enough of {item}; {left} left."


class InsufficientPoints(Refusal):
    """The balance does not cover the basket."""

    code = "insufficient_points"
    message = "The points on this account do not cover the basket. Take something out."


class ExchangeGoods(Command):
    """Hand a basket over, all of it or nothing. None as quantity: nobody can read it."""

    NAME: ClassVar[str] = "exchange-goods"
    REFUSALS = (
        TimeInvalid,
        QuantityInvalid,
        ClerkUnknown,
        CardUnknown,
        CardBlocked,
        SessionUnknown,
        SessionClosed,
        ItemUnknown,
        ClerkConflict,
        LimitExceeded,
        OutOfStock,
        InsufficientPoints,
    )

    card: str
    session: str
    lines: Lines
    exchanged_at: str | None = NOW

    def touches(self) -> Iterable[str]:
        """The card."""
        yield f"card:{self.card}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its account."""
        account = states.card(self.card).account
        if account is not None:
            yield f"account:{account}"

    def decide(self, context: Context) -> Decided:
        """Check in the order of the rules, each over the whole basket, then hand over."""
        states = context.states
        check_time(context, self.exchanged_at)
        basket = check_quantities(self.lines)
        clerk = self.check_clerk(context)
        account_id = check_card(states.card(self.card))
        check_session(states.shop, self.session, context.instant)
        check_items(states.shop, basket)
        check_clerk_not_kin(context, clerk, account_id)
        account = states.account(account_id)
        check_limits(states.shop, account, self.session, basket)
        lines = pick(states.shop, basket, context.today)
        points = sum(line.price * line.quantity for line in lines)
        balance = account.balance(context.today)
        if balance < points:
            raise InsufficientPoints
        taken, _ = account.take(points, context.today)
        event = GoodsExchanged(
            exchange=context.new_id(),
            session=self.session,
            lines=lines,
            points=points,
            account=account_id,
            card=self.card,
            taken=taken,
        )
        answer = {
            "exchange": event.exchange,
            "points": points,
            "balance": balance - points,
            "lines": told_lines(lines),
        }
        return Decided([event], clerk.post, answer)

    def check_clerk(self, context: Context) -> Post:
        """A clerk in their term serves."""
        clerk = context.acting(PostKind.CLERK)
        if clerk is None:
            raise ClerkUnknown
        return clerk


def told_lines(lines: list[ExchangeLine]) -> list[dict[str, str | int]]:
    """The lines of a basket as the caller is told them, with their points."""
    return [{"item": n.item, "quantity": n.quantity, "points": n.price * n.quantity} for n in lines]


def check_quantities(lines: Lines) -> dict[str, int]:
    """The basket: lines with the same item added up, in the order of their first line."""
    basket: dict[str, int] = {}
    for item, quantity in lines:
        if quantity is None or quantity <= 0:
            raise QuantityInvalid
        basket[item] = basket.get(item, 0) + quantity
    if not basket:
        raise QuantityInvalid
    return basket


def check_card(card: Card) -> str:
    """The account that a card in use opens."""
    if card.account is None:
        raise CardUnknown
    if card.blocked:
        raise CardBlocked
    return card.account


def check_session(shop: Shop, session: str, instant: str) -> None:
    """The session is known and its window holds the instant."""
    if session not in shop.sessions:
        raise SessionUnknown
    if session not in shop.open_at(instant):
        raise SessionClosed


def check_items(shop: Shop, basket: dict[str, int]) -> None:
    """The shop offers every item."""
    for item in basket:
        if item not in shop.items:
            raise ItemUnknown(item=item)


def check_clerk_not_kin(context: Context, clerk: Post, account: str) -> None:
    """Nobody serves their own household or relatives."""
    if context.is_kin(clerk, household_of(context.states, account)):
        raise ClerkConflict


def check_limits(shop: Shop, account: Account, session: str, basket: dict[str, int]) -> None:
    """What the account drew in this session and the basket stay within each limit."""
    for item, quantity in basket.items():
        limit = shop.items[item].limit
        if limit is not None and account.drawn.get(f"{session}|{item}", 0) + quantity > limit:
            raise LimitExceeded(item=item, limit=limit)


def pick(shop: Shop, basket: dict[str, int], today: str) -> list[ExchangeLine]:
    """Take the basket from the shelf, in giving order.

    Raises:
        OutOfStock: the shelf does not hold enough that is still good.
    """
    lines = []
    for item, quantity in basket.items():
        available = shop.available(item, today)
        left = sum(n for _, n in available)
        if left < quantity:
            raise OutOfStock(item=item, left=left)
        goods, missing = [], quantity
        for lot, n in available:
            if missing:
                goods.append((lot, min(n, missing)))
                missing -= goods[-1][1]
        lines.append(ExchangeLine(item, quantity, shop.items[item].price, goods))
    return lines
