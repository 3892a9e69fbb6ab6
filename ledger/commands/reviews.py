"""Reviewing acts: the second pair of eyes, and the third (the rules: ``REHEARSAL``, Acts)."""

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.commands.base import NOW, Command, Context, Decided, States
from ledger.errors import Refusal
from ledger.events.acts import ActDeclined, ActReviewed, ActSecondApproved
from ledger.states import Act
from ledger.states.act import Stage
from ledger.states.officers import Post, PostKind

SECOND_APPROVAL_MINUTES: Final = 8 * 60


class ActUnknown(Refusal):
    """No such act."""

    code = "act_unknown"
    message = "No such act is recorded."


class ActAlreadyReviewed(Refusal):
    """The act was reviewed before."""

    code = "act_already_reviewed"
    message = "This act was reviewed already."


class ReviewerUnknown(Refusal):
    """Nobody who may review, or no time of the review."""

    code = "reviewer_unknown"
    message = "The reviewer does not hold that post, or the time of the review cannot be right."


class ReviewerConflict(Refusal):
    """Reviewers judge neither their own records nor their own household."""

    code = "reviewer_conflict"
    message = "The reviewer recorded this act, or belongs to the household of the member."


class SecondApprovalRequired(Refusal):
    """A long act needs another pair of eyes."""

    code = "second_approval_required"
    message = "An act of more than 8 hours needs the approval of a second, independent reviewer."


class ReviewAct(Command):
    """Approve or decline a recorded act; ``reason`` is published."""

    NAME: ClassVar[str] = "review-act"
    REFUSALS = (
        ActUnknown,
        ActAlreadyReviewed,
        ReviewerUnknown,
        ReviewerConflict,
    )

    act: str
    approve: bool
    reviewed_at: str | None = NOW
    reason: str = ""

    def touches(self) -> Iterable[str]:
        """The act."""
        yield f"act:{self.act}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its member."""
        yield f"member:{states.act(self.act).member}"

    def decide(self, context: Context) -> Decided:
        """Check in the order of the rules, then review."""
        act = context.states.act(self.act)
        check_stage(act, Stage.RECORDED, ActAlreadyReviewed)
        reviewer = self.check_reviewer(context, act)
        check_independent(context, act, reviewer)
        long = self.approve and (act.minutes or 0) > SECOND_APPROVAL_MINUTES
        event: ActReviewed | ActDeclined
        if self.approve:
            event = ActReviewed(
                act=self.act,
                second_approval_required=long,
                member=act.member,
                register_number=act.register_number,
            )
        else:
            event = ActDeclined(act=self.act, member=act.member, reason=self.reason)
        answer = {"act": self.act, "approved": self.approve, "second_approval_required": long}
        return Decided([event], reviewer.post, answer)

    def check_reviewer(self, context: Context, act: Act) -> Post:
        """A reviewer in their term, not before the act was registered and not in the future."""
        reviewer = context.acting(PostKind.REVIEWER)
        reviewed_at = context.at(self.reviewed_at)
        if reviewer is None or reviewed_at is None:
            raise ReviewerUnknown
        if not act.registered_at <= reviewed_at <= context.instant:
            raise ReviewerUnknown
        return reviewer


def check_stage(act: Act, wanted: Stage, otherwise: type[Refusal]) -> None:
    """The act exists and stands where it must.

    Raises:
        ActUnknown: no such act.
        Refusal: ``otherwise``, when it stands elsewhere.
    """
    if act.stage is Stage.UNKNOWN:
        raise ActUnknown
    if act.stage is not wanted:
        raise otherwise


def check_independent(context: Context, act: Act, reviewer: Post) -> None:
    """The reviewer is neither the recorder nor of the member's household.

    Raises:
        ReviewerConflict: they are.
    """
    states = context.states
    if states.officers.same_person(act.recorder, reviewer.post) or context.is_kin(
        reviewer, states.member(act.member).household
    ):
        raise ReviewerConflict


class ApproveActAgain(Command):
    """The second approval that a long act needs."""

    NAME: ClassVar[str] = "approve-act-again"
    REFUSALS = (
        ActUnknown,
        ActAlreadyReviewed,
        SecondApprovalRequired,
    )

    act: str

    def touches(self) -> Iterable[str]:
        """The act."""
        yield f"act:{self.act}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its member."""
        yield f"member:{states.act(self.act).member}"

    def decide(self, context: Context) -> Decided:
        """A second reviewer who is neither recorder nor reviewer nor kin."""
        states = context.states
        act = states.act(self.act)
        check_stage(act, Stage.REVIEWED, ActAlreadyReviewed)
        post = context.acting(PostKind.SECOND_REVIEWER)
        if (
            post is None
            or states.officers.same_person(act.recorder, post.post)
            or states.officers.same_person(act.reviewer, post.post)
            or context.is_kin(post, states.member(act.member).household)
        ):
            raise SecondApprovalRequired
        event = ActSecondApproved(
            act=self.act, member=act.member, register_number=act.register_number
        )
        return Decided([event], post.post, {"act": self.act})
