"""Generated slips and returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tests.model.deeds import Deed
from tests.model.disputes import likely, when_noticed
from tests.model.ink import DAY, MINUTE, NOT_POSITIVE, REMARKS, Pen, settled
from tests.model.setting import Row, Setting

SLIP_FAULTS = (
    *("time", "outside", "quantity", "clerk", "post", "card", "session", "early", "closes"),
    *("item", "own clerk", "other time", "other card", "other session", "other clerk"),
)


@dataclass
class Basket:
    """What is known of a generated slip; `at` is local."""

    number: str
    at: datetime
    household: int
    session: str
    lines: list[tuple[str, int]]
    price: int
    accepted: bool = False


def slips(pen: Pen, setting: Setting, deeds: list[Deed]) -> tuple[list[Row], list[Basket]]:
    """Choose up to twelve slips; the rows of some do not stand together."""
    baskets: list[Basket] = []
    rows: list[Row] = []
    stragglers: list[Row] = []
    for place in range(pen.number(4 if setting.theme == "shelf" else 0, 12)):
        faults = pen.fault(10 if setting.theme == "shelf" else 25, SLIP_FAULTS)
        basket = draw_basket(pen, setting, f"S{place + 1:03}", baskets, deeds, faults)
        written = basket_rows(pen, setting, basket, faults)
        apart = len(written) > 1 and pen.chance(15)
        rows += written[:1] if apart else written
        stragglers += written[1:] if apart else []
        baskets.append(basket)
    return rows + stragglers, baskets


def draw_basket(
    pen: Pen,
    setting: Setting,
    number: str,
    earlier: list[Basket],
    deeds: list[Deed],
    faults: set[str],
) -> Basket:
    """Choose who takes what when, often when something else falls due."""
    session = pen.pick(list(setting.sessions))
    opens, closes = setting.sessions[session]
    household, ready = pen.number(0, len(setting.cards) - 1), opens
    if deeds and pen.chance(90):  # by a household that has, or may have, earned something
        paid = [deed for deed in deeds if deed.points > 0]
        paid = [deed for deed in paid if when_noticed(setting, deed)[1] < closes] or paid
        deed = likely(pen, deeds, paid)
        household, ready = deed.member[2], max(opens, when_noticed(setting, deed)[1])
    at = pen.pick(
        (
            ready + (closes - ready) / 2,
            ready,
            ready + DAY,
            closes - MINUTE,
            datetime.combine(closes.date(), time(0)),
            opens,
        )
    )
    if setting.theme == "shelf":
        at = max(opens, ready) + pen.number(0, 7) * DAY
    if earlier and pen.chance(15):
        at = pen.pick(earlier).at
    at = setting.inside(min(max(at.replace(second=0), opens), closes - MINUTE))
    if "closes" in faults:
        at = closes
    if "early" in faults:
        at = opens - MINUTE
    if "outside" in faults:
        at = pen.pick((setting.starts - MINUTE, setting.ends.replace(second=0) + MINUTE))
    at = settled(at, setting.zone)
    budget = sum(
        deed.points
        for deed in deeds
        if deed.member[2] == household and when_noticed(setting, deed)[1] <= at
    ) - sum(basket.price for basket in earlier if basket.household == household)
    lines, price = draw_lines(pen, setting, budget)
    return Basket(number, at, household, session, lines, price)


def draw_lines(pen: Pen, setting: Setting, budget: int) -> tuple[list[tuple[str, int]], int]:
    """Choose items and quantities, mostly within limit and budget, and add up their price."""
    lines, total = [], 0
    for _ in range(pen.pick((1, 1, 1, 2, 2, 3))):
        item = pen.pick(list(setting.items))
        quantity, (price, limit) = pen.pick((1, 1, 2, 3)), setting.items[item]
        if setting.theme == "shelf":
            quantity = pen.pick((2, 1, 3))
        if pen.chance(80):
            quantity = max(1, min(quantity, limit or quantity, (budget - total) // price))
        lines.append((item, quantity))
        total += price * quantity
    return lines, total


def basket_rows(pen: Pen, setting: Setting, basket: Basket, faults: set[str]) -> list[Row]:
    """Write a slip down, each row in its own way, with what is wrong with it."""
    clerk = pen.pick(setting.officers["兑换员"])
    rows = []
    for item, quantity in basket.lines:
        ink = pen.ink()
        rows.append(
            {
                "单号": ink.text(basket.number),
                "时间": ink.moment(basket.at),
                "卡号": ink.text(setting.cards[basket.household]),
                "场次": ink.text(basket.session),
                "物品代码": ink.text(item),
                "数量": ink.number(quantity),
                "兑换员": ink.text(clerk),
            }
        )
    for fault in sorted(faults):
        spoil_slip(pen, setting, fault, rows, basket)
    return rows


def spoil_slip(pen: Pen, setting: Setting, fault: str, rows: list[Row], basket: Basket) -> None:
    """Put one fault into the rows of a slip: into one row, or alike into all of them."""
    own = [
        one for one in setting.officers["兑换员"] if one in setting.own.get(basket.household, ())
    ]
    one_row: dict[str, tuple[str, Sequence[str]]] = {
        "quantity": ("数量", NOT_POSITIVE),
        "item": ("物品代码", ("", "XYZ", "酱油")),
        "other time": ("时间", (f"{basket.at + MINUTE:%Y-%m-%d %H:%M}",)),
        "other card": ("卡号", (*setting.cards, "", "660099")),
        "other session": ("场次", (*setting.sessions, "")),
        "other clerk": ("兑换员", (*setting.officers["兑换员"], "")),
    }
    all_rows: dict[str, tuple[str, Sequence[str]]] = {
        "time": ("时间", (pen.unreadable_moment(basket.at),)),
        "clerk": ("兑换员", ("", "G99")),
        "post": ("兑换员", setting.officers["库管员"]),
        "card": ("卡号", ("", "未带卡", "660099")),
        "session": ("场次", ("", "S9", "s1")),
        "own clerk": ("兑换员", own or setting.officers["兑换员"]),
    }
    if fault in one_row:
        column, values = one_row[fault]
        pen.pick(rows)[column] = pen.pick(values)
    if fault in all_rows:
        column, values = all_rows[fault]
        value = pen.pick(values)
        for row in rows:
            row[column] = value


def returns(pen: Pen, setting: Setting, baskets: list[Basket]) -> list[Row]:
    """Choose returns, several of some slips, some when the points are long expired."""
    rows: list[Row] = []
    basket, accepted = None, [basket for basket in baskets if basket.accepted]
    for _ in range(pen.number(0, 8 if accepted else 2) if baskets else 0):
        ink = pen.ink()
        if basket is None or pen.chance(60):
            basket = pen.pick(accepted if accepted and pen.chance(85) else baskets)
        item, quantity = pen.pick(basket.lines)
        wait = pen.pick((MINUTE, MINUTE, DAY, timedelta(0), 7 * DAY, 31 * DAY))
        at = settled(basket.at + wait, setting.zone)
        at = setting.inside(at) if wait and pen.chance(85) else at
        officer = pen.pick(setting.officers["兑换员"])
        if pen.chance(12):
            officer = pen.pick(("", "G99", *setting.officers["库管员"]))
        if pen.chance(14):
            item = pen.pick((*setting.items, "XYZ"))
        amount = pen.pick((1, quantity, quantity, quantity + 1))
        rows.append(
            {
                "单号": pen.pick(("", "S999")) if pen.chance(4) else ink.text(basket.number),
                "时间": pen.unreadable_moment(at) if pen.chance(4) else ink.moment(at),
                "物品代码": ink.text(item),
                "数量": pen.pick(NOT_POSITIVE) if pen.chance(5) else ink.number(amount),
                "原因": pen.pick(REMARKS),
                "经办人": ink.text(officer),
            }
        )
    return rows
