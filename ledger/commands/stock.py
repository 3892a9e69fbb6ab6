"""What was counted or lost: write-offs and counts, each with a second officer."""

from typing import ClassVar

from ledger.commands.base import Command, Context, Decided, OfficerUnknown, check_post
from ledger.commands.exchanges import QuantityInvalid
from ledger.errors import Refusal
from ledger.events.goods import (
    CountConfirmed,
    CountLine,
    GoodsWrittenOff,
    StockCounted,
    WriteOffProposed,
)
from ledger.states import Shop
from ledger.states.officers import Post, PostKind


class GoodsUnknown(Refusal):
    """No such lot of goods."""

    code = "goods_unknown"
    message = "No such lot of goods is on the shelf."


class ProposalUnknown(Refusal):
    """No such write-off waits."""

    code = "proposal_unknown"
    message = "No such write-off waits for a second officer."


class CountUnknown(Refusal):
    """No such count waits."""

    code = "count_unknown"
    message = "No such count waits for a second officer."


class CountOutdated(Refusal):
    """The shelf moved between count and confirmation."""

    code = "count_outdated"
    message = "The shelf has changed since it was counted. Count again."


class SecondOfficerRequired(Refusal):
    """Nobody confirms their own proposal."""

    code = "second_officer_required"
    message = "A second officer must confirm this, not the one who proposed it."


class ProposeWriteOff(Command):
    """Ask to write goods off; ``reason`` is published."""

    NAME: ClassVar[str] = "propose-write-off"
    REFUSALS = (
        OfficerUnknown,
        QuantityInvalid,
        GoodsUnknown,
    )

    goods: str
    quantity: int
    reason: str

    def decide(self, context: Context) -> Decided:
        """Not more than is there."""
        post = check_post(context, PostKind.STOREKEEPER)
        check_left(context.states.shop, self.goods, self.quantity)
        event = WriteOffProposed(
            write_off=context.new_id(),
            goods=self.goods,
            quantity=self.quantity,
            reason=self.reason,
        )
        return Decided([event], post.post, {"write_off": event.write_off})


def check_left(shop: Shop, goods: str, quantity: int) -> None:
    """The lot is known and holds that much.

    Raises:
        GoodsUnknown: no such lot.
        QuantityInvalid: not above zero, or more than is left.
    """
    lot = shop.goods.get(goods)
    if lot is None:
        raise GoodsUnknown
    if not 0 < quantity <= lot.left:
        raise QuantityInvalid


def check_second(context: Context, proposer: str) -> Post:
    """A storekeeper, supervisor or secretary other than the one who proposed.

    Raises:
        SecondOfficerRequired: it is the same person.
    """
    post = check_post(context, PostKind.STOREKEEPER, PostKind.SUPERVISOR, PostKind.SECRETARY)
    if context.states.officers.same_person(post.post, proposer):
        raise SecondOfficerRequired
    return post


class ConfirmWriteOff(Command):
    """The second officer agrees to a write-off."""

    NAME: ClassVar[str] = "confirm-write-off"
    REFUSALS = (
        OfficerUnknown,
        QuantityInvalid,
        GoodsUnknown,
        ProposalUnknown,
        SecondOfficerRequired,
    )

    write_off: str

    def decide(self, context: Context) -> Decided:
        """Once, by somebody else, while the goods are there."""
        shop = context.states.shop
        proposal = shop.proposals.get(self.write_off)
        if proposal is None:
            raise ProposalUnknown
        post = check_second(context, proposal.post)
        check_left(shop, proposal.goods, proposal.quantity)
        event = GoodsWrittenOff(
            write_off=self.write_off,
            goods=proposal.goods,
            item=shop.goods[proposal.goods].item,
            quantity=proposal.quantity,
        )
        return Decided([event], post.post, {"write_off": self.write_off})


class CountStock(Command):
    """Write down what was counted of each lot, as ``(goods, quantity)``."""

    NAME: ClassVar[str] = "count-stock"
    REFUSALS = (
        OfficerUnknown,
        QuantityInvalid,
        GoodsUnknown,
    )

    counted: list[tuple[str, int]]

    def decide(self, context: Context) -> Decided:
        """Each known lot once."""
        post = check_post(context, PostKind.STOREKEEPER)
        shop = context.states.shop
        if len({goods for goods, _ in self.counted}) != len(self.counted):
            raise QuantityInvalid
        for goods, quantity in self.counted:
            if goods not in shop.goods:
                raise GoodsUnknown
            if quantity < 0:
                raise QuantityInvalid
        lines = [CountLine(goods, shop.goods[goods].left, n) for goods, n in self.counted]
        event = StockCounted(count=context.new_id(), lines=lines)
        return Decided([event], post.post, {"count": event.count})


class ConfirmCount(Command):
    """The second officer agrees: the shelf is what was counted."""

    NAME: ClassVar[str] = "confirm-count"
    REFUSALS = (
        OfficerUnknown,
        CountUnknown,
        CountOutdated,
        SecondOfficerRequired,
    )

    count: str

    def decide(self, context: Context) -> Decided:
        """Once, by somebody else, as long as the shelf is as it was when counted."""
        shop = context.states.shop
        count = shop.counts.get(self.count)
        if count is None or count.confirmed:
            raise CountUnknown
        post = check_second(context, count.post)
        if any(shop.goods[line.goods].left != line.expected for line in count.lines):
            raise CountOutdated
        event = CountConfirmed(count=self.count, lines=count.lines)
        return Decided([event], post.post, {"count": self.count})
