"""The quarter, played: a heap of things to happen, each at its instant, in the page's order."""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Any

from tests.model.acts import Act, read_register, review
from tests.model.points import NEVER, Account, Lot, term
from tests.model.sheets import Row, instant, moment, plain, positive, rows
from tests.model.shop import baskets, check_return, check_slip, hand_out, inconsistent, take_back
from tests.model.world import Community, read_world


class Kind(IntEnum):
    """The order of things that fall on one instant."""

    RECORDING = 0
    REVIEW = 1
    EXPIRY = 2
    CLOSING = 3
    POSTING = 4
    OBJECTION = 5
    REVERSAL = 6
    RETURN = 7
    SLIP = 8


def first_posting(community: Community, reviewed: datetime) -> datetime:
    """Return the first posting instant at or after a review."""
    on = reviewed.astimezone(community.zone).date()
    while True:
        posting = instant(on, community.post_time, community.zone)
        if on.weekday() == community.weekday and posting >= reviewed:
            return posting
        on += timedelta(days=1)


class Play:
    """One directory of sheets, ready to be played with `run` and told with `report`."""

    def __init__(self, directory: Path) -> None:
        self.world = read_world(directory)
        self.community = self.world.community
        households = {member.household for member in self.world.members.values()}
        self.accounts = {household: Account() for household in households}
        self.totals = dict.fromkeys(("awarded", "deducted", "reversed", "spent", "returned"), 0)
        self.now = self.community.starts
        self.heap: list[tuple[datetime, Kind, int, int, Callable[[], None]]] = []
        self.scheduled = 0
        # Of plus-rules, by volunteer number and rule code; reversed ones included.
        self.awards: dict[tuple[str, str], list[Act]] = {}
        self.act_rows = rows(directory, "acts.csv")
        self.register = read_register(self.act_rows, self.world)
        self.acts = {act.number: act for act in self.register.recorded}
        for act in self.register.recorded:
            self.schedule(act.recorded, Kind.RECORDING, act.row, partial(self.record, act))
        self.objections = self.lines(directory, "objections.csv", "提出时间", Kind.OBJECTION)
        self.reversals = self.lines(directory, "reversals.csv", "撤销时间", Kind.REVERSAL)
        self.returns = self.lines(directory, "returns.csv", "时间", Kind.RETURN)
        self.slips = {slip.number: slip for slip in baskets(rows(directory, "slips.csv"))}
        for slip in self.slips.values():
            at = slip.at(self.world)
            if inconsistent(slip, self.world):
                slip.status = "slip_inconsistent"
            elif not self.inside(at):
                slip.status = "time_invalid"
            else:
                self.schedule(at, Kind.SLIP, slip.order, partial(self.serve, slip.number))

    def inside(self, at: datetime | None) -> bool:
        """Tell whether an instant was readable and lies in the quarter."""
        return at is not None and self.community.starts <= at <= self.community.ends

    def schedule(
        self, at: datetime | None, kind: Kind, order: int, action: Callable[[], None]
    ) -> None:
        """Put one thing on the heap, if it is to happen at all."""
        if at is not None and self.inside(at):
            self.scheduled += 1
            heapq.heappush(self.heap, (at, kind, order, self.scheduled, action))

    def lines(self, directory: Path, name: str, column: str, kind: Kind) -> list[dict[str, Any]]:
        """Schedule each row of a sheet and return the outcomes, to be filled in."""
        decide = {
            Kind.OBJECTION: self.object,
            Kind.REVERSAL: self.reverse,
            Kind.RETURN: self.give_back,
        }[kind]
        outcomes: list[dict[str, Any]] = []
        for number, row in enumerate(rows(directory, name), 1):
            outcome: dict[str, Any] = {"row": number, "status": "time_invalid"}
            at = moment(row[column], self.community.zone)
            self.schedule(at, kind, number, partial(decide, row, outcome))
            outcomes.append(outcome)
        return outcomes

    def run(self) -> None:
        """Play everything there is, in order."""
        while self.heap:
            self.now, _, _, _, action = heapq.heappop(self.heap)
            action()

    def record(self, act: Act) -> None:
        """An act enters the register."""
        act.in_register = True
        row = self.act_rows[act.row - 1]
        act.status = review(act, row, self.world)
        if act.status == "approved":
            reviewed = moment(row["审核时间"], self.community.zone)
            self.schedule(reviewed, Kind.REVIEW, act.row, partial(self.approve, act))

    def approve(self, act: Act) -> None:
        """An act is approved and waits for its notice."""
        act.status = "in_notice"
        posting = first_posting(self.community, self.now)
        closing = posting + timedelta(hours=24 * self.community.notice_days)
        self.schedule(posting, Kind.POSTING, act.number, partial(setattr, act, "posted", True))
        self.schedule(closing, Kind.CLOSING, act.number, partial(self.close, act))

    def close(self, act: Act) -> None:
        """A notice closes: the act is awarded, capped or stopped by an objection."""
        act.closed = True
        if act.upheld:
            act.status = "objection_upheld"
            return
        points = act.rule.points * act.units
        account = self.accounts[act.member.household]
        if not act.rule.plus:
            account.take(points)
            self.totals["deducted"] += points
            act.status, act.points = "awarded", -points
            return
        points = min([points, *self.room(act)])
        if points <= 0:
            act.status = "capped"
            return
        act.lot = self.credit(account, points)
        self.totals["awarded"] += points
        act.status, act.points = "awarded", points
        self.awards.setdefault((act.member.number, act.rule_code), []).append(act)

    def room(self, act: Act) -> list[int]:
        """Return what is left under each cap that the rule has."""
        alike = self.awards.get((act.member.number, act.rule_code), [])
        left = []
        if act.rule.day_cap is not None:
            used = sum(one.points or 0 for one in alike if one.date == act.date)
            left.append(act.rule.day_cap - used)
        if act.rule.month_cap is not None:
            month = (act.date.year, act.date.month)
            used = sum(one.points or 0 for one in alike if (one.date.year, one.date.month) == month)
            left.append(act.rule.month_cap - used)
        return left

    def credit(self, account: Account, points: int) -> Lot | None:
        """Give points to an account with a term that starts now."""
        expires = term(self.community, self.now)
        lot = account.give(points, expires, self.now)
        if lot is not None and self.now < expires < NEVER:
            self.schedule(expires, Kind.EXPIRY, self.scheduled, partial(account.expire, lot))
        return lot

    def object(self, row: Row, outcome: dict[str, Any]) -> None:
        """Decide an objection."""
        act = self.acts.get(positive(row["登记号"]) or 0)
        if act is None or not act.posted:
            outcome["status"] = "act_not_in_notice"
        elif act.closed:
            outcome["status"] = "notice_closed"
        elif plain(row["结果"]) == "成立":
            outcome["status"] = "upheld"
            act.upheld = True
        else:
            outcome["status"] = "dismissed"

    def reverse(self, row: Row, outcome: dict[str, Any]) -> None:
        """Decide a reversal."""
        act = self.acts.get(positive(row["登记号"]) or 0)
        officer = self.world.officers.get(plain(row["经办人"]))
        if act is None or not act.in_register:
            outcome["status"] = "act_unknown"
        elif officer is None:
            outcome["status"] = "officer_unknown"
        elif officer.household == act.member.household:
            outcome["status"] = "officer_conflict"
        elif act.reversed:
            outcome["status"] = "already_reversed"
        elif act.points is None:
            outcome["status"] = "not_awarded"
        else:
            outcome["status"], act.status, act.reversed = "accepted", "reversed", True
            account = self.accounts[act.member.household]
            self.totals["reversed"] += act.points
            if act.points > 0:
                account.take(act.points, act.lot)
            else:
                self.credit(account, -act.points)

    def serve(self, number: str) -> None:
        """Decide a slip and hand out its goods."""
        slip = self.slips[number]
        slip.status = check_slip(slip, self.world, list(self.slips.values()), self.accounts)
        if slip.status == "accepted":
            slip.points = hand_out(slip, self.world, self.now)
            self.accounts[slip.household].take(slip.points)
            self.totals["spent"] += slip.points

    def give_back(self, row: Row, outcome: dict[str, Any]) -> None:
        """Decide a return, take the goods back and give the points back."""
        outcome["status"] = check_return(row, self.world, self.slips)
        if outcome["status"] == "accepted":
            slip = self.slips[plain(row["单号"])]
            outcome["points"] = take_back(row, self.world, slip)
            self.credit(self.accounts[slip.household], outcome["points"])
            self.totals["returned"] += outcome["points"]
