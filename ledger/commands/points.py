"""Booking points and taking them back (the rules: ``REHEARSAL``, Points)."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.calendar import local_date
from ledger.commands.base import (
    CLOCKWORK,
    NOW,
    Command,
    Context,
    Decided,
    OfficerConflict,
    OfficerUnknown,
    States,
    TimeInvalid,
    account_of,
    check_not_kin,
    check_post,
    check_time,
    household_of,
)
from ledger.commands.expiry import void_at_once
from ledger.commands.notices import ActNotInNotice
from ledger.commands.reviews import ActUnknown
from ledger.errors import Refusal
from ledger.events.base import Event
from ledger.events.notices import ActRefused
from ledger.events.points import (
    ActCapped,
    AwardReversed,
    PointsAwarded,
    PointsDeducted,
)
from ledger.states import Act, Member
from ledger.states.act import Award, Stage
from ledger.states.rulebooks import Rule


class NoticeRunning(Refusal):
    """The notice has not run its days."""

    code = "notice_running"
    message = "The public notice of this act is still running."


class ObjectionUndecided(Refusal):
    """An objection holds the act back."""

    code = "objection_undecided"
    message = "An objection to this act waits for its decision."


class AlreadyReversed(Refusal):
    """A reversal happens once."""

    code = "already_reversed"
    message = "The award of this act was taken back already."


class NotAwarded(Refusal):
    """There is nothing to take back."""

    code = "not_awarded"
    message = "Nothing was awarded for this act."


def under_caps(rule: Rule, member: Member, day: str, points: int) -> int:
    """What the caps leave of a plus-award for an act performed on ``day``; 0: nothing."""
    for cap, period in ((rule.cap_day, day), (rule.cap_month, day[:7])):
        if cap is not None:
            points = min(points, cap - member.awarded.get(f"{rule.rule}|{period}", 0))
    return max(0, points)


class CloseAct(Command):
    """Decide an act whose notice has run: award, deduct, cap or refuse; the clockwork's command."""

    NAME: ClassVar[str] = "close-act"
    REFUSALS = (
        ActNotInNotice,
        NoticeRunning,
        ObjectionUndecided,
    )

    act: str

    def touches(self) -> Iterable[str]:
        """The act."""
        yield f"act:{self.act}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its member, and the account that the member earns for."""
        member = states.act(self.act).member
        yield f"member:{member}"
        yield f"account:{account_of(states, member)}"

    def decide(self, context: Context) -> Decided:
        """Once, not before the notice has run, and not while an objection is open."""
        act = context.states.act(self.act)
        due_at = self.check_due(context, act)
        if any(act.objections.values()):
            refused = ActRefused(act=self.act, due_at=due_at, member=act.member)
            return Decided([refused], CLOCKWORK, {"act": self.act, "points": 0})
        event = self.booked(context, act, due_at)
        events: list[Event] = [event]
        if isinstance(event, PointsAwarded):
            events += void_at_once(
                context, event.account, self.act, event.lot_points, event.expires
            )
        points = 0 if isinstance(event, ActCapped) else event.points
        return Decided(events, CLOCKWORK, {"act": self.act, "points": points})

    def check_due(self, context: Context, act: Act) -> str:
        """The instant at which the act was to be closed."""
        posted = context.states.notices.posted.get(self.act)
        if act.stage is not Stage.POSTED or posted is None:
            raise ActNotInNotice
        if posted.due_at > context.instant:
            raise NoticeRunning
        if posted.undecided:
            raise ObjectionUndecided
        return posted.due_at

    def booked(
        self, context: Context, act: Act, due_at: str
    ) -> PointsAwarded | PointsDeducted | ActCapped:
        """What the rule of the day gives; an opening balance is booked as it was carried over."""
        states = context.states
        if act.carried is not None:
            return self.awarded(context, act, due_at, act.carried)
        rule = states.rulebooks.books[act.rulebook].rules[act.rule]
        points = rule.raw_points(act.minutes)
        if points < 0:
            return self.deducted(context, act, due_at, -points)
        points = under_caps(rule, states.member(act.member), act.performed_on, points)
        if points == 0:
            return ActCapped(
                act=self.act,
                rule=act.rule,
                minutes=act.minutes,
                performed_on=act.performed_on,
                due_at=due_at,
                member=act.member,
            )
        return self.awarded(context, act, due_at, points)

    def awarded(self, context: Context, act: Act, due_at: str, points: int) -> PointsAwarded:
        """Debt first, the rest a lot that ends months after the closing's local date."""
        states = context.states
        account = account_of(states, act.member)
        debt_paid, lot_points = states.account(account).pay(points)
        return PointsAwarded(
            act=self.act,
            rule=act.rule,
            points=points,
            minutes=act.minutes,
            performed_on=act.performed_on,
            due_at=due_at,
            member=act.member,
            account=account,
            debt_paid=debt_paid,
            lot_points=lot_points,
            expires=context.expiry(local_date(due_at, states.community.timezone)),
        )

    def deducted(self, context: Context, act: Act, due_at: str, points: int) -> PointsDeducted:
        """Lots first, the rest debt."""
        account = account_of(context.states, act.member)
        taken, debt_added = context.states.account(account).take(points, context.today)
        return PointsDeducted(
            act=self.act,
            rule=act.rule,
            points=points,
            minutes=act.minutes,
            performed_on=act.performed_on,
            due_at=due_at,
            member=act.member,
            account=account,
            taken=taken,
            debt_added=debt_added,
        )


class ReverseAward(Command):
    """Take a booked act back; ``reason`` is published. ``act`` None: nobody can tell which."""

    NAME: ClassVar[str] = "reverse-award"
    REFUSALS = (
        OfficerUnknown,
        OfficerConflict,
        TimeInvalid,
        ActUnknown,
        AlreadyReversed,
        NotAwarded,
    )

    act: str | None
    reversed_at: str | None = NOW
    reason: str = ""

    def touches(self) -> Iterable[str]:
        """The act."""
        if self.act is not None:
            yield f"act:{self.act}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its member and the account it was booked to."""
        act = states.act(self.act) if self.act is not None else Act()
        yield f"member:{act.member}"
        if act.award is not None:
            yield f"account:{act.award.account}"

    def decide(self, context: Context) -> Decided:
        """Check in the order of the rules, then undo."""
        check_time(context, self.reversed_at)
        act = Act() if self.act is None else context.states.act(self.act)
        if self.act is None or act.stage is Stage.UNKNOWN:
            raise ActUnknown
        post = check_post(context)
        states = context.states
        booked_to = household_of(states, act.award.account) if act.award else None
        check_not_kin(context, post, states.member(act.member).household, booked_to)
        if act.stage is Stage.REVERSED:
            raise AlreadyReversed
        if act.award is None:
            raise NotAwarded
        event = self.undone(context, self.act, act, act.award)
        void = void_at_once(context, event.account, event.lot, event.lot_points, event.expires)
        answer = {"act": self.act, "points": event.points}
        return Decided([event, *void], post.post, answer)

    def undone(self, context: Context, act_id: str, act: Act, award: Award) -> AwardReversed:
        """A plus-award leaves its own lot first; a deduction comes back as an award does."""
        account = context.states.account(award.account)
        taken, debt_added = account.take(max(0, award.points), context.today, first=act_id)
        debt_paid, lot_points = account.pay(max(0, -award.points))
        return AwardReversed(
            act=act_id,
            rule=act.rule,
            corrects=award.position,
            points=award.points,
            minutes=act.minutes,
            performed_on=act.performed_on,
            member=act.member,
            account=award.account,
            lot=context.new_id(),
            taken=taken,
            debt_added=debt_added,
            debt_paid=debt_paid,
            lot_points=lot_points,
            expires=context.expiry(context.today) if lot_points else None,
            reason=self.reason,
        )
