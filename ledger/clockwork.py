"""What happens because time passed: notices are posted and close, lots expire.

The clockwork decides nothing. It sees what is due and submits ordinary commands with keys that
say what they are for, so that it may run in any number of processes and again after a crash.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.calendar import local_date
from ledger.commands.base import CLOCKWORK, Command, Context
from ledger.commands.notices import PostNotice, postings
from ledger.commands.points import CloseAct, CompleteExpiry, ExpireLots
from ledger.log.entries import decode
from ledger.log.requests import Outcome, Request
from ledger.log.store import Store
from ledger.log.writer import Writer

PAGE: Final = 1_000
ROUNDS_MAX: Final = 10_000
"""More rounds than this at one instant would mean that something does not go away."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at an instant: acts to close, and the first act of the notice to post."""

    close: list[tuple[str, str]]
    post: tuple[str, str] | None
    expire: list[str]


class Clockwork:
    """Submits what is due. One instance a process and community; not for several threads."""

    def __init__(self, writer: Writer, store: Store) -> None:
        """Nothing is looked at before :meth:`run`."""
        self._writer, self._store = writer, store
        self._expired_through = ""

    def run(self, at: str | None = None) -> int:
        """Do all that is due now, or at an instant of a simulated clock.

        Lots expire first, then notices close, then the next ones are posted; again, until
        nothing is due.

        Returns:
            How many commands were submitted.
        """
        submitted = 0
        for _ in range(ROUNDS_MAX):
            due = self._writer.ask(self._due, at=at)
            commands = list(self._commands(due))
            submitted += len(self._submit(commands, at))
            self._expired_through = max([self._expired_through, *due.expire])
            if not commands:
                break
        return submitted

    def _submit(self, commands: list[tuple[str, Command]], at: str | None) -> list[Outcome]:
        waiting: list[Future[Outcome]] = [
            self._writer.submit(Request(key, CLOCKWORK, command, at), wait=True)
            for key, command in commands
        ]
        return [future.result() for future in waiting]

    def _due(self, context: Context) -> Due:
        states = context.states
        closing = [(c.due_at, c.act) for c in states.notices.to_close(context.instant)]
        waiting = postings(states.community, states.notices)
        post = waiting[0][:2] if waiting and waiting[0][0] <= context.instant else None
        return Due(closing[:PAGE], post, self._dates(context))

    def _dates(self, context: Context) -> list[str]:
        """Local dates on which lots may have ended and that nobody has looked at."""
        community = context.states.community
        first = local_date(community.starts, community.timezone)
        last = max(self._expired_through, community.expired_through)
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
        """One command for each account with a lot that ended on ``day``, then the mark."""
        tag, position, seen = f"expires:{day}", 0, set()
        while page := self._store.tagged_after(tag, position, PAGE):
            for logged in page:
                position = logged.position
                account: str = decode(logged).event.as_dict()["account"]
                if account not in seen:
                    seen.add(account)
                    yield f"expire:{day}:{position}", ExpireLots(account=account)
        if seen:
            yield f"expire:{day}", CompleteExpiry(date=day)
