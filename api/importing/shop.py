"""Goods and exchange days into the ledger.

Each row of the goods' sheet is a lot that was counted. A lot that went in before is known by all
that its row says of it; terms of an item that differ replace those that the ledger has.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from api.importing.courier import Content, Errand
from api.importing.work import Work
from api.messages import N_, excerpt
from api.sheets.columns import GOODS
from api.sheets.community import FILE_NAME
from api.sheets.rows import GoodsRow
from ledger.calendar import instant_of
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from projections.register import Day, Lot, Terms

PHASE: Final = "goods"

_OTHER_AMOUNT = N_(
    "An earlier import took in {known} of a lot that is the same but for its quantity, and has no "
    "row now. If this is a new delivery, put the old row back and keep this one below it; "
    "if the quantity was wrong, write the old one here and correct the stock by a count."
)
_OTHER_DAY = N_(
    "The exchange day {value} is announced with another place or other times. "
    "It stays as it was announced."
)
_PAST_DAY = N_("The exchange day {value} is over, so it is not announced.")

Alike = tuple[str, str, int | None, str | None]
"""What lots of one delivery have in common: item, donor, value of a piece, best before."""


def bring_in(work: Work) -> None:
    """Send the items' terms, then the lots."""
    rows = work.intake.goods.rows
    first = {row.item: row for row in reversed(rows)}
    new, differing = [], []
    for row in first.values():
        errand, known = _item(work, row), work.register.items.get(row.item)
        if known is None:
            new.append(errand)
        elif known != _terms(row):
            errand.primary = False
            differing.append((errand, [row.item, *known]))
    work.send(PHASE, [*new, *work.changes(differing)])
    _bring_in_lots(work, rows)


def _terms(row: GoodsRow) -> Terms:
    return Terms(row.name_zh, row.name_en, row.unit, row.price, row.limit)


def _item(work: Work, row: GoodsRow) -> Errand:
    terms = _terms(row)
    command = ListItem(item=row.item, **terms._asdict())
    errand = work.errand(GOODS, row.row, "item", [row.item, *terms], command)
    errand.primary = False  # a row of this sheet is a lot
    return errand


def _bring_in_lots(work: Work, rows: Sequence[GoodsRow]) -> None:
    lots = [(row, _lot(work, row)) for row in rows]
    work.courier.settle([errand for _, errand in lots])
    missing = _without_row(work, [errand for _, errand in lots])
    wanted = []
    for row, errand in lots:
        alike = _alike(row)
        if errand.known or not missing.get(alike):
            wanted.append(errand)
            continue
        known = missing[alike].pop(0)
        work.tally.refuse(GOODS, row.row, _OTHER_AMOUNT, "数量", {"known": known.received})
    work.send(PHASE, wanted, settled=True)


def _alike(row: GoodsRow) -> Alike:
    best_before = None if row.best_before is None else row.best_before.isoformat()
    return row.item, row.donor, row.unit_value_fen, best_before


def _lot(work: Work, row: GoodsRow) -> Errand:
    item, donor, value, best_before = _alike(row)
    command = ReceiveGoods(
        item=item,
        quantity=row.quantity,
        unit_value_fen=value,
        best_before=best_before,
        donor=donor,
    )
    return work.errand(GOODS, row.row, "lot", [*_alike(row), row.quantity], command)


def _without_row(work: Work, errands: Sequence[Errand]) -> dict[Alike, list[Lot]]:
    """Lots that an earlier import took in, and that no row of the sheet stands for any more."""
    here = {e.outcome.answer["goods"] for e in errands if e.known and e.outcome is not None}
    gone = [lot for lot in work.register.lots if lot.goods not in here]
    if not gone or not errands:
        return {}
    numbers: Counter[Lot] = Counter()
    asked = []
    for lot in gone:
        alike = lot._replace(goods="")
        numbers[alike] += 1
        asked.append(errands[0].about(_content_of(lot), numbers[alike]))
    imported = work.courier.accepted_before(asked)
    found: dict[Alike, list[Lot]] = {}
    for lot, ours in zip(gone, imported, strict=True):
        if ours:
            key = (lot.item, lot.donor, lot.unit_value_fen, lot.best_before)
            found.setdefault(key, []).append(lot)
    return found


def _content_of(lot: Lot) -> Content:
    return [lot.item, lot.donor, lot.unit_value_fen, lot.best_before, lot.received]


def announce(work: Work) -> None:
    """Send the exchange days that are to come."""
    founding = work.intake.founding
    errands = []
    for number, session in enumerate(founding.sessions if founding else (), 1):
        opens, closes = instant_of(session.opens), instant_of(session.closes)
        key, value = f"sessions[{number - 1}]", {"value": excerpt(session.session)}
        day = Day(session.place_zh, opens, closes)
        known = work.register.sessions.get(session.session)
        if known == day:
            continue
        if known is not None:
            work.tally.refuse(FILE_NAME, number, _OTHER_DAY, key, value)
        elif closes <= work.now:
            work.tally.pass_over(FILE_NAME, _PAST_DAY, key, value)
        else:
            command = AnnounceSession(session=session.session, **day._asdict())
            content = [session.session, *day]
            errands.append(work.errand(FILE_NAME, number, "session", content, command))
    work.send(PHASE, errands)
