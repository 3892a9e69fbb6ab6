"""Granting and revoking keys, and noting what an auditor was given."""

from typing import ClassVar, Final

from ledger.commands.base import Command, Context, Decided, OfficerUnknown, check_post
from ledger.errors import Refusal
from ledger.events.keys import KeyGranted, KeyRevoked, OpeningsDisclosed
from ledger.states.keys import Scope
from ledger.states.officers import OFFICER, PostKind

KEYS_MAX: Final = 10_000
"""Keys of one community, revoked ones included: they are resident."""


class KeyUnknown(Refusal):
    """No such key, or it was revoked before."""

    code = "key_unknown"
    message = "No such key is in use."


class HolderUnknown(Refusal):
    """Keys are for officers."""

    code = "holder_unknown"
    message = "This officer holds no post now. Check the number, or appoint them first."


class KeysExhausted(Refusal):
    """A bound on what every process holds in memory."""

    code = "keys_exhausted"
    message = "This ledger has granted as many keys as it can hold."


class GrantKey(Command):
    """Grant a key; ``digest`` is what :class:`ledger.events.keys.KeyGranted` says."""

    NAME: ClassVar[str] = "grant-key"
    REFUSALS = (OfficerUnknown, HolderUnknown, KeysExhausted)

    officer: str
    scope: Scope
    digest: str

    def decide(self, context: Context) -> Decided:
        """By the secretary, to somebody who holds a post now."""
        post = check_post(context, PostKind.SECRETARY)
        states = context.states
        if states.officers.acting(OFFICER + self.officer, context.instant) is None:
            raise HolderUnknown
        if len(states.keys.keys) >= KEYS_MAX:
            raise KeysExhausted
        event = KeyGranted(
            key=context.new_id(), scope=self.scope, officer=self.officer, digest=self.digest
        )
        return Decided([event], post.post, {"key": event.key})


class RevokeKey(Command):
    """Revoke a key."""

    NAME: ClassVar[str] = "revoke-key"
    REFUSALS = (OfficerUnknown, KeyUnknown)

    key: str

    def decide(self, context: Context) -> Decided:
        """Once, by the secretary or by whom it was granted to."""
        keys = context.states.keys
        acting = context.acting(PostKind.SECRETARY) or check_post(context)
        if not keys.holds(self.key):
            raise KeyUnknown
        own = keys.keys[self.key].officer == acting.officer
        if acting.kind != PostKind.SECRETARY and not own:
            raise OfficerUnknown
        return Decided([KeyRevoked(key=self.key)], acting.post, {"key": self.key})


class DiscloseOpenings(Command):
    """Note that an auditor is given private halves, before they are given."""

    NAME: ClassVar[str] = "disclose-openings"
    REFUSALS = (OfficerUnknown,)

    after: int
    through: int
    openings: int

    def decide(self, context: Context) -> Decided:
        """To a supervisor."""
        post = check_post(context, PostKind.SUPERVISOR)
        event = OpeningsDisclosed(after=self.after, through=self.through, openings=self.openings)
        return Decided([event], post.post)
