"""A plain model of a community: who is who, acts on their way, and what is due when.

It says beforehand how each command will be answered: with the code of a refusal, or with None when
it will be accepted; and keeps what came of it. It is written from the rules, apart from the ledger.
"""

from dataclasses import dataclass, field

from tests.ledger.machine.plain import (
    Purse,
    clock,
    day_of,
    later,
    months_later,
    posting,
)

NEVER = "9999"


@dataclass
class Post:
    """One post for one term."""

    kind: str
    officer: str
    begins: str
    ends: str


@dataclass
class Rule:
    """One line of a rulebook."""

    sign: int
    hourly: bool
    points: int
    cap_day: int | None = None
    cap_month: int | None = None


BROUGHT_ALONG = Rule(1, hourly=False, points=0)
"""What an opening balance is booked under: no caps, and points of its own."""


@dataclass
class Act:
    """An act and where it stands."""

    member: str
    rule: str
    book: str
    day: str
    start: int | None
    end: int | None
    number: int | None
    registered_at: str
    recorder: str
    stage: str = "recorded"
    reviewer: str = ""
    approved_at: str = ""
    closes_at: str = ""
    due_at: str = ""
    objections: dict[str, bool | None] = field(default_factory=dict)
    points: int = 0
    account: str = ""
    carried: int | None = None

    @property
    def minutes(self) -> int:
        """How long it took; 0 where that does not count."""
        return 0 if self.start is None or self.end is None else self.end - self.start


class Community:
    """People, rules and settings."""

    def __init__(self, holder: str, starts: str, ends: str | None) -> None:
        self.holder, self.starts, self.ends = holder, starts, ends or NEVER
        self.head = ""
        self.weekday, self.minutes, self.notice_days = 6, 1080, 3
        self.months: int | None = None
        self.members: dict[str, str] = {}
        self.homes: set[str] = set()
        self.cards: dict[str, tuple[str, bool]] = {}
        self.posts: dict[str, Post] = {}
        self.persons: dict[str, set[str]] = {}
        self.relatives: dict[str, set[str]] = {}
        self.books: dict[str, tuple[str, dict[str, Rule]]] = {}

    def now(self, at: str) -> str:
        """When something asked for at an instant happens: time never goes back."""
        return max(at, self.head)

    def today(self, at: str) -> str:
        """The local date of then."""
        return day_of(self.now(at))

    def in_period(self, at: str) -> bool:
        """Whether then is in the ledger's period."""
        return self.starts <= self.now(at) <= self.ends

    def acting(self, officer: str, at: str, *kinds: str) -> str | None:
        """The post in which somebody acts."""
        for name, post in self.posts.items():
            in_term = post.begins <= self.now(at) < post.ends
            if post.officer == officer and in_term and (not kinds or post.kind in kinds):
                return name
        return None

    def kin(self, officer: str, *households: str | None) -> bool:
        """Whether one of the households is the officer's own or that of relatives."""
        own = {self.members[member] for member in self.persons.get(officer, ())}
        return bool((own | self.relatives.get(officer, set())) & set(households))

    def account_of(self, member: str) -> str:
        """Whose points a member earns."""
        return member if self.holder == "member" else self.members[member]

    def home_of(self, account: str) -> str:
        """The household behind an account."""
        return self.members[account] if self.holder == "member" else account

    def accounts(self) -> list[str]:
        """Every account there can be."""
        return sorted(self.members if self.holder == "member" else self.homes)

    def book_on(self, day: str) -> str | None:
        """The rulebook in force on a day; of two that start together the later one."""
        best: str | None = None
        for name, (start, _) in self.books.items():
            if start <= day and (best is None or start >= self.books[best][0]):
                best = name
        return best

    def term(self, day: str) -> str | None:
        """When points of a day end."""
        return None if self.months is None else months_later(day, self.months)


class Acts(Community):
    """Acts on their way, and the purses they end in."""

    def __init__(self, holder: str, starts: str, ends: str | None) -> None:
        super().__init__(holder, starts, ends)
        self.acts: dict[str, Act] = {}
        self.purses: dict[str, Purse] = {}
        self.used: dict[tuple[str, str, str], int] = {}
        self.expired = 0

    def purse(self, account: str) -> Purse:
        """The purse of an account."""
        return self.purses.setdefault(account, Purse())

    def recording(self, act: Act, officer: str, at: str) -> str | None:
        """What recording an act will be answered; times of day that do not count are None."""
        numbers = {known.number for known in self.acts.values()} - {None}
        if act.number is not None and (act.number <= 0 or act.number in numbers):
            return "register_number_invalid"
        if act.member not in self.members:
            return "member_unknown"
        in_force = self.book_on(act.day)
        book = in_force or self.book_on(NEVER)
        if book is None or act.rule not in self.books[book][1]:
            return "rule_unknown"
        last = NEVER if self.ends == NEVER else day_of(self.ends)
        if not day_of(self.starts) <= act.day <= last:
            return "date_invalid"
        if in_force is None:
            return "rule_unknown"
        hourly = self.books[book][1][act.rule].hourly
        if hourly and (act.start is None or act.end is None or not act.start < act.end <= 1440):
            return "time_invalid"
        post = self.acting(officer, at)
        if post is None or not self.starts <= act.registered_at <= min(self.ends, self.now(at)):
            return "recorder_unknown"
        if act.registered_at < clock(act.day, (act.end or 0) if hourly else 0):
            return "recorded_before_act"
        if self.kin(officer, self.members[act.member]):
            return "recorder_conflict"
        return self.clashing(act, hourly)

    def opening(self, act: Act, officer: str, at: str) -> str | None:
        """What recording an opening balance will be answered."""
        if self.acting(officer, at, "secretary", "grid_leader") is None:
            return "officer_unknown"
        numbers = {known.number for known in self.acts.values()} - {None}
        if act.number is not None and (act.number <= 0 or act.number in numbers):
            return "register_number_invalid"
        if act.member not in self.members:
            return "member_unknown"
        over = {"declined", "refused", "reversed"}
        mine = [a for a in self.acts.values() if a.member == act.member and a.carried is not None]
        if any(a.stage not in over for a in mine):
            return "opening_balance_known"
        if not act.carried or act.carried < 0:
            return "opening_balance_invalid"
        if not self.starts <= act.registered_at <= min(self.ends, self.now(at)):
            return "time_invalid"
        if act.day > day_of(act.registered_at):
            return "date_invalid"
        return "recorder_conflict" if self.kin(officer, self.members[act.member]) else None

    def clashing(self, act: Act, hourly: bool) -> str | None:
        """Whether the member did that already, or something else just then, or for too long."""
        start, end = (act.start, act.end) if hourly else (None, None)
        same = [a for a in self.acts.values() if (a.member, a.day) == (act.member, act.day)]
        if any((a.rule, a.start) == (act.rule, start) for a in same):
            return "duplicate_act"
        if start is not None and end is not None:
            for a in same:
                if a.start is not None and a.end is not None and a.start < end and start < a.end:
                    return "overlapping_act"
            if end - start > 720:
                return "duration_too_long"
        return None

    def reviewing(self, name: str, officer: str, at: str) -> str | None:
        """What a review will be answered."""
        act = self.acts.get(name)
        if act is None:
            return "act_unknown"
        if act.stage != "recorded":
            return "act_already_reviewed"
        if self.acting(officer, at, "reviewer") is None:
            return "reviewer_unknown"
        kin = self.kin(officer, self.members[act.member])
        return "reviewer_conflict" if kin or officer == act.recorder else None

    def approving(self, name: str, officer: str, at: str) -> str | None:
        """What a second approval will be answered."""
        act = self.acts.get(name)
        if act is None:
            return "act_unknown"
        if act.stage != "reviewed":
            return "act_already_reviewed"
        fit = self.acting(officer, at, "second_reviewer") is not None
        fit = fit and officer not in {act.recorder, act.reviewer}
        fit = fit and not self.kin(officer, self.members[act.member])
        return None if fit else "second_approval_required"

    def objecting(self, name: str, at: str) -> str | None:
        """What an objection will be answered."""
        act = self.acts.get(name)
        if not self.in_period(at):
            return "time_invalid"
        if act is None or act.stage in {"recorded", "reviewed", "declined", "approved"}:
            return "act_not_in_notice"
        on_notice = act.stage == "posted" and self.now(at) < act.closes_at
        return None if on_notice else "notice_closed"

    def deciding(self, name: str, objection: str, officer: str, at: str) -> str | None:
        """What deciding an objection will be answered."""
        act = self.acts[name]
        if act.objections.get(objection, True) is not None:
            return "objection_unknown"
        if self.acting(officer, at, "supervisor") is None:
            return "officer_unknown"
        return "officer_conflict" if self.kin(officer, self.members[act.member]) else None

    def reversing(self, name: str, officer: str, at: str) -> str | None:
        """What a reversal will be answered."""
        act = self.acts.get(name)
        if not self.in_period(at):
            return "time_invalid"
        if act is None:
            return "act_unknown"
        if self.acting(officer, at) is None:
            return "officer_unknown"
        homes = [self.members[act.member], *([self.home_of(act.account)] if act.account else ())]
        if self.kin(officer, *homes):
            return "officer_conflict"
        if act.stage == "reversed":
            return "already_reversed"
        return None if act.stage == "awarded" else "not_awarded"

    def reversed(self, name: str, at: str) -> None:
        """An award is taken back, a deduction given back."""
        act, today = self.acts[name], self.today(at)
        act.stage = "reversed"
        purse = self.purse(act.account)
        if act.points > 0:
            purse.take(act.points, today, name)
        else:
            purse.give(-act.points, self.term(today), today)

    def tick(self, at: str) -> bool:
        """What the clockwork does at an instant: expire, close, post. Whether it did anything."""
        now, today = self.now(at), self.today(at)
        gone = sum(purse.expire(today) for purse in self.purses.values())
        self.expired += gone
        due = [n for n, a in self.acts.items() if a.stage == "posted" and a.due_at <= now]
        due = [n for n in due if None not in self.acts[n].objections.values()]
        for name in sorted(due, key=self.closing_order):
            self.close(name, today)
        ready = [a for a in self.acts.values() if self.ready_at(a) <= now]
        for act in ready:
            act.stage = "posted"
            act.closes_at = act.due_at = later(now, days=self.notice_days)
        if ready and self.notice_days == 0:
            return self.tick(at) or True
        return bool(gone or due or ready)

    def closing_order(self, name: str) -> tuple[str, bool, int, str]:
        """Acts close by their instant, then by register number."""
        act = self.acts[name]
        return act.due_at, act.number is None, act.number or 0, name

    def ready_at(self, act: Act) -> str:
        """When an approved act is posted."""
        if act.stage != "approved":
            return NEVER
        return posting(act.approved_at, self.weekday, self.minutes)

    def close(self, name: str, today: str) -> None:
        """The notice ran: refuse, deduct, cap or award."""
        act = self.acts[name]
        rule = self.books[act.book][1][act.rule] if act.carried is None else BROUGHT_ALONG
        points = rule.points * (max(1, act.minutes // 60) if rule.hourly else 1)
        points = points if act.carried is None else act.carried
        if True in act.objections.values():
            act.stage = "refused"
            return
        account = self.account_of(act.member)
        if rule.sign < 0:
            act.stage, act.points, act.account = "awarded", -points, account
            self.purse(account).take(points, today)
            return
        for cap, period in ((rule.cap_day, act.day), (rule.cap_month, act.day[:7])):
            if cap is not None:
                left = cap - self.used.get((act.member, act.rule, period), 0)
                points = max(0, min(points, left))
        if points == 0:
            act.stage = "capped"
            return
        act.stage, act.points, act.account = "awarded", points, account
        for period in (act.day, act.day[:7]):
            key = (act.member, act.rule, period)
            self.used[key] = self.used.get(key, 0) + points
        self.purse(account).give(points, self.term(day_of(act.due_at)), today, name)
