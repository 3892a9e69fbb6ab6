"""One exchange and what came back of it."""

from typing import ClassVar

from msgspec import Struct, field

from ledger.events.base import Recorded
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.states.base import ColdState, folds


class Given(Struct):
    """One item of the basket: ``goods`` lists what is still out, as ``(lot, quantity)``."""

    price: int
    goods: list[tuple[str, int]]

    @property
    def quantity(self) -> int:
        """How many were given and not returned."""
        return sum(quantity for _, quantity in self.goods)

    def give_back(self, quantity: int) -> list[tuple[str, int]]:
        """The lots that ``quantity`` goes back to, last taken first. Changes nothing."""
        parts = []
        for goods, out in reversed(self.goods):
            part = min(quantity, out)
            if part:
                parts.append((goods, part))
                quantity -= part
        return parts


class Exchange(ColdState):
    """Cold. ``account`` is None as long as nothing was given."""

    KIND: ClassVar[str] = "exchange"

    account: str | None = None
    session: str = ""
    given: dict[str, Given] = field(default_factory=dict)

    @folds(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, _: Recorded) -> None:
        """The basket."""
        self.account, self.session = event.account, event.session
        self.given = {line.item: Given(line.price, list(line.goods)) for line in event.lines}

    @folds(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, _: Recorded) -> None:
        """Part of it back."""
        for line in event.lines:
            back = dict(line.goods)
            given = self.given[line.item]
            given.goods = [(goods, out - back.get(goods, 0)) for goods, out in given.goods]
