"""Recording acts (the rules: ``REHEARSAL``, Acts)."""

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import field

from ledger.calendar import local_date, local_instant
from ledger.commands.base import NOW, Command, Context, Decided, States
from ledger.errors import Refusal
from ledger.events.acts import ActRecorded
from ledger.states import Member
from ledger.states.officers import Post
from ledger.states.rulebooks import Rule, Rulebook

DURATION_MAX_MINUTES: Final = 12 * 60
DAY_MINUTES: Final = 24 * 60


class RegisterNumberInvalid(Refusal):
    """The register number is used or is no whole number above zero."""

    code = "register_number_invalid"
    message = "The register number is not a whole number above zero, or is already used."


class MemberUnknown(Refusal):
    """No such volunteer number."""

    code = "member_unknown"
    message = "This volunteer number is not registered."


class NameMismatch(Refusal):
    """The name is not the member's."""

    code = "name_mismatch"
    message = "The name is not the one registered for this volunteer number."


class RuleUnknown(Refusal):
    """No such rule."""

    code = "rule_unknown"
    message = "This rule is not in the rulebook in force on that day."


class DateInvalid(Refusal):
    """The day cannot be read or lies outside the ledger's period."""

    code = "date_invalid"
    message = "The date cannot be read, or lies outside the period of the ledger."


class RecorderUnknown(Refusal):
    """Nobody who may record, or no time of registration."""

    code = "recorder_unknown"
    message = "The recorder is not an officer, or the time of registration cannot be right."


class RecordedBeforeAct(Refusal):
    """Registered before it was done."""

    code = "recorded_before_act"
    message = "The act was registered before it had ended."


class RecorderConflict(Refusal):
    """Nobody records for their own household."""

    code = "recorder_conflict"
    message = "The recorder belongs to the household of the member."


class DuplicateAct(Refusal):
    """The same act is recorded already."""

    code = "duplicate_act"
    message = "The same act of this member on that day is recorded already."


class OverlappingAct(Refusal):
    """Nobody is in two places at once."""

    code = "overlapping_act"
    message = "Another recorded act of this member overlaps in time."


class DurationTooLong(Refusal):
    """Longer than twelve hours."""

    code = "duration_too_long"
    message = "An act may last 12 hours at most."


class ActTimeInvalid(Refusal):
    """Start and end cannot be read or are in the wrong order."""

    code = "time_invalid"
    message = "Start and end cannot be read, or the end is not after the start."


class RecordAct(Command):
    """Record an act: who did what, when, as the register says it.

    Times of day are minutes after local midnight and count only under a rule per hour. None
    stands for what paper gave and nobody can read; ``name`` None means that none was given.
    ``register_number`` is None where there is no paper register.
    """

    NAME: ClassVar[str] = "record-act"
    REFUSALS = (
        RegisterNumberInvalid,
        MemberUnknown,
        NameMismatch,
        RuleUnknown,
        DateInvalid,
        RecorderUnknown,
        RecordedBeforeAct,
        RecorderConflict,
        DuplicateAct,
        OverlappingAct,
        DurationTooLong,
        ActTimeInvalid,
    )

    member: str
    rule: str
    performed_on: str | None
    performed_from: int | None = None
    performed_to: int | None = None
    name: str | None = None
    registered_at: str | None = NOW
    register_number: int | None = None
    remark: str = ""
    evidence: list[str] = field(default_factory=list)

    def touches(self) -> Iterable[str]:
        """The member, and the register number where there is one."""
        yield f"member:{self.member}"
        if self.register_number is not None:
            yield f"register_number:{self.register_number}"

    def decide(self, context: Context) -> Decided:
        """Check in the order of the rules, then record."""
        states = context.states
        self.check_register_number(states)
        member = check_member(states, self.member, self.name)
        book, rule = self.check_rule(states)
        day = self.check_date(states)
        if book.in_force_from > day:
            raise RuleUnknown
        start, end = self.check_times(rule)
        recorder, registered_at = self.check_recorder(context)
        check_after_act(states, day, end, registered_at)
        if context.is_kin(recorder, member.household):
            raise RecorderConflict
        check_alone(member, day, self.rule, start, end)
        minutes = None if start is None or end is None else end - start
        if minutes is not None and minutes > DURATION_MAX_MINUTES:
            raise DurationTooLong
        act = context.new_id()
        event = ActRecorded(
            act=act,
            rule=self.rule,
            rulebook=book.rulebook,
            performed_on=day,
            minutes=minutes,
            registered_at=registered_at,
            member=self.member,
            performed_from=start,
            performed_to=end,
            register_number=self.register_number,
            remark=self.remark,
            evidence=self.evidence,
        )
        return Decided([event], recorder.post, {"act": act})

    def check_register_number(self, states: States) -> None:
        """A number of the paper register stands for one act."""
        number = self.register_number
        if number is not None and (number <= 0 or states.register_number(number).act is not None):
            raise RegisterNumberInvalid

    def check_rule(self, states: States) -> tuple[Rulebook, Rule]:
        """The rule stands in the rulebook in force on the day of the act.

        On a day that cannot be read, or before any rulebook, the newest is asked: the date is
        checked next.
        """
        books = states.rulebooks
        book = (books.in_force(self.performed_on) if self.performed_on else None) or books.newest()
        if book is None or self.rule not in book.rules:
            raise RuleUnknown
        return book, book.rules[self.rule]

    def check_date(self, states: States) -> str:
        """The day is one of the ledger's period."""
        community = states.community
        first = local_date(community.starts, community.timezone)
        last = local_date(community.ends, community.timezone)
        if self.performed_on is None or not first <= self.performed_on <= last:
            raise DateInvalid
        return self.performed_on

    def check_times(self, rule: Rule) -> tuple[int | None, int | None]:
        """Under a rule per hour: a start and a later end on that day; else times do not count."""
        if not rule.per_hour:
            return None, None
        start, end = self.performed_from, self.performed_to
        if start is None or end is None or not 0 <= start < end <= DAY_MINUTES:
            raise ActTimeInvalid
        return start, end

    def check_recorder(self, context: Context) -> tuple[Post, str]:
        """The recorder is an officer, and the registration is not later than now."""
        recorder, registered_at = context.acting(), context.at(self.registered_at)
        if recorder is None or registered_at is None or not context.in_period(registered_at):
            raise RecorderUnknown
        if registered_at > context.instant:
            raise RecorderUnknown
        return recorder, registered_at


def check_member(states: States, number: str, name: str | None) -> Member:
    """The member exists and bears the name, blanks apart; None: no name was given.

    Raises:
        MemberUnknown: nobody has this number.
        NameMismatch: somebody else has.
    """
    member = states.member(number)
    if member.household is None:
        raise MemberUnknown
    if name is not None and _squeezed(name) != _squeezed(member.name):
        raise NameMismatch
    return member


def _squeezed(name: str) -> str:
    return "".join(name.split())


def check_after_act(states: States, day: str, end: int | None, registered_at: str) -> None:
    """An act is registered after its end, or not before its day.

    Raises:
        RecordedBeforeAct: it was.
    """
    done = local_instant(day, end or 0, states.community.timezone)
    if registered_at < done:
        raise RecordedBeforeAct


def check_alone(member: Member, day: str, rule: str, start: int | None, end: int | None) -> None:
    """The act is not recorded yet, and the member is in no other place at the time.

    Raises:
        DuplicateAct: same member, rule, date and start.
        OverlappingAct: the intervals overlap; touching is not overlapping.
    """
    done = member.done.get(day, ())
    if any(rule == r and start == s for r, s, _ in done):
        raise DuplicateAct
    if start is None or end is None:
        return
    if any(s is not None and e is not None and s < end and start < e for _, s, e in done):
        raise OverlappingAct
