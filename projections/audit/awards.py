"""What acts earn and cost: the rule in force, its caps, one reversal (``REHEARSAL``, Points)."""

from typing import Final

from msgspec import Struct

from ledger.events.acts import ActRecorded
from ledger.events.base import Recorded
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded, PointsDeducted
from ledger.events.rulebooks import RulebookAdopted, RuleListed
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold, hears
from projections.audit.ground import Deed, Ground

RULE_NOT_IN_FORCE: Final = Fault(
    "rule_not_in_force",
    N_("Position {position}: rule {rule} of rulebook {rulebook} was not in force on that day."),
)
RULEBOOK_WRONG: Final = Fault(
    "rulebook_wrong",
    N_("Position {position}: the lines of rulebook {rulebook} are not those that it announces."),
)
AWARD_STRAY: Final = Fault(
    "award_stray",
    N_("Position {position}: rule, day, minutes, member or account are not those of act {act}."),
)
AWARD_WRONG: Final = Fault(
    "award_wrong",
    N_(
        "Position {position}: act {act} was booked with {points} points; the rule gives {expected}."
    ),
)
REVERSAL_REPEATED: Final = Fault(
    "reversal_repeated", N_("Position {position}: act {act} was taken back once already.")
)
REVERSAL_WRONG: Final = Fault(
    "reversal_wrong",
    N_("Position {position}: this does not take back what was booked for act {act}."),
)

Booking = PointsAwarded | PointsDeducted | ActCapped


class Booked(Struct):
    """What was booked for an act, signed, and where."""

    points: int
    account: str
    position: int
    undone: bool = False


class Awards(Fold):
    """Every award is the rule in force times the quantity, within the caps."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.used: dict[tuple[str, str, str], int] = {}
        self.booked: dict[str, Booked] = {}
        self.book: RulebookAdopted | None = None
        self.book_at = 0
        self.lines_left = 0

    def hear(self, recorded: Recorded) -> None:
        """The lines of a rulebook follow its head at once."""
        if self.lines_left and not isinstance(recorded.event, RuleListed):
            self.end()
        super().hear(recorded)

    def end(self) -> None:
        """No rulebook lacks a line."""
        if self.lines_left and self.book is not None:
            short = RULEBOOK_WRONG.at(self.book_at, rulebook=self.book.rulebook)
            self.findings.append(short)
        self.lines_left = 0

    @hears(RulebookAdopted)
    def rulebook_adopted(self, event: RulebookAdopted, _: Recorded) -> None:
        """A new name."""
        names = [book.rulebook for book in self.ground.books]
        once = names.count(event.rulebook) == 1 and event.rules > 0
        self.check(once, RULEBOOK_WRONG, rulebook=event.rulebook)
        self.book, self.book_at, self.lines_left = event, self.position, event.rules

    @hears(RuleListed)
    def rule_listed(self, event: RuleListed, _: Recorded) -> None:
        """A line of the rulebook in front of it that can be applied."""
        caps = [cap for cap in (event.cap_day, event.cap_month) if cap is not None]
        belongs = self.book is not None and event.rulebook == self.book.rulebook
        applies = event.sign in {1, -1} and event.unit in {"time", "hour"} and event.points > 0
        fits = self.lines_left > 0 and belongs and applies and min(caps, default=0) >= 0
        self.check(fits, RULEBOOK_WRONG, rulebook=event.rulebook)
        self.lines_left = max(0, self.lines_left - 1)

    @hears(ActRecorded)
    def act_recorded(self, event: ActRecorded, _: Recorded) -> None:
        """The rule stands in the rulebook in force on the day of the act."""
        in_force = self.ground.book_in_force(event.performed_on) == event.rulebook
        self.check(
            in_force and self.ground.rule_of(event) is not None,
            RULE_NOT_IN_FORCE,
            rule=event.rule,
            rulebook=event.rulebook,
        )

    @hears(PointsAwarded, PointsDeducted, ActCapped)
    def act_booked(self, event: Booking, recorded: Recorded) -> None:
        """The points are those of the rule, and all else is as recorded."""
        act = self.ground.acts.get(event.act)
        self.check(act is not None and self.is_copy(event, act), AWARD_STRAY, act=event.act)
        points = booked_points(event)
        expected = None if act is None else self.expected(act)
        if expected is not None:
            # A deduction of nothing and an award of nothing are both wrong; nothing is a cap.
            fits = points == expected and (points == 0) == isinstance(event, ActCapped)
            self.check(fits, AWARD_WRONG, act=event.act, points=points, expected=expected)
        if not isinstance(event, ActCapped):
            self.booked[event.act] = Booked(points, event.account, recorded.position)
        if isinstance(event, PointsAwarded):
            for period in (event.performed_on, event.performed_on[:7]):
                key = (event.member, event.rule, period)
                self.used[key] = self.used.get(key, 0) + event.points

    def is_copy(self, event: Booking, act: Deed) -> bool:
        """Whether a booking repeats what the act says, and goes to the member's account."""
        facts = (act.rule, act.performed_on, act.minutes, act.member)
        if facts != (event.rule, event.performed_on, event.minutes, event.member):
            return False
        if isinstance(event, ActCapped):
            return True
        return event.account == self.ground.account_of(act.member)

    def expected(self, act: Deed) -> int | None:
        """Signed points that the act's rule gives now; None where the rule is not known.

        An opening balance is booked as it was carried over, without rule or cap.
        """
        if act.carried is not None:
            return act.carried
        rule = self.ground.rule_of(act)
        if rule is None:
            return None
        units = max(1, (act.minutes or 0) // 60) if rule.unit == "hour" else 1
        points = rule.points * units
        if rule.sign < 0:
            return -points
        for cap, period in (
            (rule.cap_day, act.performed_on),
            (rule.cap_month, act.performed_on[:7]),
        ):
            if cap is not None:
                points = min(points, cap - self.used.get((act.member, act.rule, period), 0))
        return max(0, points)

    @hears(AwardReversed)
    def award_reversed(self, event: AwardReversed, _: Recorded) -> None:
        """Once, and exactly what was booked."""
        act, booked = self.ground.acts.get(event.act), self.booked.get(event.act)
        if act is None or booked is None:
            self.report(REVERSAL_WRONG, act=event.act)
            return
        self.check(not booked.undone, REVERSAL_REPEATED, act=event.act)
        booked.undone = True
        stated = (event.points, event.account, event.corrects)
        facts = (event.rule, event.performed_on, event.minutes, event.member)
        same = stated == (booked.points, booked.account, booked.position)
        same = same and facts == (act.rule, act.performed_on, act.minutes, act.member)
        self.check(same, REVERSAL_WRONG, act=event.act)


def booked_points(event: Booking) -> int:
    """Signed points of a booking; 0 for a capped act."""
    if isinstance(event, ActCapped):
        return 0
    return event.points if isinstance(event, PointsAwarded) else -event.points
