"""Generated communities: the quarter, its people, rules, goods and sessions."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.model.ink import DAY, MINUTE, REMARKS, Pen, settled
from tests.model.world import CONSENTS, POSTS, TEAMS, WEEKDAYS

Row = dict[str, str]

# First days near month ends, a leap February and the clock changes of both continents.
FIRST_DAYS = (
    date(2022, 7, 1),
    date(2022, 3, 7),
    date(2022, 10, 10),
    date(2023, 1, 9),
    date(2023, 12, 18),
    date(2024, 1, 15),
    date(2024, 2, 20),
)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")
NAMES = ("林兰", "蔡 浩然", "热合曼·依明", "𬱖堃", "Ann Lee", "林兰")
CODES = ("A01", "A02", "B03", "B04", "C05", "C06")
ITEMS = ("RICE5", "SALT", "油18", "SOAP")


@dataclass
class Setting:
    """What the rest of a quarter is made from. Instants are local and naive unless said."""

    zone: ZoneInfo
    starts: datetime
    ends: datetime
    weekday: int
    post_time: time
    days: int
    months: int | None
    theme: str = ""  # points fall due ("terms"), goods do ("shelf"), clocks "change"
    sessions: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    act_days: list[date] = field(default_factory=list)
    members: list[tuple[str, str, int]] = field(default_factory=list)  # number, name, household
    cards: list[str] = field(default_factory=list)  # by household
    officers: dict[str, list[str]] = field(default_factory=dict)  # by post
    own: dict[int, set[str]] = field(default_factory=dict)  # officers by their own household
    rules: dict[str, bool] = field(default_factory=dict)  # code to whether it is per hour
    items: dict[str, tuple[int, int | None]] = field(default_factory=dict)  # price, limit

    def utc(self, at: datetime) -> datetime:
        """Return the UTC instant of a local one."""
        return at.replace(tzinfo=self.zone).astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """Return the local minute of a UTC instant, outside skipped and repeated hours."""
        return settled(at.astimezone(self.zone).replace(tzinfo=None, second=0), self.zone)

    def posting(self, at: datetime) -> datetime:
        """Return the first posting instant at or after a local one."""
        ahead = (self.weekday - at.weekday()) % 7
        posting = datetime.combine(at.date() + ahead * DAY, self.post_time)
        return posting if posting >= at else posting + 7 * DAY

    def closing(self, posting: datetime) -> datetime:
        """Return when a notice posted then closes: so many times 24 hours later."""
        return self.local(self.utc(posting) + self.days * DAY)

    def inside(self, at: datetime) -> datetime:
        """Bring a local instant into the quarter, to its first or last minute."""
        last = self.ends.replace(second=0)
        return settled(min(max(at, self.starts), last), self.zone)


def draw_setting(pen: Pen, months: tuple[int | None, ...]) -> Setting:
    """Choose the clock of a quarter: three to ten weeks, one of four time zones."""
    theme = pen.pick(("", "", "terms", "shelf", "change"))
    terms, change = theme == "terms", theme == "change"
    zone = ZoneInfo(pen.pick(ZONES[1:3] if change else ZONES))
    # Four weeks lie between a day of February 2023 and that of March: lots expire on the weekday
    # on which notices close.
    first = date(2023, 1, 9) if terms else pen.pick(FIRST_DAYS[1:3] if change else FIRST_DAYS)
    first += pen.number(0, 6) * DAY
    post_time = pen.pick((time(0),) * 4 * terms + (time(18), time(0), time(9), time(23, 59)))
    days, weekday = pen.number(0, 10), pen.number(0, 6)
    if pen.chance(50 if terms else 30):  # notices close on the last day of a month
        month_end = first.replace(day=28) + 4 * DAY
        weekday = (month_end - month_end.day * DAY - days * DAY).weekday()
    length = pen.number(49 if terms else 21, 70)
    last = first + length * DAY
    ends = datetime.combine(last, time(23, 59, 59))
    if pen.chance(35):  # notices close when the quarter ends, or just after
        last += ((weekday + days) - last.weekday()) % 7 * DAY
        ends = datetime.combine(last, post_time) - pen.pick((0, 1)) * timedelta(seconds=1)
    starts = datetime.combine(first, pen.pick((time(0), time(0), time(8, 30))))
    finite = tuple(term for term in months if term) if terms else ()
    setting = Setting(
        zone, starts, ends, weekday, post_time, days, pen.pick(finite or months), theme
    )
    for _ in range(pen.number(1, 4)):
        setting.act_days.append(first + pen.number(0, length // pen.pick((6, 4, 3, 2, 1))) * DAY)
        if terms:
            setting.act_days.append(setting.act_days[-1] + 28 * DAY)
    return setting


def draw_sessions(pen: Pen, setting: Setting, closings: list[datetime]) -> None:
    """Choose one or two windows, most often opening as or after notices close."""
    length = (setting.ends - setting.starts).days
    for name in ("S1", "S2")[: pen.number(1, 2)]:
        if closings and pen.chance(85):
            opens = pen.pick(closings) + pen.pick((DAY, 0 * DAY, 7 * DAY))
        else:
            opens = setting.starts + pen.number(0, length) * DAY
        if pen.chance(60):
            opens = datetime.combine(opens.date(), pen.pick((time(9), time(0), time(17, 30))))
        hours = pen.pick((8, 7 * 24, 14 * 24, 30 * 24, 30 * 24, 0))
        hours = pen.pick((7 * 24, 14 * 24)) if setting.theme == "shelf" else hours
        closes = opens + hours * 60 * MINUTE + MINUTE
        setting.sessions[name] = settled(opens, setting.zone), settled(closes, setting.zone)


def community(pen: Pen, setting: Setting) -> dict[str, Any]:
    """Write community.json; instants carry the local offset or another."""
    zone = setting.zone if pen.chance(80) else UTC

    def iso(at: datetime) -> str:
        return setting.utc(at).astimezone(zone).isoformat()

    return {
        "community": "guangsha",
        "name_zh": "广厦社区",
        "name_en": "Guangsha Community",
        "timezone": str(setting.zone),
        "account_holder": "household",
        "starts": iso(setting.starts),
        "ends": iso(setting.ends),
        "notice": {
            "post_weekday": WEEKDAYS[setting.weekday],
            "post_time": f"{setting.post_time:%H:%M}",
            "days": setting.days,
        },
        "points_expire": {"months": setting.months},
        "sessions": [
            {"session": name, "place_zh": "佳美超市", "opens": iso(opens), "closes": iso(closes)}
            for name, (opens, closes) in setting.sessions.items()
        ],
    }


def residents(pen: Pen, setting: Setting) -> list[Row]:
    """Choose one to six households of one to three members; the first holds the card."""
    rows = []
    for household in range(pen.pick((1, 2, 3, 4, 5, 6, 3, 4))):
        setting.cards.append(f"66{household + 1:04}")
        for place in range(pen.pick((1, 1, 2, 3))):
            ink, name = pen.ink(), pen.pick(NAMES)
            number = f"V{len(setting.members) + 1:02}"
            setting.members.append((number, name, household))
            rows.append(
                {
                    "志愿者编号": ink.text(number),
                    "姓名": ink.blank + name,
                    "户号": ink.text(f"H{household + 1}"),
                    "网格": "第一网格",
                    "楼栋": "1幢",
                    "室": ink.text(f"{household + 101}"),
                    "电话": "10046200638",
                    "队伍": pen.pick(TEAMS),
                    "公示意愿": pen.pick(CONSENTS),
                    "卡号": "" if place else ink.text(setting.cards[household]),
                    "卡状态": "" if place else "挂失" if pen.chance(8) else "正常",
                }
            )
    return rows


def officers(pen: Pen, setting: Setting) -> list[Row]:
    """Choose two officers of each post; the second is more often a resident."""
    rows: list[Row] = []
    for post in POSTS:
        for place in range(2):
            ink, number = pen.ink(), f"G{len(rows) + 1:02}"
            own = ""
            if pen.chance(30 if place else 6):
                own, _, household = pen.pick(setting.members)
                setting.own.setdefault(household, set()).add(number)
            setting.officers.setdefault(post, []).append(number)
            rows.append(
                {
                    "工号": ink.text(number),
                    "姓名": pen.pick(NAMES),
                    "志愿者编号": ink.text(own),
                    "职务": ink.blank + post,
                }
            )
    return rows


def rules(pen: Pen, setting: Setting) -> list[Row]:
    """Choose three to six rules: mostly plus; caps stand on some, also on minus-rules."""
    rows = []
    for place, code in enumerate(CODES[: pen.number(3, 6)]):
        ink = pen.ink()
        hourly = pen.pick((False, True)) if place > 1 else place == 1
        minus = place > 1 and pen.chance(30)
        setting.rules[code] = hourly
        rows.append(
            {
                "代码": ink.text(code),
                "项目": f"项目{place}",
                "name_en": f"Rule {place}",
                "类别": "邻里互助",
                "方向": "减" if minus else "加",
                "单位": "小时" if hourly else "次",
                "分值": ink.number(pen.pick((1, 2, 3, 5) if minus else (1, 2, 3, 4, 5, 6, 8))),
                "日上限": ink.number(pen.number(1, 7)) if pen.chance(35) else ink.blank,
                "月上限": ink.number(pen.number(1, 9)) if pen.chance(40) else "",
            }
        )
    return rows


def goods(pen: Pen, setting: Setting) -> list[Row]:
    """Choose items of one to three lots; dates lie about the sessions' days."""
    rows = []
    opens = [window[0].date() for window in setting.sessions.values()]
    shelf = setting.theme == "shelf"  # one or two items, cheap and scarce, going bad day by day
    for item in ITEMS[: pen.number(1, 2) if shelf else pen.number(2, 4)]:
        price, limit = pen.pick((1, 1, 2, 3)), pen.pick((None, None, None, 2, 3, 1))
        if shelf:
            price, limit = 1, None
        setting.items[item] = price, limit
        for _ in range(pen.pick((2, 3)) if shelf else pen.pick((1, 2, 3))):
            ink = pen.ink()
            ahead = pen.number(0, 6) if shelf else pen.pick((0, 1, 30, 60, 200, -1))
            best_before = pen.pick(opens) + ahead * DAY
            row = {
                "物品代码": ink.text(item),
                "名称": f"名称{item}",
                "name_en": f"Name, {item}",
                "单位": "袋",
                "数量": ink.number(pen.number(1, 2 if shelf else 12)),
                "捐赠方": pen.pick(REMARKS),
                "单价_分": ink.number(250),
                "保质期": ink.date(best_before) if pen.chance(70) else ink.blank,
                "兑换分值": ink.number(price),
                "每户限量": ink.blank if limit is None else ink.number(limit),
            }
            rows.append(row)
    return pen.shuffled(rows) if pen.chance(30) else rows
