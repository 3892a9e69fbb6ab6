"""Public notice and objections (the rules: ``REHEARSAL``, Acts; the live clock: design, 4)."""

from collections.abc import Iterable
from typing import ClassVar, Final

from ledger.calendar import next_posting, plus_days
from ledger.commands.base import (
    CLOCKWORK,
    NOW,
    RESIDENT,
    Command,
    Context,
    Decided,
    OfficerConflict,
    OfficerUnknown,
    States,
    TimeInvalid,
    check_not_kin,
    check_post,
    check_time,
)
from ledger.errors import Refusal
from ledger.events.base import Event
from ledger.events.notices import (
    ActPosted,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
    ObjectionTextReleased,
)
from ledger.states.act import Act, Stage
from ledger.states.community import Community
from ledger.states.notices import Notices, Waiting
from ledger.states.officers import PostKind

NOTICE_ACTS_MAX: Final = 200
"""Lines on one sheet of a notice; what is left goes on the next sheet, at once."""

_ON_THE_WAY = {Stage.UNKNOWN, Stage.RECORDED, Stage.REVIEWED, Stage.DECLINED, Stage.APPROVED}


class NothingToPost(Refusal):
    """No approved act waits for a posting that is due."""

    code = "nothing_to_post"
    message = "No approved act waits for a notice that is due."


class ActNotInNotice(Refusal):
    """The act is not on the board."""

    code = "act_not_in_notice"
    message = "This act does not stand on a public notice."


class NoticeClosed(Refusal):
    """The notice has run."""

    code = "notice_closed"
    message = "The public notice of this act has closed."


class ObjectionUnknown(Refusal):
    """No such objection, or it was decided before."""

    code = "objection_unknown"
    message = "No such objection waits for a decision."


def postings(community: Community, notices: Notices) -> list[tuple[str, str, Waiting]]:
    """Waiting acts with the posting each is due at, in the order of the board."""
    if community.posting is None:
        return []
    found = [
        (next_posting(waiting.approved_at, community.posting), act, waiting)
        for act, waiting in notices.waiting.items()
    ]
    return sorted(found, key=lambda f: (f[0], f[2].register_number or 0, f[1]))


class PostNotice(Command):
    """Post the approved acts whose posting is due; the clockwork's command.

    The notice runs its days from when it really hangs, not from when it should have.
    """

    NAME: ClassVar[str] = "post-notice"
    REFUSALS = (NothingToPost,)

    def decide(self, context: Context) -> Decided:
        """One sheet of at most ``NOTICE_ACTS_MAX`` lines."""
        states = context.states
        due = [p for p in postings(states.community, states.notices) if p[0] <= context.instant]
        lines = due[:NOTICE_ACTS_MAX]
        if not lines:
            raise NothingToPost
        notice = context.new_id()
        closes_at = plus_days(context.instant, states.community.notice_days)
        events: list[Event] = [
            NoticePosted(notice=notice, acts=len(lines), due_at=lines[0][0], closes_at=closes_at)
        ]
        events += [
            ActPosted(
                act=act,
                notice=notice,
                closes_at=closes_at,
                member=waiting.member,
                register_number=waiting.register_number,
            )
            for _, act, waiting in lines
        ]
        return Decided(events, CLOCKWORK, {"notice": notice, "acts": len(lines)})


class RaiseObjection(Command):
    """Challenge an act on notice; anybody may, and any officer takes it in.

    ``act`` None: nobody can tell which.
    """

    NAME: ClassVar[str] = "raise-objection"
    REFUSALS = (
        OfficerUnknown,
        TimeInvalid,
        ActNotInNotice,
        NoticeClosed,
    )

    act: str | None
    raised_at: str | None = NOW
    statement: str = ""

    def touches(self) -> Iterable[str]:
        """The act."""
        if self.act is not None:
            yield f"act:{self.act}"

    def decide(self, context: Context) -> Decided:
        """Within the notice only; what comes too late changes nothing."""
        if context.principal != RESIDENT:
            check_post(context)
        check_time(context, self.raised_at)
        act = Act() if self.act is None else context.states.act(self.act)
        if self.act is None or act.stage in _ON_THE_WAY:
            raise ActNotInNotice
        if act.stage is not Stage.POSTED or act.closes_at <= context.instant:
            raise NoticeClosed
        objection = context.new_id()
        event = ObjectionRaised(objection=objection, act=self.act, statement=self.statement)
        return Decided([event], RESIDENT, {"objection": objection})


class DecideObjection(Command):
    """The supervisors' decision on one objection; ``reason`` is published."""

    NAME: ClassVar[str] = "decide-objection"
    REFUSALS = (
        OfficerUnknown,
        OfficerConflict,
        ObjectionUnknown,
    )

    act: str
    objection: str
    upheld: bool
    reason: str = ""

    def touches(self) -> Iterable[str]:
        """The act."""
        yield f"act:{self.act}"

    def touches_next(self, states: States) -> Iterable[str]:
        """Its member."""
        yield f"member:{states.act(self.act).member}"

    def decide(self, context: Context) -> Decided:
        """Once, by a supervisor, never for kin."""
        act = context.states.act(self.act)
        if act.objections.get(self.objection, True) is not None:
            raise ObjectionUnknown
        post = check_post(context, PostKind.SUPERVISOR)
        check_not_kin(context, post, context.states.member(act.member).household)
        event = ObjectionDecided(
            objection=self.objection,
            act=self.act,
            upheld=self.upheld,
            member=act.member,
            reason=self.reason,
        )
        return Decided([event], post.post, {"objection": self.objection})


class ReleaseObjectionText(Command):
    """Show an objection's text, as moderated."""

    NAME: ClassVar[str] = "release-objection-text"
    REFUSALS = (
        OfficerUnknown,
        ObjectionUnknown,
    )

    act: str
    objection: str
    statement: str

    def touches(self) -> Iterable[str]:
        """The act."""
        yield f"act:{self.act}"

    def decide(self, context: Context) -> Decided:
        """By a supervisor or the secretary."""
        if self.objection not in context.states.act(self.act).objections:
            raise ObjectionUnknown
        post = check_post(context, PostKind.SUPERVISOR, PostKind.SECRETARY)
        event = ObjectionTextReleased(
            objection=self.objection, act=self.act, statement=self.statement
        )
        return Decided([event], post.post, {"objection": self.objection})
