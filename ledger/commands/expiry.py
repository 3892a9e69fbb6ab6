"""Lots that end (the rules: ``REHEARSAL``, Points)."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.calendar import local_instant
from ledger.commands.base import CLOCKWORK, Command, Context, Decided
from ledger.errors import Refusal
from ledger.events.base import Event
from ledger.events.points import ExpiryCompleted, LotsExpired


class NothingExpired(Refusal):
    """No lot of the account has ended."""

    code = "nothing_expired"
    message = "No points of this account have expired."


def void_at_once(
    context: Context, account: str, lot: str, points: int, expires: str | None
) -> list[Event]:
    """The expiry of a lot whose term is over when it arises: it was booked late, or has none."""
    if expires is None or expires > context.today or points == 0:
        return []
    due_at = local_instant(expires, 0, context.states.community.timezone)
    return [LotsExpired(points=points, due_at=due_at, account=account, taken=[(lot, points)])]


class ExpireLots(Command):
    """Write down what has expired of some accounts; the clockwork's command."""

    NAME: ClassVar[str] = "expire-lots"
    REFUSALS = (NothingExpired,)

    accounts: list[str]

    def touches(self) -> Iterable[str]:
        """The accounts."""
        return (f"account:{account}" for account in self.accounts)

    def decide(self, context: Context) -> Decided:
        """One event per account and local date on which lots ended.

        They stand in the order of date and points, which everybody sees anyway: in any other order
        the place of an expiry would tell whose it is, and with it what that account has spent.
        """
        events = [
            event
            for account in dict.fromkeys(self.accounts)
            for event in _expired_of(context, account)
        ]
        if not events:
            raise NothingExpired
        events.sort(key=lambda event: (event.due_at, event.points))
        return Decided(list(events), CLOCKWORK)


def _expired_of(context: Context, account: str) -> list[LotsExpired]:
    lots = context.states.account(account).expired(context.today)
    timezone = context.states.community.timezone
    return [
        LotsExpired(
            points=sum(lot.points for lot in lots if lot.expires == day),
            due_at=local_instant(day, 0, timezone),
            account=account,
            taken=[(lot.lot, lot.points) for lot in lots if lot.expires == day],
        )
        for day in sorted({lot.expires for lot in lots if lot.expires is not None})
    ]


class CompleteExpiry(Command):
    """Note that every lot that ended on ``date`` or before is written down."""

    NAME: ClassVar[str] = "complete-expiry"
    REFUSALS = (NothingExpired,)

    date: str

    def decide(self, context: Context) -> Decided:
        """Dates only go forward."""
        if self.date <= context.states.community.expired_through or self.date > context.today:
            raise NothingExpired
        return Decided([ExpiryCompleted(date=self.date)], CLOCKWORK)
