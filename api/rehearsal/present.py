"""A played quarter carried on into the present: some weeks of acts, a notice, an open shop.

Everything goes through ordinary commands on the simulated clock, in order and never later than
the instant that is said to be now. Acts are those of the quarter's last weeks, moved by whole
weeks, so that weekdays stay; what of them lies behind now has not happened yet.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from api.rehearsal.aftermath import Aftermath
from api.rehearsal.agenda import Agenda, OnProgress, silent
from api.rehearsal.cast import CAST, SESSION, Cast
from api.rehearsal.disputes import Disputes
from api.rehearsal.hand import Hand, accepted
from api.rehearsal.market import Market
from api.rehearsal.opening import SECRETARY
from api.rehearsal.play import Played, may_be_long
from api.rehearsal.sending import Pending
from api.rehearsal.timeline import Kind, notice_instants, posting_of
from api.sheets.rows import ActRow
from ledger.calendar import instant_of, local_date, local_instant, plus_days, zone_of
from ledger.commands.acts import RecordAct
from ledger.commands.base import Command
from ledger.commands.community import AdoptSettings, Settings
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from ledger.errors import LedgerError
from ledger.states.officers import OFFICER

NOTICE_DAYS: Final = 7
"""So that a weekly notice closes when the next one is posted, and one always runs."""
WEEKS: Final = 6
"""Weeks of acts up to now, the one that now lies in included."""
REVIEWED_DAYS: Final = 4
"""The last week that is taken ends this long before the quarter, so that it is reviewed."""
ONE_OF: Final = 8
"""One of so many acts is taken: some dozens a week, as many as a reader looks through."""
EARLIEST_DAYS: Final = 63
"""Days between the end of the quarter and the earliest present, which must not overlap."""
SETTINGS_MINUTES: Final = 9 * 60


@dataclass(frozen=True, slots=True)
class Present:
    """What is there to be seen and tried: ``session`` is open at ``now``."""

    now: str
    session: str
    cast: Cast


class PresentTooEarlyError(LedgerError):
    """The clock stands before the quarter's aftermath is over."""

    code = "present_too_early"
    status = 409
    message = (
        "The demo goes on from a past quarter, so the clock must stand at {earliest} or later. "
        "Correct the clock of this machine."
    )


def carry_on(played: Played, hand: Hand, now: str, on_progress: OnProgress = silent) -> Present:
    """Carry a played quarter on to ``now``; everything is durable when this returns.

    Args:
        played: the quarter, in the ledger that ``hand`` writes to.
        hand: the one that played it, or another on the same log and sources.
        now: an instant; nothing is recorded later than this.
        on_progress: told how much is done of how much.

    Raises:
        PresentTooEarlyError: now lies before the quarter is over and done with.
        LedgerError: the ledger could not go on, or refused what it must accept.
    """
    check_not_too_early(played.timeline.ends, now)
    Aftermath(played, hand).play()
    weeks = Weeks(played, hand, now)
    agenda = Agenda()
    weeks.plan(agenda)
    Disputes(hand, weeks.postings, NOTICE_DAYS, now).plan(agenda)
    Market(played, hand, now, CAST, SESSION).plan(agenda)
    agenda.work_off(on_progress)
    weeks.finish()
    return Present(now, SESSION, CAST)


def check_not_too_early(ends: str, now: str) -> None:
    """Between the end of the quarter and now there is room for all that must happen.

    Raises:
        PresentTooEarlyError: there is not.
    """
    earliest = plus_days(ends, EARLIEST_DAYS)
    if now < earliest:
        raise PresentTooEarlyError(earliest=earliest)


class Weeks:
    """The weeks up to now: acts recorded and reviewed, notices posted and closed."""

    def __init__(self, played: Played, hand: Hand, now: str) -> None:
        """Find out by how much the acts move; ``postings`` are those up to now, in order."""
        self._played, self._hand, self._now = played, hand, now
        self._quarter, community = played.timeline.quarter, played.timeline.quarter.community
        self._timezone = community.timezone
        last = date.fromisoformat(local_date(played.timeline.ends, self._timezone))
        self._source_ends = _monday(last - timedelta(days=REVIEWED_DAYS))
        this_week = _monday(date.fromisoformat(local_date(now, self._timezone)))
        self._moved = this_week + timedelta(weeks=1) - self._source_ends
        first_day = this_week - timedelta(weeks=WEEKS - 1)
        first = local_instant(first_day.isoformat(), SETTINGS_MINUTES, self._timezone)
        posting = posting_of(community)
        self._begins, self.postings = first, sorted(notice_instants(posting, 0, first, now))
        self._ticks = notice_instants(posting, NOTICE_DAYS, first, now)
        self._numbers = iter(range(max(played.timeline.numbered) + 1, 10**9))
        self._pending: list[Pending] = []

    def plan(self, agenda: Agenda) -> None:
        """Note everything that happens up to now."""
        agenda.note(self._begins, Kind.RECORDING, self._adopt)
        fit = [(at, row) for row in self._quarter.acts if (at := self._registered(row))]
        for at, row in sorted(fit, key=lambda found: (found[0], found[1].row))[::ONE_OF]:
            self._plan_act(agenda, row, at)
        for at in self._ticks | {self._now}:
            agenda.note(at, Kind.CLOCKWORK, self._hand.tick)

    def finish(self) -> None:
        """Wait until the last request is decided.

        Raises:
            LedgerError: the ledger could not decide one.
        """
        for pending in self._pending:
            pending.result()

    def _adopt(self, at: str) -> None:
        """Notices hang a week from now on."""
        community = self._quarter.community
        settings = Settings(
            post_weekday=community.notice.weekday,
            post_time=community.notice.minutes,
            notice_days=NOTICE_DAYS,
            expiry_months=community.points_expire.months,
        )
        command = AdoptSettings(settings=settings)
        accepted(self._hand.send("weekly-notices", OFFICER + SECRETARY, command, at))

    def _registered(self, row: ActRow) -> str | None:
        """When an act that the quarter's ledger recorded, in the weeks taken, is registered now."""
        if row.registered_at is None or self._played.acts[row.row].act is None:
            return None
        first = self._source_ends - timedelta(weeks=WEEKS)
        taken = first <= row.registered_at.date() < self._source_ends
        return self._moment(row.registered_at) if taken else None

    def _plan_act(self, agenda: Agenda, row: ActRow, registered_at: str) -> None:
        """What has happened to the act by now."""
        if registered_at > self._now:
            return
        agenda.note(registered_at, Kind.RECORDING, partial(self._record, row))
        if row.outcome is None or row.reviewed_at is None:
            return
        reviewed_at = self._moment(row.reviewed_at)
        if reviewed_at <= self._now:
            agenda.note(reviewed_at, Kind.REVIEW, partial(self._review, row))

    def _moment(self, local: datetime) -> str:
        """The instant of a local time of the sheets, moved into the present."""
        return instant_of((local + self._moved).replace(tzinfo=zone_of(self._timezone)))

    def _record(self, row: ActRow, at: str) -> None:
        day = None if row.performed_on is None else row.performed_on + self._moved
        command = RecordAct(
            member=row.member,
            rule=row.rule,
            performed_on=None if day is None else day.isoformat(),
            performed_from=row.start,
            performed_to=row.end,
            name=row.name,
            register_number=next(self._numbers),
            remark=row.remark,
        )
        self._send(_act_key(row), row.recorder, command, at)

    def _review(self, row: ActRow, at: str) -> None:
        act = self._hand.id_of(_act_key(row), OFFICER + row.recorder)
        review = ReviewAct(act=act, approve=row.outcome == "approve")
        self._send(f"present-review-{row.row:07}", row.reviewer, review, at)
        if row.second_reviewer and may_be_long(row):
            again = ApproveActAgain(act=act)
            self._send(f"present-again-{row.row:07}", row.second_reviewer, again, at)

    def _send(self, key: str, officer: str, command: Command, at: str) -> None:
        self._pending.append(self._hand.send(key, OFFICER + officer, command, at))


def _monday(day: date) -> date:
    """The Monday of a week."""
    return day - timedelta(days=day.weekday())


def _act_key(row: ActRow) -> str:
    return f"present-act-{row.row:07}"
