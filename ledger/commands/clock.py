"""Confirming a clock that jumped."""

from typing import ClassVar

from ledger.commands.base import Command, Context, Decided, OfficerUnknown, check_post
from ledger.events.community import ClockConfirmed
from ledger.states.officers import PostKind


class ConfirmClock(Command):
    """An officer says that the clock is right, after a jump of more than seven days."""

    NAME: ClassVar[str] = "confirm-clock"
    REFUSALS = (OfficerUnknown,)

    def decide(self, context: Context) -> Decided:
        """By the secretary or a supervisor."""
        post = check_post(context, PostKind.SECRETARY, PostKind.SUPERVISOR)
        return Decided([ClockConfirmed()], post.post)
