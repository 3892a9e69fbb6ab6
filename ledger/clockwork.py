"""What happens because time passed: notices are posted and close, lots expire.

The clockwork decides nothing. It sees what is due and submits ordinary commands with keys that
say what they are for, so that it may run in any number of processes and again after a crash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Final

from ledger.calendar import local_date, local_instant
from ledger.commands.base import CLOCKWORK, Command, Context
from ledger.commands.expiry import CompleteExpiry, ExpireLots
from ledger.commands.notices import PostNotice, postings
from ledger.commands.points import CloseAct
from ledger.errors import LedgerError
from ledger.log.entries import decode
from ledger.log.requests import Request
from ledger.log.store import Head, Store
from ledger.log.writer import Writer

PAGE: Final = 1_000
PIECE_MAX: Final = 256
EXPIRE_MAX: Final = 100
"""Accounts whose expiry is written down together."""
ROUNDS_MAX: Final = 10_000
"""More rounds than this at one instant would mean that something does not go away."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at an instant: acts to close, the first act of the notice to post, lots to end.

    ``expire`` are local dates to look at, ``through`` the last one that needs no look then, and
    ``head_date`` that of the last event.
    """

    close: list[tuple[str, str]]
    post: tuple[str, str] | None
    expire: list[str]
    through: str
    head_date: str


class Clockwork:
    """Submits what is due. One instance a process and community; not for several threads."""

    def __init__(self, writer: Writer, store: Store) -> None:
        """Nothing is looked at before :meth:`run`."""
        self._writer, self._store = writer, store
        self._looked_at, self._looked_through, self._safe_through = 0, "", ""

    def run(self, at: str | None = None) -> int:
        """Do all that is due now, or at an instant of a simulated clock.

        Lots expire first, then notices close, then the next ones are posted; again, until
        nothing is due.

        Returns:
            How many commands were submitted.
        """
        submitted = 0
        for _ in range(ROUNDS_MAX):
            head = self._store.head()
            due = self._writer.ask(partial(self._due, head=head), at=at)
            commands = list(self._commands(due))
            if not commands:
                self._remember(head, due)
                break
            self._submit(commands, at)
            submitted += len(commands)
        return submitted

    def next_due(self) -> str:
        """The instant at which something may be due next, unless something is written before.

        A notice that closes or is to be posted, and the next local midnight.
        """
        return self._writer.ask(_next_due)

    def _submit(self, commands: list[tuple[str, Command]], at: str | None) -> None:
        """Submit in pieces, in order, and wait until all are decided.

        Raises:
            LedgerError: the ledger could not decide one.
        """
        requests = [Request(key, CLOCKWORK, command, at) for key, command in commands]
        pieces = [
            self._writer.submit_all(requests[start : start + PIECE_MAX], wait=True)
            for start in range(0, len(requests), PIECE_MAX)
        ]
        for answer in chain.from_iterable(piece.result() for piece in pieces):
            if isinstance(answer, LedgerError):
                raise answer

    def _remember(self, head: Head, due: Due) -> None:
        """Which dates need no second look: all of them until something is written.

        After that only those until the day of the head: what arises later ends later, or at once.
        The clock may have been ahead of the log, and come back.
        """
        self._looked_at, self._looked_through = head.position, due.through
        self._safe_through = max(self._safe_through, min(due.through, due.head_date))

    def _due(self, context: Context, head: Head) -> Due:
        states = context.states
        closing = [(c.due_at, c.act) for c in states.notices.to_close(context.instant)]
        waiting = postings(states.community, states.notices)
        post = waiting[0][:2] if waiting and waiting[0][0] <= context.instant else None
        head_date = local_date(head.recorded_at, states.community.timezone)
        same = head.position == self._looked_at
        looked = self._looked_through if same else self._safe_through
        last = max(looked, states.community.expired_through)
        expire = self._dates(context, last)
        return Due(closing[:PAGE], post, expire, max(last, context.today), head_date)

    def _dates(self, context: Context, last: str) -> list[str]:
        """Local dates behind ``last`` on which lots may have ended."""
        community = context.states.community
        first = local_date(community.starts, community.timezone)
        day = date.fromisoformat(last) + timedelta(days=1) if last else date.fromisoformat(first)
        dates = []
        while day.isoformat() <= context.today:
            dates.append(day.isoformat())
            day += timedelta(days=1)
        return dates

    def _commands(self, due: Due) -> Iterator[tuple[str, Command]]:
        expiring = [command for day in due.expire for command in self._expiries(day)]
        if expiring:
            yield from expiring
        elif due.close:
            for due_at, act in due.close:
                yield f"close:{due_at}:{act}", CloseAct(act=act)
        elif due.post is not None:
            due_at, first = due.post
            yield f"post:{due_at}:{first}", PostNotice()

    def _expiries(self, day: str) -> Iterator[tuple[str, Command]]:
        """Commands for the accounts with a lot that ended on ``day``, then the mark.

        Accounts come together in an order that only who holds the openings can tell: in that of
        their awards, which are public, it could be told whose points expired.
        """
        tag, position = f"expires:{day}", 0
        found: dict[str, bytes] = {}
        while page := self._store.tagged_after(tag, position, PAGE):
            for logged in page:
                position = logged.position
                account: str = decode(logged).event.as_dict()["account"]
                found.setdefault(account, sha256(logged.event.opening or b"").digest())
        accounts = sorted(found, key=found.__getitem__)
        for start in range(0, len(accounts), EXPIRE_MAX):
            together = accounts[start : start + EXPIRE_MAX]
            name = sha256(b"".join(map(found.__getitem__, together))).hexdigest()[:32]
            yield f"expire:{day}:{name}", ExpireLots(accounts=together)
        if accounts:
            yield f"expire:{day}", CompleteExpiry(date=day)


def _next_due(context: Context) -> str:
    states = context.states
    tomorrow = (date.fromisoformat(context.today) + timedelta(days=1)).isoformat()
    midnight = local_instant(tomorrow, 0, states.community.timezone)
    closing = [posted.due_at for posted in states.notices.posted.values() if not posted.undecided]
    waiting = postings(states.community, states.notices)
    return min([midnight, *closing, *(at for at, _, _ in waiting[:1])])
