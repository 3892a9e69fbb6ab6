"""Appointing officers, ending terms, declaring relatives, adopting rulebooks."""

from collections.abc import Iterable
from typing import ClassVar, Final

from msgspec import Struct

from ledger.commands.acts import MemberUnknown
from ledger.commands.base import (
    CLOCKWORK,
    Command,
    Context,
    Decided,
    OfficerUnknown,
    States,
    TimeInvalid,
    check_instants,
    check_post,
)
from ledger.commands.people import HouseholdUnknown, check_household
from ledger.errors import Refusal
from ledger.events.acts import NO_RULE
from ledger.events.base import Event
from ledger.events.officers import OfficerAppointed, RelativesDeclared, TermEnded
from ledger.events.rulebooks import RulebookAdopted, RuleListed
from ledger.states.officers import PostKind

RULES_MAX: Final = 5_000


class TermInvalid(Refusal):
    """The term ends before it begins."""

    code = "term_invalid"
    message = "The term of a post must end after it begins."


class LastSecretary(Refusal):
    """Without a secretary nobody could appoint another one."""

    code = "last_secretary"
    message = "This is the only secretary in office. Appoint another one first."


class PostUnknown(Refusal):
    """No such post, or its term is over."""

    code = "post_unknown"
    message = "No such post is held at this time."


class RulebookKnown(Refusal):
    """The id is taken."""

    code = "rulebook_known"
    message = "A rulebook of this name was adopted already."


class RulebookInvalid(Refusal):
    """Empty, too long, or a rule stands in it twice."""

    code = "rulebook_invalid"
    message = "A rulebook has 1 to 5000 rules, each code once, with points above zero."


class AppointOfficer(Command):
    """Appoint someone to a post from ``begins`` (instant) until ``ends`` (None: open)."""

    NAME: ClassVar[str] = "appoint-officer"
    REFUSALS = (
        OfficerUnknown,
        TimeInvalid,
        MemberUnknown,
        TermInvalid,
    )

    officer: str
    name: str
    kind: PostKind
    begins: str
    ends: str | None = None
    member: str | None = None

    def touches(self) -> Iterable[str]:
        """The resident that the officer is."""
        if self.member is not None:
            yield f"member:{self.member}"

    def decide(self, context: Context) -> Decided:
        """By the secretary; where none is in office any more, one is appointed by the house."""
        actor = self.check_appointing(context)
        check_instants(self.begins, self.ends)
        if self.ends is not None and self.ends <= self.begins:
            raise TermInvalid
        household = None
        if self.member is not None:
            household = context.states.member(self.member).household
            if household is None:
                raise MemberUnknown
        event = OfficerAppointed(
            post=context.new_id(),
            kind=self.kind,
            begins=self.begins,
            ends=self.ends,
            officer=self.officer,
            name=self.name,
            member=self.member,
            household=household,
        )
        return Decided([event], actor, {"post": event.post})

    def check_appointing(self, context: Context) -> str:
        """Who appoints: a secretary, or for a secretary and for want of one, whoever runs this.

        The latter's name in the log is the clockwork's, for no officer did it.
        """
        by_house = context.principal == CLOCKWORK and self.kind is PostKind.SECRETARY
        officers = context.states.officers
        if by_house and not officers.in_office(PostKind.SECRETARY, context.instant):
            return CLOCKWORK
        return check_post(context, PostKind.SECRETARY).post


class EndTerm(Command):
    """End a term now."""

    NAME: ClassVar[str] = "end-term"
    REFUSALS = (
        OfficerUnknown,
        PostUnknown,
        LastSecretary,
    )

    post: str

    def decide(self, context: Context) -> Decided:
        """By the secretary, or by the officer who gives the post up."""
        held = context.states.officers.posts.get(self.post)
        if held is None or not held.in_term(context.instant):
            raise PostUnknown
        acting = context.acting(PostKind.SECRETARY) or context.acting()
        if acting is None or (acting.kind != PostKind.SECRETARY and acting.officer != held.officer):
            raise OfficerUnknown
        secretaries = context.states.officers.in_office(PostKind.SECRETARY, context.instant)
        if secretaries == [self.post]:
            raise LastSecretary
        return Decided([TermEnded(post=self.post, ends=context.instant)], acting.post)


class DeclareRelatives(Command):
    """Name a household of relatives that an officer must not decide for."""

    NAME: ClassVar[str] = "declare-relatives"
    REFUSALS = (
        OfficerUnknown,
        HouseholdUnknown,
    )

    officer: str
    household: str

    def touches(self) -> Iterable[str]:
        """The household."""
        yield f"household:{self.household}"

    def decide(self, context: Context) -> Decided:
        """A known officer, a known household."""
        post = check_post(context)
        if self.officer not in context.states.officers.officers:
            raise OfficerUnknown
        if post.kind != PostKind.SECRETARY and post.officer != self.officer:
            raise OfficerUnknown
        check_household(context.states, self.household)
        event = RelativesDeclared(officer=self.officer, household=self.household)
        return Decided([event], post.post)


class RuleLine(Struct, frozen=True):
    """See :class:`ledger.events.rulebooks.RuleListed`."""

    rule: str
    name_zh: str
    name_en: str
    category: str
    sign: int
    unit: str
    points: int
    cap_day: int | None
    cap_month: int | None

    def valid(self) -> bool:
        """Whether the line can be applied."""
        caps = [cap for cap in (self.cap_day, self.cap_month) if cap is not None]
        return (
            self.rule != NO_RULE
            and self.sign in {1, -1}
            and self.unit in {"time", "hour"}
            and self.points > 0
            and all(cap >= 0 for cap in caps)
        )


class AdoptRulebook(Command):
    """Adopt a whole rulebook, in force from a local date."""

    NAME: ClassVar[str] = "adopt-rulebook"
    REFUSALS = (
        OfficerUnknown,
        RulebookKnown,
        RulebookInvalid,
    )

    rulebook: str
    in_force_from: str
    rules: list[RuleLine]

    def decide(self, context: Context) -> Decided:
        """By the secretary; all lines in one piece."""
        post = check_post(context, PostKind.SECRETARY)
        self.check_book(context.states)
        head = RulebookAdopted(
            rulebook=self.rulebook, in_force_from=self.in_force_from, rules=len(self.rules)
        )
        lines = [
            RuleListed(
                rulebook=self.rulebook,
                rule=line.rule,
                name_zh=line.name_zh,
                name_en=line.name_en,
                category=line.category,
                sign=line.sign,
                unit=line.unit,
                points=line.points,
                cap_day=line.cap_day,
                cap_month=line.cap_month,
            )
            for line in self.rules
        ]
        events: list[Event] = [head, *lines]
        return Decided(events, post.post, {"rulebook": self.rulebook})

    def check_book(self, states: States) -> None:
        """A new name, and every rule once."""
        if self.rulebook in states.rulebooks.books:
            raise RulebookKnown
        codes = {line.rule for line in self.rules}
        if not 0 < len(codes) == len(self.rules) <= RULES_MAX:
            raise RulebookInvalid
        if not all(line.valid() for line in self.rules):
            raise RulebookInvalid
