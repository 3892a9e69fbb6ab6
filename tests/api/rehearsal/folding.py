"""Books folded straight from a log in memory, where the projections' tables are not at hand."""

from collections.abc import Iterable

from api.rehearsal.report import Books
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.people import HouseholdRegistered
from ledger.events.points import AwardReversed, LotsExpired, PointsAwarded, PointsDeducted
from ledger.log.entries import LoggedEvent, decode
from ledger.states import Account, Act, Shop

SUMS = {
    PointsAwarded: "awarded",
    PointsDeducted: "deducted",
    AwardReversed: "reversed",
    GoodsExchanged: "spent",
    GoodsReturned: "returned",
    LotsExpired: "expired",
}


def books_of(events: Iterable[LoggedEvent]) -> Books:
    """The same sums as the projections', from the ledger's own states."""
    acts: dict[str, Act] = {}
    accounts: dict[str, Account] = {}
    expired: dict[str, int] = {}
    totals = dict.fromkeys(SUMS.values(), 0)
    shop = Shop()
    for logged in events:
        recorded = decode(logged)
        event = recorded.event
        shop.apply(recorded)
        if isinstance(event, HouseholdRegistered):
            accounts[event.household], expired[event.household] = Account(), 0
        for kind, _, name in (tag.partition(":") for tag in logged.event.private_tags):
            if kind == "act":
                acts.setdefault(name, Act()).apply(recorded)
            elif kind == "account" and name in accounts:
                accounts[name].apply(recorded)
        if type(event) in SUMS:
            totals[SUMS[type(event)]] += event.as_dict()["points"]
        if isinstance(event, LotsExpired):
            expired[event.account] += event.points
    balances = {a: sum(lot.points for lot in s.lots) - s.debt for a, s in accounts.items()}
    stock = dict.fromkeys(shop.items, 0)
    for goods in shop.goods.values():
        stock[goods.item] += goods.left
    return Books(
        acts={a: (str(s.stage), s.award.points if s.award else 0) for a, s in acts.items()},
        balances=balances,
        expired=expired,
        stock=stock,
        totals=totals | {"outstanding": sum(balances.values())},
    )
