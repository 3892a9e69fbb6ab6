"""How a community comes into the ledger: its places, people, officers, rules and goods."""

from collections.abc import Iterator
from datetime import datetime

from api.sheets.community import Community, Founding
from api.sheets.quarter import Quarter
from api.sheets.rows import GoodsRow, Resident, RuleRow
from ledger.calendar import instant_of, local_date
from ledger.commands.base import Command
from ledger.commands.community import OpenLedger, RegisterBuilding, RegisterGrid, Settings
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from ledger.commands.officers import AdoptRulebook, AppointOfficer, RuleLine
from ledger.commands.people import BlockCard, IssueCard, RegisterHousehold, RegisterMember
from ledger.states.officers import PostKind

SECRETARY = "secretary"
SUPERVISORS = "supervisors"
FOUNDERS = [(PostKind.SECRETARY, SECRETARY), (PostKind.SUPERVISOR, SUPERVISORS)]


def genesis(community: Community, origin: str, key: str) -> OpenLedger:
    """The genesis of a rehearsal, which holds the posts of the secretary and the supervisors."""
    return OpenLedger(
        community=community.community,
        name_zh=community.name_zh,
        name_en=community.name_en,
        timezone=community.timezone,
        account_holder=community.account_holder,
        origin=origin,
        key=key,
        rehearsal=True,
        starts=instant_of(community.starts),
        ends=instant_of(community.ends),
        settings=settings_of(community),
        founders=FOUNDERS,
    )


def settings_of(community: Founding) -> Settings:
    """The settings that the genesis adopts."""
    return Settings(
        post_weekday=community.notice.weekday,
        post_time=community.notice.minutes,
        notice_days=community.notice.days,
        expiry_months=community.points_expire.months,
    )


def setting_up(quarter: Quarter) -> Iterator[Command]:
    """The secretary's commands that bring in everything that is there before the quarter."""
    begins = instant_of(quarter.community.starts)
    first_day = local_date(begins, quarter.community.timezone)
    yield AdoptRulebook(
        rulebook=first_day,
        in_force_from=first_day,
        rules=[rule_line(row) for row in quarter.rules],
    )
    yield from _places(quarter.residents)
    yield from _people(quarter.residents)
    for officer in quarter.officers:
        yield AppointOfficer(
            officer=officer.officer,
            name=officer.name,
            kind=PostKind(officer.post),
            begins=begins,
            member=officer.member or None,
        )
    yield from _goods(quarter.goods)
    for session in quarter.community.sessions:
        yield AnnounceSession(
            session=session.session,
            place=session.place_zh,
            opens_at=_instant(session.opens),
            closes_at=_instant(session.closes),
        )


def _instant(moment: datetime) -> str:
    return instant_of(moment)


def rule_line(row: RuleRow) -> RuleLine:
    """A rule as a line of a rulebook."""
    return RuleLine(
        rule=row.rule,
        name_zh=row.name_zh,
        name_en=row.name_en,
        category=row.category,
        sign=row.sign,
        unit=row.unit,
        points=row.points,
        cap_day=row.cap_day,
        cap_month=row.cap_month,
    )


def _places(residents: tuple[Resident, ...]) -> Iterator[Command]:
    for grid in dict.fromkeys(r.grid for r in residents if r.grid):
        yield RegisterGrid(grid=grid)
    buildings: dict[str, str] = {}
    for resident in residents:
        if resident.building and resident.grid:
            buildings.setdefault(resident.building, resident.grid)
    for building, grid in buildings.items():
        yield RegisterBuilding(building=building, grid=grid)


def _people(residents: tuple[Resident, ...]) -> Iterator[Command]:
    households: dict[str, Resident] = {}
    for resident in residents:
        households.setdefault(resident.household, resident)
    for household, first in households.items():
        yield RegisterHousehold(
            household=household,
            grid=first.grid,
            building=first.building if first.grid else "",
            flat=first.flat,
        )
    for resident in residents:
        yield RegisterMember(
            member=resident.number,
            household=resident.household,
            name=resident.name,
            phone=resident.phone,
            team=resident.team,
            consent=resident.consent,
        )
        if resident.card:
            yield IssueCard(card=resident.card, account=resident.household)
            if resident.card_blocked:
                yield BlockCard(card=resident.card)


def _goods(rows: tuple[GoodsRow, ...]) -> Iterator[Command]:
    listed: set[str] = set()
    for row in rows:
        if row.item not in listed:
            listed.add(row.item)
            yield ListItem(
                item=row.item,
                name_zh=row.name_zh,
                name_en=row.name_en,
                unit=row.unit,
                price=row.price,
                limit=row.limit,
            )
        yield ReceiveGoods(
            item=row.item,
            quantity=row.quantity,
            unit_value_fen=row.unit_value_fen,
            best_before=None if row.best_before is None else row.best_before.isoformat(),
            donor=row.donor,
        )
