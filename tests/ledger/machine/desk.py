"""A plain model of the shop: shelf, sessions, baskets, counts."""

from dataclasses import dataclass

from tests.ledger.machine.model import Acts

Lines = list[tuple[str, int]]


@dataclass
class Goods:
    """A lot of goods on the shelf."""

    item: str
    best_before: str | None
    left: int

    def good(self, today: str) -> bool:
        """Whether it may be given out."""
        return self.best_before is None or today <= self.best_before


@dataclass
class Session:
    """An exchange day."""

    opens_at: str
    closes_at: str
    counted: bool = False


@dataclass
class Basket:
    """What was handed over and is out, as ``(item, price, lot)``; ``items`` stood on the slip."""

    session: str
    account: str
    pieces: list[tuple[str, int, str]]
    items: set[str]


@dataclass
class Proposal:
    """Something that waits for a second officer."""

    officer: str
    lines: list[tuple[str, int, int]]
    at: str = ""
    state: str = "open"


class Model(Acts):
    """The whole: acts, purses and the shop."""

    def __init__(self, holder: str, starts: str, ends: str | None) -> None:
        super().__init__(holder, starts, ends)
        self.items: dict[str, tuple[int, int | None]] = {}
        self.goods: dict[str, Goods] = {}
        self.sessions: dict[str, Session] = {}
        self.baskets: dict[str, Basket] = {}
        self.write_offs: dict[str, Proposal] = {}
        self.counts: dict[str, Proposal] = {}

    def is_open(self, session: Session, at: str) -> bool:
        """Whether the desk may hand out."""
        return session.opens_at <= self.now(at) < session.closes_at and not session.counted

    def drawn(self, account: str, session: str, item: str) -> int:
        """What an account drew and did not return."""
        mine = [b for b in self.baskets.values() if (b.account, b.session) == (account, session)]
        return sum(1 for basket in mine for piece in basket.pieces if piece[0] == item)

    def available(self, item: str, today: str) -> list[str]:
        """Lots that may be given out, the one that ends first in front."""
        lots = [
            (n, g) for n, g in self.goods.items() if g.item == item and g.good(today) and g.left
        ]
        return [name for name, _ in sorted(lots, key=lambda lot: lot[1].best_before or "9999")]

    def exchanging(self, card: str, session: str, lines: Lines, clerk: str, at: str) -> str | None:
        """What a basket will be answered."""
        if not self.in_period(at):
            return "time_invalid"
        if not lines or min(quantity for _, quantity in lines) <= 0:
            return "quantity_invalid"
        if self.acting(clerk, at, "clerk") is None:
            return "clerk_unknown"
        if card not in self.cards:
            return "card_unknown"
        account, blocked = self.cards[card]
        if blocked:
            return "card_blocked"
        if session not in self.sessions:
            return "session_unknown"
        if not self.is_open(self.sessions[session], at):
            return "session_closed"
        if any(item not in self.items for item, _ in lines):
            return "item_unknown"
        if self.kin(clerk, self.home_of(account)):
            return "clerk_conflict"
        return self.affording(account, session, dict(summed(lines)), at)

    def affording(self, account: str, session: str, basket: dict[str, int], at: str) -> str | None:
        """Whether limits, shelf and purse allow the basket."""
        for item, quantity in basket.items():
            limit = self.items[item][1]
            if limit is not None and self.drawn(account, session, item) + quantity > limit:
                return "limit_exceeded"
        today = self.today(at)
        for item, quantity in basket.items():
            if sum(self.goods[lot].left for lot in self.available(item, today)) < quantity:
                return "out_of_stock"
        cost = sum(self.items[item][0] * quantity for item, quantity in basket.items())
        return "insufficient_points" if self.purse(account).balance(today) < cost else None

    def exchanged(self, exchange: str, card: str, session: str, lines: Lines, at: str) -> int:
        """Hand over piece by piece; what it cost."""
        account, today, cost, pieces = self.cards[card][0], self.today(at), 0, []
        for item, quantity in summed(lines):
            for _ in range(quantity):
                lot = self.available(item, today)[0]
                self.goods[lot].left -= 1
                pieces.append((item, self.items[item][0], lot))
                cost += self.items[item][0]
        self.purse(account).take(cost, today)
        self.baskets[exchange] = Basket(session, account, pieces, {item for item, _ in lines})
        return cost

    def returning(self, exchange: str, lines: Lines, clerk: str, at: str) -> str | None:
        """What a return will be answered; items once given stay on the slip."""
        if not self.in_period(at):
            return "time_invalid"
        if exchange not in self.baskets:
            return "slip_unknown"
        if self.acting(clerk, at, "clerk") is None:
            return "officer_unknown"
        basket = self.baskets[exchange]
        if self.kin(clerk, self.home_of(basket.account)):
            return "officer_conflict"
        slip = basket.items
        if any(item not in slip for item, _ in lines):
            return "item_not_on_slip"
        out = {item: sum(1 for p in basket.pieces if p[0] == item) for item in slip}
        fits = all(quantity > 0 for _, quantity in lines)
        fits = fits and all(quantity <= out[item] for item, quantity in summed(lines))
        return None if fits else "quantity_exceeds_slip"

    def returned(self, exchange: str, lines: Lines, at: str) -> int:
        """Take back piece by piece, the last given first; what it was worth."""
        basket, today, worth = self.baskets[exchange], self.today(at), 0
        for item, quantity in summed(lines):
            for _ in range(quantity):
                last = max(n for n, piece in enumerate(basket.pieces) if piece[0] == item)
                _, price, lot = basket.pieces.pop(last)
                self.goods[lot].left += 1
                worth += price
        self.purse(basket.account).give(worth, self.term(today), today)
        return worth


def summed(lines: Lines) -> Lines:
    """Lines of the same item added up, in the order of their first line."""
    basket: dict[str, int] = {}
    for item, quantity in lines:
        basket[item] = basket.get(item, 0) + quantity
    return list(basket.items())
