"""Deciding a batch at the head: each request by itself, seeing what earlier ones did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from ledger.calendar import is_instant, local_date, moment_of
from ledger.commands.base import Context, Decided
from ledger.commands.clock import ConfirmClock
from ledger.commands.community import OpenLedger
from ledger.errors import LedgerError, Refusal
from ledger.events.base import Recorded
from ledger.log.cache import StateCache
from ledger.log.entries import EntryError, LogEvent, Salt, seal
from ledger.log.receipts import receipt_of
from ledger.log.requests import (
    ClockSuspiciousError,
    Ids,
    InstantRefusedError,
    KeyReusedError,
    KeyRevokedError,
    NotStorableError,
    Outcome,
    Request,
    UnexpectedError,
    decode_outcome,
)
from ledger.log.store import Answered, Batch, Locked, RequestKey, StoredOutcome

PREFETCH_ROUNDS: Final = 3
CLOCK_OFF_SECONDS_MAX: Final = 600
CLOCK_JUMP_MAX: Final = timedelta(days=7)

Answer = Outcome | LedgerError
Salts = Callable[[int], Salt]
"""The salts of the event at a position."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where time, ids and salts come from; fixed ones make a log repeatable."""

    clock: Callable[[], str]
    ids: Ids
    salts: Salts


@dataclass(slots=True)
class Ask:
    """A question to the states at the head, answered in turn with the requests."""

    question: Callable[[Context], Any]
    at: str | None = None


class PoisonedError(Exception):
    """Folding what a request decided failed: the batch starts again without it."""

    def __init__(self, index: int, cause: Exception) -> None:
        """Which of the batch, and why."""
        super().__init__(index)
        self.index, self.cause = index, cause


@dataclass(slots=True)
class Deciding:
    """One batch under the head lock."""

    cache: StateCache
    sources: Sources
    locked: Locked
    poisoned: dict[int, Exception]
    report: Callable[[Exception], None]
    batch: Batch = field(default_factory=Batch)
    answers: list[Any] = field(default_factory=list)
    seen: dict[RequestKey, StoredOutcome] = field(default_factory=dict)
    last: str = ""

    def run(self, items: Sequence[Request | Ask]) -> Batch:
        """Decide all; the answers stand in ``answers``, in order."""
        self.cache.catch_up(self.locked)
        self.seen = dict(self.locked.outcomes())
        self.last = self.locked.head.recorded_at
        self.prefetch(items)
        for index, item in enumerate(items):
            self.answers.append(self.one(index, item))
        if self.batch.events:
            self.batch.snapshots = self.cache.snapshots()
        return self.batch

    def prefetch(self, items: Sequence[Request | Ask]) -> None:
        """Load what the commands say they will touch, a round for each step they must follow."""
        commands = [item.command for item in items if isinstance(item, Request)]
        peek = self.cache.peeking()
        tags = [tag for command in commands for tag in command.touches()]
        for _ in range(PREFETCH_ROUNDS):
            missing = self.cache.missing(dict.fromkeys(tags))
            if missing:
                self.cache.load(self.locked, missing)
            tags = [tag for command in commands for tag in command.touches_next(peek)]
            if not self.cache.missing(tags):
                return

    def one(self, index: int, item: Request | Ask) -> Any:
        """The answer to one item; errors are answers too."""
        if isinstance(item, Ask):
            return self.ask(item)
        if index in self.poisoned:
            return UnexpectedError()
        if item.credential and not self.cache.keys.holds(item.credential):
            return KeyRevokedError()
        known = self.seen.get(item.request_key)
        if known is not None:
            same = known.fingerprint == item.print()
            return decode_outcome(known.outcome) if same else KeyReusedError()
        try:
            context = self.context(item)
            self.check_clock(item)
            decided = item.command.decide(context)
            sealed = self.seal(decided, context.instant)
        except Refusal as refusal:
            return self.keep(item, refused(refusal, context.instant), context.instant)
        except LedgerError as error:
            return error
        except Exception as error:  # one command's fault is that command's 500
            self.report(error)
            return UnexpectedError()
        return self.accept(index, item, decided, sealed, context.instant)

    def ask(self, item: Ask) -> Any:
        """Answer a question; its exception is its answer."""
        try:
            return item.question(self.context_at(self.now(item.at), "", RequestKey("", "")))
        except Exception as error:  # goes to the one who asked
            return error

    def now(self, at: str | None) -> str:
        """The later of the clock, which may be a simulated one, and the last event."""
        if at is not None and not is_instant(at):
            message = "instants are compared as they are spelled, so they have one spelling"
            raise ValueError(message)
        return max(self.sources.clock() if at is None else at, self.last)

    def context(self, request: Request) -> Context:
        """What the request is decided in."""
        community = self.cache.community
        # The genesis says itself what it opens.
        opening = isinstance(request.command, OpenLedger) and request.command.rehearsal
        if request.at is not None and not (community.rehearsal if community.opened else opening):
            raise InstantRefusedError
        return self.context_at(self.now(request.at), request.principal, request.request_key)

    def context_at(self, instant: str, principal: str, key: RequestKey) -> Context:
        """A context at an instant."""
        today = local_date(instant, self.cache.community.timezone)
        ids = self.sources.ids(key)
        return Context(self.cache, instant, today, principal, ids, self.cache.position)

    def check_clock(self, request: Request) -> None:
        """A clock that is off or jumped writes nothing until an officer confirms it."""
        if request.at is not None:
            return
        now = moment_of(self.sources.clock())
        off = abs((now - moment_of(self.locked.head.now)).total_seconds())
        jumped = self.cache.community.opened and (now - moment_of(self.last)) > CLOCK_JUMP_MAX
        if off > CLOCK_OFF_SECONDS_MAX or (
            jumped and not isinstance(request.command, ConfirmClock)
        ):
            raise ClockSuspiciousError

    def seal(self, decided: Decided, instant: str) -> list[LogEvent]:
        """The stored form of what was decided, at the positions it will have."""
        first = self.locked.head.position + len(self.batch.events) + 1
        try:
            return [
                seal(
                    event,
                    actor=decided.actor,
                    recorded_at=instant,
                    salt=self.sources.salts(first + offset),
                )
                for offset, event in enumerate(decided.events)
            ]
        except EntryError as error:
            raise NotStorableError from error

    def accept(
        self, index: int, item: Request, decided: Decided, sealed: list[LogEvent], instant: str
    ) -> Outcome:
        """Fold what was decided, so that the next command sees it."""
        first = self.locked.head.position + len(self.batch.events) + 1
        try:
            for offset, (event, stored) in enumerate(zip(decided.events, sealed, strict=True)):
                recorded = Recorded(first + offset, instant, decided.actor, event)
                self.cache.fold(recorded, stored.private_tags)
        except Exception as error:
            raise PoisonedError(index, error) from error
        self.batch.events += sealed
        self.last = instant
        outcome = Outcome(
            status=200,
            answer=decided.answer,
            position=first,
            recorded_at=instant,
            receipt=receipt_of(sealed[0]),
        )
        return self.keep(item, outcome, instant)

    def keep(self, item: Request, outcome: Outcome, instant: str) -> Outcome:
        """Store the outcome with the batch."""
        stored = StoredOutcome(item.print(), outcome.stored())
        self.seen[item.request_key] = stored
        self.batch.answered.append(Answered(item.request_key, stored, outcome.position, instant))
        return outcome


def refused(refusal: Refusal, instant: str) -> Outcome:
    """A refusal as an outcome."""
    return Outcome(
        status=refusal.status, code=refusal.code, params=refusal.params, recorded_at=instant
    )
