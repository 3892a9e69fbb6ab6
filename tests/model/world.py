"""The sheets that must be without fault: community, residents, officers, rules, goods."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.model.sheets import Row, SheetFault, clock, day, plain, positive, rows, whole

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
POSTS = ("网格长", "评审员", "复核员", "兑换员", "库管员")
TEAMS = ("志愿者", "社区干部", "党员", "保洁", "")
CONSENTS = ("实名", "脱敏", "匿名")


@dataclass(frozen=True)
class Community:
    """What community.json says; instants are UTC."""

    zone: ZoneInfo
    starts: datetime
    ends: datetime
    weekday: int
    post_time: time
    notice_days: int
    months: int | None
    sessions: dict[str, tuple[datetime, datetime]]


@dataclass(frozen=True)
class Member:
    """A resident."""

    number: str
    name: str
    household: str


@dataclass(frozen=True)
class Officer:
    """An officer; `household` is None for one without a volunteer number."""

    number: str
    post: str
    household: str | None


@dataclass(frozen=True)
class Rule:
    """A rule; caps are points per member, None where there is none."""

    plus: bool
    hourly: bool
    points: int
    day_cap: int | None
    month_cap: int | None


@dataclass(eq=False)
class Shelf:
    """One lot of goods; `left` changes while the quarter is played."""

    best_before: date | None
    left: int


@dataclass
class Item:
    """Goods of one code: price in points, limit per household and session, lots in file order."""

    price: int
    limit: int | None
    label: tuple[str, str]
    lots: list[Shelf] = field(default_factory=list)


@dataclass
class World:
    """Everything the fault-free sheets say."""

    community: Community
    members: dict[str, Member] = field(default_factory=dict)
    cards: dict[str, tuple[str, bool]] = field(default_factory=dict)  # household, blocked
    officers: dict[str, Officer] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)


def read_world(directory: Path) -> World:
    """Read the fault-free sheets of a directory.

    Raises SheetFault with every fault found where there is any.
    """
    faults = [
        f"{name}: is missing"
        for name in ("community.json", "residents.csv", "officers.csv", "rules.csv")
        if not (directory / name).exists()
    ]
    if faults:
        raise SheetFault(faults)
    world = World(read_community(directory))
    readers: tuple[tuple[str, Callable[[World, Row], str]], ...] = (
        ("residents.csv", add_resident),
        ("officers.csv", add_officer),
        ("rules.csv", add_rule),
        ("goods.csv", add_goods),
    )
    for name, add in readers:
        for number, row in enumerate(rows(directory, name), 1):
            try:
                fault = add(world, row)
            except KeyError as missing:
                fault = f"column {missing} is missing"
            if fault:
                faults.append(f"{name} row {number}: {fault}")
    if faults:
        raise SheetFault(faults)
    return world


def read_community(directory: Path) -> Community:
    """Read community.json. Raises SheetFault where something in it is missing or not readable."""
    try:
        content = json.loads((directory / "community.json").read_text("utf-8-sig"))
        months = content["points_expire"]["months"]
        post_time = clock(content["notice"]["post_time"])
        if post_time is None or not (months is None or int(months) >= 0):
            raise ValueError("post_time or months")
        return Community(
            zone=ZoneInfo(content["timezone"]),
            starts=utc(content["starts"]),
            ends=utc(content["ends"]),
            weekday=WEEKDAYS.index(content["notice"]["post_weekday"]),
            post_time=post_time,
            notice_days=int(content["notice"]["days"]),
            months=months,
            sessions={
                str(one["session"]): (utc(one["opens"]), utc(one["closes"]))
                for one in content["sessions"]
            },
        )
    except (ValueError, LookupError, TypeError, OSError) as problem:
        raise SheetFault([f"community.json: not readable ({problem!r})"]) from problem


def utc(text: str) -> datetime:
    """Read an ISO instant with its offset."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return read.astimezone(UTC)


def add_resident(world: World, row: Row) -> str:
    """Add one row of residents.csv; return what is wrong with it, or nothing."""
    number, household, card = (plain(row[column]) for column in ("志愿者编号", "户号", "卡号"))
    if not number or number in world.members or not household or not plain(row["姓名"]):
        return "volunteer number, name or household is blank, or the number is taken"
    if plain(row["队伍"]) not in TEAMS or plain(row["公示意愿"]) not in CONSENTS:
        return "unknown team or consent"
    if card:
        taken = card in world.cards or any(own == household for own, _ in world.cards.values())
        if taken or plain(row["卡状态"]) not in ("正常", "挂失"):
            return "card or household has a card already, or the card's state is unknown"
        world.cards[card] = (household, plain(row["卡状态"]) == "挂失")
    world.members[number] = Member(number, row["姓名"], household)
    return ""


def add_officer(world: World, row: Row) -> str:
    """Add one row of officers.csv; return what is wrong with it, or nothing."""
    number, own, post = (plain(row[column]) for column in ("工号", "志愿者编号", "职务"))
    if not number or number in world.officers or post not in POSTS:
        return "officer number is blank or taken, or the post is unknown"
    if own and own not in world.members:
        return "the volunteer number is not among the residents"
    household = world.members[own].household if own else None
    world.officers[number] = Officer(number, post, household)
    return ""


def add_rule(world: World, row: Row) -> str:
    """Add one row of rules.csv; return what is wrong with it, or nothing."""
    code, points = plain(row["代码"]), positive(row["分值"])
    caps = [whole(row[column]) for column in ("日上限", "月上限")]
    blank = [not plain(row[column]) for column in ("日上限", "月上限")]
    if not code or code in world.rules or points is None:
        return "the code is blank or taken, or the points are not a whole number above zero"
    if plain(row["方向"]) not in ("加", "减") or plain(row["单位"]) not in ("次", "小时"):
        return "unknown direction or unit"
    if any(cap is None and not empty for cap, empty in zip(caps, blank, strict=True)):
        return "a cap is not a whole number"
    plus, hourly = plain(row["方向"]) == "加", plain(row["单位"]) == "小时"
    world.rules[code] = Rule(plus, hourly, points, caps[0], caps[1])
    return ""


def add_goods(world: World, row: Row) -> str:
    """Add one lot of goods.csv; return what is wrong with it, or nothing."""
    code, label = plain(row["物品代码"]), (plain(row["名称"]), plain(row["name_en"]))
    price, quantity, value = (whole(row[column]) for column in ("兑换分值", "数量", "单价_分"))
    limit, best_before = whole(row["每户限量"]), day(row["保质期"])
    if not code or price is None or quantity is None or value is None:
        return "item is blank, or price, quantity or unit value is not a whole number"
    if plain(row["每户限量"]) and limit is None:
        return "the limit is not a whole number"
    if plain(row["保质期"]) and best_before is None:
        return "the best-before date is not readable"
    item = world.items.setdefault(code, Item(price, limit, label))
    if (price, limit, label) != (item.price, item.limit, item.label):
        return "another row of the item has another name, price or limit"
    item.lots.append(Shelf(best_before, quantity))
    return ""
