"""Records of acts and opening balances: of whom, when, once (``REHEARSAL``, Acts)."""

from typing import Final

from ledger.calendar import is_day, local_instant
from ledger.events.acts import ActDeclined, ActRecorded, OpeningBalanceRecorded
from ledger.events.base import Recorded
from ledger.events.community import LedgerOpened, RehearsalCarriedOn
from ledger.events.notices import ActRefused
from ledger.events.points import AwardReversed
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import Ground

DURATION_MAX_MINUTES: Final = 12 * 60
DAY_MINUTES: Final = 24 * 60

ACT_REPEATED: Final = Fault(
    "act_repeated", N_("Position {position}: the act {act} is recorded already.")
)
REGISTER_NUMBER_USED: Final = Fault(
    "register_number_used",
    N_("Position {position}: the register number of act {act} is not above zero, or used before."),
)
MEMBER_UNREGISTERED: Final = Fault(
    "member_unregistered", N_("Position {position}: the member of act {act} is not registered.")
)
ACT_TIME_WRONG: Final = Fault(
    "act_time_wrong",
    N_("Position {position}: the times of act {act} cannot be, or do not make its minutes."),
)
ACT_OVERLAPS: Final = Fault(
    "act_overlaps",
    N_("Position {position}: another act of the member is the same as {act}, or overlaps it."),
)
OPENING_REPEATED: Final = Fault(
    "opening_repeated",
    N_("Position {position}: the member of {act} has an opening balance already."),
)
OPENING_WRONG: Final = Fault(
    "opening_wrong",
    N_("Position {position}: points or dates of the opening balance {act} cannot be."),
)
CARRIED_ON_WRONG: Final = Fault(
    "carried_on_wrong",
    N_("Position {position}: the ledger is carried on, but is no rehearsal whose period is over."),
)

Day = list[tuple[str, int | None, int | None]]


class Acts(Fold):
    """Every act is recorded once, of a known member, at times that can be."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.known: set[str] = set()
        self.numbers: set[int] = set()
        self.days: dict[tuple[str, str], Day] = {}
        self.openings: dict[str, str] = {}
        self.brought: set[str] = set()
        self.opened: LedgerOpened | None = None

    @hears(LedgerOpened)
    def ledger_opened(self, event: LedgerOpened, _: Recorded) -> None:
        """The genesis says whether there is an end, and when."""
        self.opened = event

    @hears(RehearsalCarriedOn)
    def rehearsal_carried_on(self, event: RehearsalCarriedOn, recorded: Recorded) -> None:
        """Once, when the period of the rehearsal is over."""
        over = (
            self.opened is not None
            and self.opened.rehearsal
            and self.opened.community == event.community
            and self.opened.ends is not None
            and self.opened.ends <= recorded.recorded_at
        )
        self.check(over, CARRIED_ON_WRONG)
        self.opened = None

    @hears(ActRecorded)
    def act_recorded(self, event: ActRecorded, recorded: Recorded) -> None:
        """A fresh act of a known member, in times that can be, and no second time."""
        self.check_fresh(event)
        self.check(self.times_hold(event, recorded.recorded_at), ACT_TIME_WRONG, act=event.act)
        self.check_alone(event)

    @hears(OpeningBalanceRecorded)
    def opening_recorded(self, event: OpeningBalanceRecorded, recorded: Recorded) -> None:
        """One of a known member, of points that a paper book could have had by then."""
        self.check_fresh(event)
        self.check(event.member not in self.brought, OPENING_REPEATED, act=event.act)
        self.openings[event.act] = event.member
        self.brought.add(event.member)
        begun = self.ground.starts <= event.registered_at <= self.ground.ends
        day = self.ground.today(event.registered_at)
        come = is_day(event.performed_on) and event.performed_on <= day
        fits = event.points > 0 and begun and event.registered_at <= recorded.recorded_at
        self.check(fits and come, OPENING_WRONG, act=event.act)

    @hears(ActDeclined, ActRefused, AwardReversed)
    def act_over(self, event: ActDeclined | ActRefused | AwardReversed, _: Recorded) -> None:
        """A balance that counts for nothing leaves room for another."""
        self.brought.discard(self.openings.pop(event.act, ""))

    def check_fresh(self, event: ActRecorded | OpeningBalanceRecorded) -> None:
        """A new id, a new register number, a known member."""
        self.check(event.act not in self.known, ACT_REPEATED, act=event.act)
        self.known.add(event.act)
        number = event.register_number
        if number is not None:
            fresh = number > 0 and number not in self.numbers
            self.check(fresh, REGISTER_NUMBER_USED, act=event.act)
            self.numbers.add(number)
        registered = event.member in self.ground.households
        self.check(registered, MEMBER_UNREGISTERED, act=event.act)

    def times_hold(self, event: ActRecorded, recorded_at: str) -> bool:
        """Whether start, end, minutes, register and record follow one another as they must."""
        start, end, minutes = event.performed_from, event.performed_to, event.minutes
        rule = self.ground.rule_of(event)
        timed = start is not None and end is not None and minutes is not None
        if rule is not None and timed != (rule.unit == "hour"):
            return False
        if start is None or end is None or minutes is None:
            lasts = start is None and end is None and minutes is None
        else:
            lasts = 0 <= start < end <= DAY_MINUTES and 0 < end - start <= DURATION_MAX_MINUTES
            lasts = lasts and minutes == end - start
        done = local_instant(event.performed_on, end or 0, self.ground.timezone)
        first, last = self.ground.today(self.ground.starts), self.ground.today(self.ground.ends)
        return lasts and (
            first <= event.performed_on <= last and done <= event.registered_at <= recorded_at
        )

    def check_alone(self, event: ActRecorded) -> None:
        """The member did nothing else at that time, and not the same twice."""
        rule, start, end = event.rule, event.performed_from, event.performed_to
        done = self.days.setdefault((event.member, event.performed_on), [])
        clashes = any(
            (rule, start) == (r, s)
            or (
                start is not None
                and end is not None
                and s is not None
                and e is not None
                and s < end
                and start < e
            )
            for r, s, e in done
        )
        self.check(not clashes, ACT_OVERLAPS, act=event.act)
        done.append((rule, start, end))
