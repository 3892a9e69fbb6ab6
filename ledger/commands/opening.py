"""Opening balances: what a paper book said of a member, carried over under two pairs of eyes.

Whoever records one does not review it, it stands on notice as an act does, and it is booked when
the notice has run: :class:`ReviewAct`, :class:`PostNotice`, :class:`CloseAct` and
:class:`ReverseAward` take it for an act.
"""

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.calendar import is_day, local_date
from ledger.commands.acts import (
    MemberUnknown,
    NameMismatch,
    RecorderConflict,
    RegisterNumberInvalid,
    check_member,
)
from ledger.commands.base import (
    NOW,
    Command,
    Context,
    Decided,
    OfficerUnknown,
    States,
    TimeInvalid,
    check_post,
)
from ledger.errors import Refusal
from ledger.events.acts import OpeningBalanceRecorded
from ledger.states import Member
from ledger.states.act import OVER
from ledger.states.officers import PostKind

OPENING_POINTS_MAX: Final = 1_000_000


class OpeningBalanceKnown(Refusal):
    """A member brings one balance along."""

    code = "opening_balance_known"
    message = (
        "An opening balance of this member is recorded already. "
        "Decline that one or take it back before recording another."
    )


class OpeningBalanceInvalid(Refusal):
    """Nothing to carry over, less, or more than any book can have said."""

    code = "opening_balance_invalid"
    message = "An opening balance is a whole number of points from 1 to 1000000."


class OpeningDateInvalid(Refusal):
    """No date, or one that has not come."""

    code = "date_invalid"
    message = "The day of the balance is not a date of the calendar, or has not come yet."


class RecordOpeningBalance(Command):
    """Record the ``points`` that a paper book said at the end of the local date ``performed_on``.

    A member has one opening balance; another can be recorded once that was declined, refused after
    an objection, or taken back. None and ``name`` as in
    :class:`ledger.commands.acts.RecordAct`.
    """

    NAME: ClassVar[str] = "record-opening-balance"
    REFUSALS = (
        RegisterNumberInvalid,
        MemberUnknown,
        NameMismatch,
        OpeningBalanceKnown,
        OpeningBalanceInvalid,
        TimeInvalid,
        OpeningDateInvalid,
        OfficerUnknown,
        RecorderConflict,
    )

    member: str
    points: int | None
    performed_on: str | None
    name: str | None = None
    registered_at: str | None = NOW
    register_number: int | None = None
    remark: str = ""

    def touches(self) -> Iterable[str]:
        """The member, and the register number where there is one."""
        yield f"member:{self.member}"
        if self.register_number is not None:
            yield f"register_number:{self.register_number}"

    def touches_next(self, states: States) -> Iterable[str]:
        """The opening balance that the member has already."""
        known = states.member(self.member).opening
        if known is not None:
            yield f"act:{known}"

    def decide(self, context: Context) -> Decided:
        """By the secretary or a grid leader, once, never for kin."""
        post = check_post(context, PostKind.SECRETARY, PostKind.GRID_LEADER)
        states = context.states
        self.check_register_number(states)
        member = check_member(states, self.member, self.name)
        check_first(states, member)
        points = self.check_points()
        registered_at = self.check_registered(context)
        day = self.check_day(context, registered_at)
        if context.is_kin(post, member.household):
            raise RecorderConflict
        act = context.new_id()
        event = OpeningBalanceRecorded(
            act=act,
            points=points,
            performed_on=day,
            registered_at=registered_at,
            member=self.member,
            register_number=self.register_number,
            remark=self.remark,
        )
        return Decided([event], post.post, {"act": act})

    def check_register_number(self, states: States) -> None:
        """A number of the paper register stands for one act or balance."""
        number = self.register_number
        if number is not None and (number <= 0 or states.register_number(number).act is not None):
            raise RegisterNumberInvalid

    def check_points(self) -> int:
        """There is something to carry over, and not by a slip of the pen a thousandfold."""
        if self.points is None or not 0 < self.points <= OPENING_POINTS_MAX:
            raise OpeningBalanceInvalid
        return self.points

    def check_registered(self, context: Context) -> str:
        """Written down in the ledger's period, and not later than now."""
        registered_at = context.at(self.registered_at)
        if registered_at is None or not context.in_period(registered_at):
            raise TimeInvalid
        if registered_at > context.instant:
            raise TimeInvalid
        return registered_at

    def check_day(self, context: Context, registered_at: str) -> str:
        """A day that had come when the balance was written down; before the ledger is usual."""
        timezone = context.states.community.timezone
        day = self.performed_on
        if day is None or not is_day(day) or day > local_date(registered_at, timezone):
            raise OpeningDateInvalid
        return day


def check_first(states: States, member: Member) -> None:
    """No opening balance of the member counts, or may still come to count.

    Raises:
        OpeningBalanceKnown: one does.
    """
    if member.opening is not None and states.act(member.opening).stage not in OVER:
        raise OpeningBalanceKnown
