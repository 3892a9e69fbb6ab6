"""Generated acts, and what puts their rows at fault."""

from dataclasses import dataclass
from datetime import date, datetime, time

from tests.model.ink import (
    DAY,
    MINUTE,
    NOT_POSITIVE,
    REMARKS,
    UNREADABLE_DATES,
    UNREADABLE_TIMES,
    Ink,
    Pen,
    settled,
)
from tests.model.setting import Row, Setting

STARTS = (time(8), time(9), time(10), time(8, 30), time(11))
MINUTES = (*(60, 120, 90, 30, 59, 119, 180, 60, 120, 240) * 2, 480, 481, 540, 720, 721)
ACT_FAULTS = (
    *("number", "number taken", "member", "name", "rule", "date", "date outside", "time"),
    *("end", "recorder", "recorded", "recorded outside", "recorded early", "own recorder"),
    *("result", "declined", "reviewer", "reviewed", "reviewed early", "reviewed late"),
    *("own reviewer", "reviewer records", "recorded last", "reviewed last"),
)


@dataclass
class Deed:
    """What is known of a generated act, valid or not; instants are local."""

    number: int
    member: tuple[str, str, int]
    code: str
    on: date
    start: time
    minutes: int
    recorded: datetime
    reviewed: datetime
    recorder: str
    reviewer: str
    posted: bool = False  # whether it comes to a notice
    points: int = 0  # signed, where it comes to an award

    @property
    def end(self) -> datetime:
        """When the act ended, if it was one with times."""
        return datetime.combine(self.on, self.start) + self.minutes * MINUTE


def acts(pen: Pen, setting: Setting) -> tuple[list[Row], list[Deed]]:
    """Choose up to 25 acts of few members, days and times, so that they meet and collide."""
    count = max(pen.number(0, 25), pen.number(0, 25))
    deeds: list[Deed] = []
    rows = []
    for number in pen.shuffled(range(1, count + 1)):
        faults = pen.fault(25, ACT_FAULTS)
        deed = draw_deed(pen, setting, number, deeds, faults)
        rows.append(act_row(pen, setting, deed, deeds, faults))
        deeds.append(deed)
    return rows, deeds


def draw_deed(
    pen: Pen, setting: Setting, number: int, earlier: list[Deed], faults: set[str]
) -> Deed:
    """Choose who did what when, who recorded it when, and who reviewed it when."""
    member, code = pen.pick(setting.members), pen.pick(list(setting.rules))
    on, start = pen.pick(setting.act_days) + pen.pick((0, 1, 2)) * DAY, pen.pick(STARTS)
    if earlier and pen.chance(10):
        other = pen.pick(earlier)
        member, code, on, start = other.member, other.code, other.on, other.start
    minutes = pen.pick(MINUTES)
    done = datetime.combine(on, start) + minutes * MINUTE
    if not setting.rules[code]:
        done = datetime.combine(on, time(0))
    later = pen.pick((20 * 60, 0, 1, 13 * 60, 24 * 60, 72 * 60))
    recorded = setting.inside(done + later * MINUTE)
    if "recorded early" in faults:
        recorded = done - MINUTE
    if "recorded outside" in faults:
        recorded = pen.pick(
            (setting.starts - MINUTE, setting.ends + MINUTE, setting.ends + 9 * DAY)
        )
    if "recorded last" in faults:
        recorded = setting.ends.replace(second=0)
    recorded = settled(recorded, setting.zone)
    reviewed = draw_reviewed(pen, setting, recorded, faults)
    post = pen.pick((*["网格长"] * 6, "评审员", "复核员", "兑换员", "库管员"))
    recorder, reviewer = pen.pick(setting.officers[post]), pen.pick(setting.officers["评审员"])
    if "reviewer records" in faults:
        recorder = reviewer
    return Deed(number, member, code, on, start, minutes, recorded, reviewed, recorder, reviewer)


def draw_reviewed(pen: Pen, setting: Setting, recorded: datetime, faults: set[str]) -> datetime:
    """Choose when an act is reviewed, often about the instant of a posting."""
    posting = setting.posting(recorded)
    reviewed = pen.pick(
        (
            recorded,
            recorded + DAY,
            posting - MINUTE,
            posting,
            posting + MINUTE,
            posting + 7 * DAY,
        )
    )
    if "reviewed early" in faults:
        reviewed = recorded - MINUTE
    if "reviewed late" in faults:
        reviewed = setting.ends + MINUTE
    if "reviewed last" in faults:
        reviewed = setting.ends.replace(second=0)
    return settled(reviewed, setting.zone)


def act_row(pen: Pen, setting: Setting, deed: Deed, earlier: list[Deed], faults: set[str]) -> Row:
    """Write an act down, with what is wrong with the row."""
    ink = pen.ink()
    row = {
        "登记号": ink.number(deed.number),
        "志愿者编号": ink.text(deed.member[0]),
        "姓名": deed.member[1],
        "项目代码": ink.text(deed.code),
        "日期": ink.date(deed.on),
        **times(pen, setting, deed, ink),
        "记录人": ink.text(deed.recorder),
        "登记时间": ink.moment(deed.recorded),
        "审核人": ink.text(deed.reviewer),
        "审核结果": ink.blank + "通过",
        "审核时间": ink.moment(deed.reviewed),
        "复核人": "",
        "备注": pen.pick(REMARKS),
    }
    if pen.chance(10):
        row["姓名"] = pen.pick(("　", " ")).join(row["姓名"].replace(" ", ""))
    if deed.minutes > 480 or pen.chance(5):
        everyone = [number for post in setting.officers.values() for number in post]
        row["复核人"] = pen.pick((*setting.officers["复核员"] * 6, *everyone, "", "G99"))
    if "number taken" in faults and pen.chance(40):
        faults = {*faults, "recorded"}
    for fault in sorted(faults):
        spoil_act(pen, setting, fault, row, deed, earlier)
    return row


def times(pen: Pen, setting: Setting, deed: Deed, ink: Ink) -> Row:
    """Write start and end; a rule per 次 has none, or some that are to be ignored."""
    if not setting.rules[deed.code] and pen.chance(80):
        return {"开始": "", "结束": ink.blank}
    return {"开始": ink.time(deed.start), "结束": ink.time(deed.end.time())}


def spoil_act(
    pen: Pen, setting: Setting, fault: str, row: Row, deed: Deed, earlier: list[Deed]
) -> None:
    """Put one fault into the row of an act."""
    at = datetime.combine(deed.on, deed.start)
    outside = (setting.starts.date() - DAY, setting.ends.date() + DAY)
    own = [
        officer
        for officers in setting.officers.values()
        for officer in officers
        if officer in setting.own.get(deed.member[2], ())
    ]
    spoilt = {
        "number": ("登记号", (*NOT_POSITIVE, "补1")),
        "number taken": ("登记号", [str(one.number) for one in earlier] or ["0"]),
        "member": ("志愿者编号", ("", "不详", "V99", "v01")),
        "name": ("姓名", ("", "林 蓝", "某某")),
        "rule": ("项目代码", ("", "A99", "巡逻")),
        "date": ("日期", [text.format(at) for text in UNREADABLE_DATES]),
        "date outside": ("日期", [one.isoformat() for one in outside]),
        "time": (pen.pick(("开始", "结束")), UNREADABLE_TIMES),
        "end": ("结束", (row["开始"], "00:00", "07:59")),
        "recorder": ("记录人", ("", "张组长", "G99")),
        "recorded": ("登记时间", [pen.unreadable_moment(deed.recorded)]),
        "own recorder": ("记录人", own or [deed.recorder]),
        "result": ("审核结果", ("", "待审", "通过。")),
        "declined": ("审核结果", ("不通过",)),
        "reviewer": ("审核人", ("", "G99", *setting.officers["复核员"])),
        "reviewed": ("审核时间", [pen.unreadable_moment(deed.reviewed)]),
        "own reviewer": ("审核人", own or [deed.reviewer]),
    }
    if fault in spoilt:
        column, values = spoilt[fault]
        row[column] = pen.pick(values)
