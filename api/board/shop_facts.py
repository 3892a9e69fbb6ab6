"""From the read models to the facts of the shop, donors, totals and rules."""

from itertools import groupby

from api.board.errors import RulebookNotFound, SessionNotFound
from api.board.facts import Seen, paged, rule_names
from api.board.names import chinese_key
from api.board.shop_schemas import (
    DeductionCount,
    Donor,
    Donors,
    ExchangeDay,
    ExchangeDays,
    ExchangeDaySheet,
    Gift,
    HandedOut,
    MonthTotals,
    Rule,
    RulebookHead,
    Rules,
    RuleTotals,
    Shelf,
    ShelfItem,
    Totals,
)
from api.names import harmless
from ledger.calendar import local_date
from projections.board import shop as shopping
from projections.board import totals as summing
from projections.totals import totals as sums


def _day(seen: Seen, found: shopping.SessionFacts) -> ExchangeDay:
    over = found.closed_at is not None or found.closes_at <= seen.now
    state = "over" if over else "open" if found.opens_at <= seen.now else "announced"
    facts = found._asdict() | {"place": harmless(found.place), "state": state}
    del facts["closed_at"]
    return ExchangeDay.model_validate(facts)


def exchange_days(seen: Seen) -> ExchangeDays:
    """Exchange days, the latest first."""
    found = shopping.sessions(seen.connection)
    return ExchangeDays(as_of=seen.as_of, sessions=[_day(seen, session) for session in found])


def next_day(days: ExchangeDays) -> ExchangeDay | None:
    """The day that is open, else the next one to come."""
    opened = [day for day in days.sessions if day.state == "open"]
    coming = [day for day in days.sessions if day.state == "announced"]
    return opened[-1] if opened else coming[-1] if coming else None


def exchange_day(seen: Seen, session: str) -> ExchangeDaySheet:
    """An exchange day and what it handed out.

    Raises:
        SessionNotFound: there is none of that id.
    """
    found = shopping.session(seen.connection, session)
    if found is None:
        raise SessionNotFound
    lines = [
        HandedOut.model_validate(_named(line))
        for line in shopping.handed_out(seen.connection, session)
    ]
    return ExchangeDaySheet(as_of=seen.as_of, session=_day(seen, found), handed_out=lines)


def _named(
    line: shopping.HandedOutFacts | shopping.ItemFacts | shopping.GiftFacts,
) -> dict[str, object]:
    names = {name: harmless(getattr(line, name)) for name in ("name_zh", "name_en", "unit")}
    return {**line._asdict(), **names}


def shelf(seen: Seen, day: ExchangeDay | None = None) -> Shelf:
    """What may be given out today, or on a coming exchange day."""
    date = seen.today
    if day is not None:
        date = max(date, local_date(day.opens_at, seen.community.timezone))
    items = [ShelfItem.model_validate(_named(i)) for i in shopping.shelf(seen.connection, date)]
    return Shelf(as_of=seen.as_of, day=date, items=items)


def _donor(name: str, found: list[shopping.GiftFacts]) -> Donor:
    kept = [_named(gift) for gift in found]
    summed = {
        key: sum(getattr(gift, key) for gift in found)
        for key in ("lots", "received", "handed_out", "on_shelf", "lost", "value_fen")
    }
    gifts = [Gift.model_validate({k: g[k] for k in Gift.model_fields}) for g in kept]
    return Donor.model_validate({"donor": harmless(name), "gifts": gifts, **summed})


def donors(seen: Seen, limit: int, skip: int) -> Donors:
    """Donors in the Chinese order of their names, and what was bought."""
    found = shopping.gifts(seen.connection)
    every = [_donor(name, list(gifts)) for name, gifts in groupby(found, lambda g: g.donor)]
    named = sorted((d for d in every if d.donor), key=lambda d: chinese_key(d.donor))
    bought = next((donor for donor in every if not donor.donor), None)
    page, more = paged(named, limit, skip)
    return Donors(as_of=seen.as_of, donors=list(page), bought=bought, next=more)


def totals(seen: Seen) -> Totals:
    """The whole ledger, by month and by rule; deductions are counted, by rule."""
    months = [month._asdict() for month in summing.months(seen.connection)]
    rules, deductions = [], []
    for found in summing.by_rule(seen.connection):
        zh, en = rule_names(found.name_zh, found.name_en, found.rule)
        named = {"rule": found.rule, "name_zh": zh, "name_en": en, "acts": found.acts}
        if found.sign < 0:
            deductions.append(DeductionCount.model_validate(named))
        else:
            earned = {"minutes": found.minutes, "points": found.points}
            rules.append(RuleTotals.model_validate(named | earned))
    return Totals(
        as_of=seen.as_of,
        shelf_points=shopping.shelf_points(seen.connection),
        months=[
            MonthTotals.model_validate({k: m[k] for k in MonthTotals.model_fields}) for m in months
        ],
        rules=rules,
        deductions=deductions,
        **sums(seen.connection),
    )


def rules(seen: Seen, rulebook: str | None) -> Rules:
    """A rulebook; without an id the one in force today, or else the next to come into force.

    Raises:
        RulebookNotFound: there is none of that id.
    """
    found = summing.rulebooks(seen.connection)
    in_force = next((b.rulebook for b in found if b.in_force_from <= seen.today), None)
    heads = [RulebookHead(in_force=book.rulebook == in_force, **book._asdict()) for book in found]
    wanted = rulebook or in_force or (heads[-1].rulebook if heads else None)
    chosen = next((head for head in heads if head.rulebook == wanted), None)
    if rulebook is not None and chosen is None:
        raise RulebookNotFound
    lines = summing.rules(seen.connection, chosen.rulebook) if chosen else []
    return Rules(
        as_of=seen.as_of,
        rulebook=chosen,
        rulebooks=heads,
        rules=[
            Rule.model_validate(
                line._asdict()
                | {
                    name: harmless(getattr(line, name))
                    for name in ("name_zh", "name_en", "category")
                }
            )
            for line in lines
        ],
    )
