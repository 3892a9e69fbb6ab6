"""Slips and returns: the checks of the exchange desk, and where goods come from and go."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.model.points import Account
from tests.model.sheets import Row, moment, plain, positive
from tests.model.world import Item, Shelf, World


@dataclass(eq=False)
class Slip:
    """A basket; `taken` holds per item the lots in the order in which they were drawn on."""

    number: str
    order: int
    rows: list[Row]
    status: str = ""
    points: int = 0
    household: str = ""
    session: str = ""
    quantities: dict[str, int] = field(default_factory=dict)
    taken: dict[str, list[Shelf]] = field(default_factory=dict)  # one entry per piece

    def at(self, world: World) -> datetime | None:
        """Return the instant of the slip as its first row has it."""
        return moment(self.rows[0]["时间"], world.community.zone)


def baskets(rows: list[Row]) -> list[Slip]:
    """Gather the rows of each slip number; a slip stands where its first row stands."""
    slips: dict[str, Slip] = {}
    for order, row in enumerate(rows, 1):
        number = plain(row["单号"])
        slips.setdefault(number, Slip(number, order, [])).rows.append(row)
    return list(slips.values())


def inconsistent(slip: Slip, world: World) -> bool:
    """Tell whether the rows differ, as read, in what they must share."""
    zone = world.community.zone
    heads = {
        (moment(row["时间"], zone), plain(row["卡号"]), plain(row["场次"]), plain(row["兑换员"]))
        for row in slip.rows
    }
    return len(heads) > 1


def on_sale(item: Item, world: World, now: datetime) -> list[Shelf]:
    """Return the lots that may be given out now, in the order in which they are drawn on."""
    today = now.astimezone(world.community.zone).date()
    dated = [lot for lot in item.lots if lot.best_before is not None and lot.best_before >= today]
    dated.sort(key=lambda lot: str(lot.best_before))  # ISO dates sort as dates do; stable
    return dated + [lot for lot in item.lots if lot.best_before is None]


def held(slips: list[Slip], household: str, session: str, code: str) -> int:
    """Count what a household was given of an item in a session and has not returned."""
    return sum(
        len(slip.taken.get(code, []))
        for slip in slips
        if slip.status == "accepted" and (slip.household, slip.session) == (household, session)
    )


def check_slip(slip: Slip, world: World, slips: list[Slip], accounts: dict[str, Account]) -> str:
    """Return the first check that fails, or "accepted"; fills in household, session, lines.

    The instant of the slip is known to be readable and inside the quarter.
    """
    return (
        check_desk(slip, world)
        or check_basket(slip, world, slips)
        or check_price(slip, world, accounts)
        or "accepted"
    )


def check_desk(slip: Slip, world: World) -> str:
    """Check clerk, card and session, after the quantities, which come before them."""
    now, row = slip.at(world), slip.rows[0]
    if not all(positive(line["数量"]) for line in slip.rows):
        return "quantity_invalid"
    clerk = world.officers.get(plain(row["兑换员"]))
    if clerk is None or clerk.post != "兑换员":
        return "clerk_unknown"
    card = world.cards.get(plain(row["卡号"]))
    if card is None:
        return "card_unknown"
    slip.household, blocked = card
    if blocked:
        return "card_blocked"
    slip.session = plain(row["场次"])
    if slip.session not in world.community.sessions:
        return "session_unknown"
    opens, closes = world.community.sessions[slip.session]
    if now is None or not opens <= now < closes:
        return "session_closed"
    return ""


def check_basket(slip: Slip, world: World, slips: list[Slip]) -> str:
    """Check items, the clerk's household, limits and stock; equal items are added up first."""
    now = slip.at(world)
    for line in slip.rows:
        code = plain(line["物品代码"])
        slip.quantities[code] = slip.quantities.get(code, 0) + (positive(line["数量"]) or 0)
    if any(code not in world.items for code in slip.quantities):
        return "item_unknown"
    if world.officers[plain(slip.rows[0]["兑换员"])].household == slip.household:
        return "clerk_conflict"
    for code, wanted in slip.quantities.items():
        limit = world.items[code].limit
        if limit is not None and held(slips, slip.household, slip.session, code) + wanted > limit:
            return "limit_exceeded"
    for code, wanted in slip.quantities.items():
        if now and sum(lot.left for lot in on_sale(world.items[code], world, now)) < wanted:
            return "out_of_stock"
    return ""


def check_price(slip: Slip, world: World, accounts: dict[str, Account]) -> str:
    """Check that the balance covers the basket."""
    total = sum(world.items[code].price * wanted for code, wanted in slip.quantities.items())
    return "insufficient_points" if accounts[slip.household].balance < total else ""


def hand_out(slip: Slip, world: World, now: datetime) -> int:
    """Take the goods of an accepted slip from the shelf and return its price in points."""
    total = 0
    for code, wanted in slip.quantities.items():
        pieces: list[Shelf] = []
        for lot in on_sale(world.items[code], world, now):
            part = min(lot.left, wanted - len(pieces))
            lot.left -= part
            pieces += [lot] * part
        slip.taken[code] = pieces
        total += world.items[code].price * wanted
    return total


def check_return(row: Row, world: World, slips: dict[str, Slip]) -> str:
    """Return the first check that fails, or "accepted"; the instant is inside the quarter."""
    slip = slips.get(plain(row["单号"]))
    if slip is None or slip.status != "accepted":
        return "slip_unknown"
    officer = world.officers.get(plain(row["经办人"]))
    if officer is None or officer.post != "兑换员":
        return "officer_unknown"
    if officer.household == slip.household:
        return "officer_conflict"
    code, quantity = plain(row["物品代码"]), positive(row["数量"])
    if code not in slip.taken:
        return "item_not_on_slip"
    if quantity is None or quantity > len(slip.taken[code]):
        return "quantity_exceeds_slip"
    return "accepted"


def take_back(row: Row, world: World, slip: Slip) -> int:
    """Put returned goods back, last taken first, and return the points paid for them."""
    code, quantity = plain(row["物品代码"]), positive(row["数量"]) or 0
    for _ in range(quantity):
        slip.taken[code].pop().left += 1
    return world.items[code].price * quantity
