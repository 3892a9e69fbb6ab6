"""The register of acts: what becomes of each row up to its approval."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tests.model.points import Lot
from tests.model.sheets import (
    Row,
    clock,
    day,
    instant,
    moment,
    plain,
    positive,
    without_blanks,
)
from tests.model.world import Member, Officer, Rule, World

BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(eq=False)
class Act:
    """A recorded act; the fields below `recorded` change while the quarter is played."""

    row: int
    number: int
    member: Member
    rule_code: str
    rule: Rule
    date: date
    start: time | None  # None for a rule per 次
    end: time | None
    recorder: Officer
    recorded: datetime
    status: str = ""
    in_register: bool = False
    posted: bool = False
    closed: bool = False
    upheld: bool = False
    points: int | None = None  # signed, once awarded
    lot: Lot | None = None
    reversed: bool = False

    @property
    def length(self) -> timedelta:
        """How long the act took; nothing for a rule per 次."""
        if self.start is None or self.end is None:
            return timedelta(0)
        return datetime.combine(self.date, self.end) - datetime.combine(self.date, self.start)

    @property
    def units(self) -> int:
        """One per 次; whole hours, at least one, per 小时."""
        return max(1, self.length // timedelta(hours=1)) if self.rule.hourly else 1


@dataclass
class Register:
    """What the register holds: recorded acts, the statuses of other rows, rows with no number."""

    recorded: list[Act]
    refused: dict[int, str]
    unnumbered: list[int]
    of_day: dict[tuple[str, date], list[Act]]  # recorded acts by volunteer number and date


def read_register(rows: list[Row], world: World) -> Register:
    """Take the rows in the order of 登记时间, ties and unreadable times in file order."""
    zone = world.community.zone
    numbered = list(enumerate(rows, 1))
    # Python's sort is stable, so ties stay in file order.
    numbered.sort(key=lambda pair: moment(pair[1]["登记时间"], zone) or BEFORE_ALL)
    register, used = Register([], {}, [], {}), set[int]()
    for row_number, row in numbered:
        number = positive(row["登记号"])
        if number is None or number in used:
            register.unnumbered.append(row_number)
            continue
        used.add(number)
        entry = enter(row_number, number, row, world)
        if isinstance(entry, Act):
            same_day = register.of_day.setdefault((entry.member.number, entry.date), [])
            refusal = collision(entry, same_day)
            if not refusal:
                register.recorded.append(entry)
                same_day.append(entry)
        else:
            refusal = entry
        if refusal:
            register.refused[number] = refusal
    register.unnumbered.sort()
    return register


def enter(row_number: int, number: int, row: Row, world: World) -> Act | str:
    """Return the act as entered, or the status of the first check that fails by itself."""
    community = world.community
    member = world.members.get(plain(row["志愿者编号"]))
    if member is None:
        return "member_unknown"
    if without_blanks(row["姓名"]) != without_blanks(member.name):
        return "name_mismatch"
    rule = world.rules.get(plain(row["项目代码"]))
    if rule is None:
        return "rule_unknown"
    on = day(row["日期"])
    first = community.starts.astimezone(community.zone).date()
    last = community.ends.astimezone(community.zone).date()
    if on is None or not first <= on <= last:
        return "date_invalid"
    start = end = None
    if rule.hourly:
        start, end = clock(row["开始"]), clock(row["结束"])
        if start is None or end is None or end <= start:
            return "time_invalid"
    recorder = world.officers.get(plain(row["记录人"]))
    recorded = moment(row["登记时间"], community.zone)
    if recorder is None or recorded is None or not community.starts <= recorded <= community.ends:
        return "recorder_unknown"
    done = instant(on, end or time(0, 0), community.zone)
    if recorded < done:
        return "recorded_before_act"
    if recorder.household == member.household:
        return "recorder_conflict"
    code = plain(row["项目代码"])
    return Act(row_number, number, member, code, rule, on, start, end, recorder, recorded)


def overlap(one: Act, other: Act) -> bool:
    """Tell whether two acts of one day share time; touching is not overlapping."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def collision(act: Act, same_day: list[Act]) -> str:
    """Return the status of an act that repeats or overlaps an earlier one, or is too long.

    `same_day` holds the member's earlier recorded acts of that date.
    """
    if any(one.rule_code == act.rule_code and one.start == act.start for one in same_day):
        return "duplicate_act"
    if any(overlap(one, act) for one in same_day):
        return "overlapping_act"
    if act.length > timedelta(hours=12):
        return "duration_too_long"
    return ""


def review(act: Act, row: Row, world: World) -> str:
    """Return what the review makes of a recorded act: a status, or "approved"."""
    community, officers = world.community, world.officers
    result, reviewed = plain(row["审核结果"]), moment(row["审核时间"], community.zone)
    if result not in ("通过", "不通过") or (reviewed is not None and reviewed > community.ends):
        return "unreviewed"
    reviewer = officers.get(plain(row["审核人"]))
    if reviewer is None or reviewer.post != "评审员":
        return "reviewer_unknown"
    if reviewed is None or reviewed < act.recorded:
        return "reviewer_unknown"
    if reviewer == act.recorder or reviewer.household == act.member.household:
        return "reviewer_conflict"
    if result == "不通过":
        return "declined"
    if act.length > timedelta(hours=8):
        second = officers.get(plain(row["复核人"]))
        if second is None or second.post != "复核员":
            return "second_approval_required"
        if second in (act.recorder, reviewer) or second.household == act.member.household:
            return "second_approval_required"
    return "approved"
