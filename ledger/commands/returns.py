"""The exchange desk: goods come back (the rules: ``REHEARSAL``, Returns)."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.commands.base import (
    NOW,
    Command,
    Context,
    Decided,
    OfficerConflict,
    OfficerUnknown,
    States,
    TimeInvalid,
    check_not_kin,
    check_post,
    check_time,
    household_of,
)
from ledger.commands.exchanges import Lines, told_lines
from ledger.commands.expiry import void_at_once
from ledger.errors import Refusal
from ledger.events.exchanges import ExchangeLine, GoodsReturned
from ledger.states import Exchange
from ledger.states.officers import PostKind


class SlipUnknown(Refusal):
    """No such exchange."""

    code = "slip_unknown"
    message = "No such exchange was accepted."


class ItemNotOnSlip(Refusal):
    """The basket did not hold it."""

    code = "item_not_on_slip"
    message = "The exchange did not hand out the item {item}."


class QuantityExceedsSlip(Refusal):
    """More than was given and not returned."""

    code = "quantity_exceeds_slip"
    message = (
        "The quantity of {item} must be a whole number above zero, and not more than was handed out"
        " and is not back yet."
    )


class ReturnGoods(Command):
    """Take part of an exchange back; ``reason`` is published. ``exchange`` None: unknown."""

    NAME: ClassVar[str] = "return-goods"
    REFUSALS = (
        OfficerUnknown,
        OfficerConflict,
        TimeInvalid,
        SlipUnknown,
        ItemNotOnSlip,
        QuantityExceedsSlip,
    )

    exchange: str | None
    lines: Lines
    returned_at: str | None = NOW
    reason: str = ""

    def touches(self) -> Iterable[str]:
        """The exchange."""
        if self.exchange is not None:
            yield f"exchange:{self.exchange}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its account."""
        account = states.exchange(self.exchange).account if self.exchange is not None else None
        if account is not None:
            yield f"account:{account}"

    def decide(self, context: Context) -> Decided:
        """Check in the order of the rules, then take back."""
        states = context.states
        check_time(context, self.returned_at)
        exchange = Exchange() if self.exchange is None else states.exchange(self.exchange)
        if self.exchange is None or exchange.account is None:
            raise SlipUnknown
        clerk = check_post(context, PostKind.CLERK)
        check_not_kin(context, clerk, household_of(states, exchange.account))
        lines = take_back(exchange, self.lines)
        points = sum(line.price * line.quantity for line in lines)
        account = states.account(exchange.account)
        debt_paid, lot_points = account.pay(points)
        event = GoodsReturned(
            goods_return=context.new_id(),
            exchange=self.exchange,
            session=exchange.session,
            lines=lines,
            points=points,
            account=exchange.account,
            lot=context.new_id(),
            debt_paid=debt_paid,
            lot_points=lot_points,
            expires=context.expiry(context.today) if lot_points else None,
            reason=self.reason,
        )
        void = void_at_once(context, event.account, event.lot, lot_points, event.expires)
        answer = {
            "exchange": self.exchange,
            "goods_return": event.goods_return,
            "points": points,
            "balance": account.balance(context.today) + (debt_paid if void else points),
            "lines": told_lines(lines),
        }
        return Decided([event, *void], clerk.post, answer)


def take_back(exchange: Exchange, wanted: Lines) -> list[ExchangeLine]:
    """The lines of a return, each to the lots it came from.

    Raises:
        ItemNotOnSlip: the basket did not hold an item.
        QuantityExceedsSlip: more than is still out, or no whole number above zero.
    """
    for item, _ in wanted:
        if item not in exchange.given:
            raise ItemNotOnSlip(item=item)
    basket: dict[str, int] = {}
    for item, quantity in wanted:
        if quantity is None or quantity <= 0:
            raise QuantityExceedsSlip(item=item)
        basket[item] = basket.get(item, 0) + quantity
    for item, quantity in basket.items():
        if quantity > exchange.given[item].quantity:
            raise QuantityExceedsSlip(item=item)
    return [
        ExchangeLine(item, n, exchange.given[item].price, exchange.given[item].give_back(n))
        for item, n in basket.items()
    ]
