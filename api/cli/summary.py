"""What a person wants to know of a rehearsal: tables of awards, refusals, goods, and the roll."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from api.cli.labels import LABELS
from api.cli.language import language, say
from api.messages import N_
from api.names import shown_name
from api.rehearsal.stage import Rehearsed
from api.sheets.rows import GoodsRow

RULES_MAX: Final = 10

_TITLE = N_("{community}: {first} to {last}, rehearsed")
_ACTS = N_("Acts")
_REFUSED = N_("Not awarded, and why")
_RULES = N_("What earned the most points")
_EXCHANGES = N_("Exchange baskets")
_GOODS = N_("Handed out at the points supermarket")
_ROLL = N_("Honour roll of the quarter (names as each person consented)")
_TOTALS = N_("Points of the quarter")
_STATUS, _COUNT, _POINTS = N_("Status"), N_("Count"), N_("Points")
_RULE, _ITEM, _UNIT = N_("Rule"), N_("Item"), N_("Unit")
_RECEIVED, _GIVEN, _LEFT = N_("Received"), N_("Handed out"), N_("On the shelf")
_RANK, _NAME, _HOURS = N_("Rank"), N_("Name"), N_("Hours")
_SUMS = {
    "awarded": N_("awarded"),
    "deducted": N_("deducted"),
    "reversed": N_("taken back"),
    "spent": N_("spent"),
    "returned": N_("returned"),
    "expired": N_("expired"),
    "outstanding": N_("outstanding"),
}
_BOOKED = ("awarded", "reversed", "capped", "in_notice")


def show(rehearsed: Rehearsed, console: Console) -> None:
    """Print the summary."""
    community = rehearsed.quarter.community
    name = community.name_en if language() == "en" else community.name_zh
    days = {"first": community.starts.date(), "last": community.ends.date()}
    console.rule(say(_TITLE, community=name, **days))
    report = rehearsed.report
    statuses = _statuses([*report["acts"].values(), *report["act_rows_unnumbered"]])
    console.print(_counts(_ACTS, {s: n for s, n in statuses.items() if s in _BOOKED}))
    console.print(_counts(_REFUSED, {s: n for s, n in statuses.items() if s not in _BOOKED}))
    console.print(_best_rules(rehearsed))
    console.print(_counts(_EXCHANGES, _statuses(report["slips"].values())))
    console.print(_goods(rehearsed.quarter.goods, rehearsed))
    console.print(_roll(rehearsed))
    console.print(_table(_TOTALS, [_STATUS, _POINTS], _sums(report["totals"])))


def _table(title: str, columns: list[str], rows: Iterable[Iterable[object]]) -> Table:
    table = Table(title=say(title), title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(say(column), justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*[str(cell) for cell in row])
    return table


def _statuses(found: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(each["status"] for each in found)


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return _table(title, [_STATUS, _COUNT], [(say(LABELS[s]), n) for s, n in ordered])


def _sums(totals: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(say(label), totals[name]) for name, label in _SUMS.items()]


def _best_rules(rehearsed: Rehearsed) -> Table:
    report, quarter = rehearsed.report["acts"], rehearsed.quarter
    points: Counter[str] = Counter()
    for number, row in rehearsed.played.timeline.numbered.items():
        points[row.rule] += max(0, report[str(number)].get("points", 0))
    names = {r.rule: r.name_en if language() == "en" else r.name_zh for r in quarter.rules}
    rows = [(names[rule], n) for rule, n in points.most_common(RULES_MAX) if n]
    return _table(_RULES, [_RULE, _POINTS], rows)


def _goods(goods: tuple[GoodsRow, ...], rehearsed: Rehearsed) -> Table:
    received: Counter[str] = Counter()
    for lot in goods:
        received[lot.item] += lot.quantity
    rows = []
    for item in {lot.item: lot for lot in goods}.values():
        left = rehearsed.report["stock"][item.item]
        name = item.name_en if language() == "en" else item.name_zh
        given = received[item.item] - left
        rows.append((name, item.unit, received[item.item], given, left))
    rows.sort(key=lambda row: -row[3])
    return _table(_GOODS, [_ITEM, _UNIT, _RECEIVED, _GIVEN, _LEFT], rows)


def _roll(rehearsed: Rehearsed) -> Table:
    residents = {r.number: r for r in rehearsed.quarter.residents}
    rows = []
    for place in rehearsed.roll:
        resident = residents[place.key]
        name = shown_name(resident.name, resident.consent, language())
        hours = f"{place.minutes // 60}:{place.minutes % 60:02}"
        rows.append((place.rank, name, place.points, hours))
    return _table(_ROLL, [_RANK, _NAME, _POINTS, _HOURS], rows)
