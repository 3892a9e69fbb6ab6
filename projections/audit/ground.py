"""What several checks stand on: settings, rulebooks, households and acts as the log states them."""

from typing import Final

from msgspec import Struct

from ledger.calendar import NEVER, Posting, local_date, plus_months
from ledger.events.acts import NO_RULE, ActRecorded, OpeningBalanceRecorded
from ledger.events.base import Recorded
from ledger.events.community import LedgerOpened, RehearsalCarriedOn, SettingsAdopted
from ledger.events.people import HouseholdRegistered, MemberChanged, MemberRegistered
from ledger.events.rulebooks import RulebookAdopted, RuleListed

MEMBER: Final = "member"
"""The account holder of a ledger whose accounts belong to single members."""


class Deed(Struct, frozen=True, gc=False):
    """What an act was recorded with, as far as later events repeat it.

    ``carried`` are the points of an opening balance, None for anything else.
    """

    member: str
    rule: str
    rulebook: str
    performed_on: str
    minutes: int | None
    carried: int | None = None


class Ground:
    """Folded before the checks see an event; holds what is in force at that event."""

    def __init__(self) -> None:
        """Nothing is known before the genesis."""
        self.timezone, self.holder = "UTC", "household"
        self.starts, self.ends = NEVER, NEVER
        self.posting: Posting | None = None
        self.notice_days = 0
        self.expiry_months: int | None = None
        self.books: list[RulebookAdopted] = []
        self.rules: dict[tuple[str, str], RuleListed] = {}
        self.homes: set[str] = set()
        self.households: dict[str, str] = {}
        self.acts: dict[str, Deed] = {}

    def take(self, recorded: Recorded) -> None:
        """Fold one event."""
        match recorded.event:
            case LedgerOpened() as event:
                self.timezone, self.holder = event.timezone, event.account_holder
                self.starts, self.ends = event.starts, event.ends or NEVER
            case RehearsalCarriedOn():
                self.ends = NEVER
            case SettingsAdopted() as event:
                self.posting = Posting(event.post_weekday, event.post_time, self.timezone)
                self.notice_days, self.expiry_months = event.notice_days, event.expiry_months
            case RulebookAdopted() as event:
                self.books.append(event)
            case RuleListed() as event:
                self.rules[event.rulebook, event.rule] = event
            case HouseholdRegistered() as event:
                self.homes.add(event.household)
            case MemberRegistered() | MemberChanged() as event:
                self.households[event.member] = event.household
            case ActRecorded() as event:
                deed = Deed(
                    event.member, event.rule, event.rulebook, event.performed_on, event.minutes
                )
                self.acts.setdefault(event.act, deed)
            case OpeningBalanceRecorded() as event:
                deed = Deed(
                    event.member, NO_RULE, "", event.performed_on, None, carried=event.points
                )
                self.acts.setdefault(event.act, deed)

    def today(self, instant: str) -> str:
        """The local date at an instant."""
        return local_date(instant, self.timezone)

    def rule_of(self, act: ActRecorded | Deed) -> RuleListed | None:
        """The rule that an act names, of the rulebook it names."""
        return self.rules.get((act.rulebook, act.rule))

    def book_in_force(self, day: str) -> str | None:
        """The rulebook in force on a local date: the latest start, of those the last adopted."""
        found: RulebookAdopted | None = None
        for book in self.books:
            if book.in_force_from <= day and (
                found is None or book.in_force_from >= found.in_force_from
            ):
                found = book
        return None if found is None else found.rulebook

    def account_of(self, member: str) -> str | None:
        """The account that a member earns for."""
        return member if self.holder == MEMBER else self.households.get(member)

    def household_of(self, account: str) -> str | None:
        """The household that an account belongs to."""
        return self.households.get(account) if self.holder == MEMBER else account

    def expiry(self, day: str) -> str | None:
        """The local date from which on points that come in on ``day`` are void."""
        return None if self.expiry_months is None else plus_months(day, self.expiry_months)
