"""What becomes of a played quarter after its end: nothing of it is left lying about.

The reviews that the sheets date behind the end happen; what then still waits for a second pair of
eyes is settled by officers who are independent; the last notices run; and the exchange day is
closed by a count.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from api.rehearsal.agenda import Agenda
from api.rehearsal.hand import Hand, accepted
from api.rehearsal.opening import SECRETARY
from api.rehearsal.play import Played, may_be_long
from api.rehearsal.shelf import Shelf
from api.rehearsal.timeline import Kind, notice_instants, posting_of
from api.sheets.rows import ActRow, PostWord
from ledger.calendar import local_date, local_instant, plus_days
from ledger.commands.community import CarryOn
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from ledger.states.officers import OFFICER

REVIEW_DAYS_MAX: Final = 21
"""Reviews that the sheets date later than this many days behind the end are settled before."""
SETTLE_DAYS: Final = 8
"""Days behind the end when the office settles what is left; later if the sheets review later."""
COUNT_DAYS: Final = 10
OVER_DAYS: Final = 42
"""Days behind the end after which nothing of the aftermath happens."""
SETTLE_MINUTES: Final = 16 * 60
COUNT_MINUTES: Final = 10 * 60


class Aftermath:
    """Plays what comes after the end of one played quarter."""

    def __init__(self, played: Played, hand: Hand) -> None:
        """Nothing happens before :meth:`play`."""
        # Copies: what the sheets' own quarter came to is not to change behind its report.
        self._acts = {row: replace(act) for row, act in played.acts.items()}
        self._hand = hand
        self._timeline = played.timeline
        self._quarter = played.timeline.quarter
        self._homes = {r.number: r.household for r in self._quarter.residents}

    def play(self) -> None:
        """Take the end off the ledger's period and bring everything of it to its end.

        Raises:
            LedgerError: the ledger could not go on, or refused what it must accept.
        """
        ends, community = self._timeline.ends, self._quarter.community
        accepted(self._hand.send("carry-on", OFFICER + SECRETARY, CarryOn(), ends))
        agenda = Agenda()
        settle_at = self._day(SETTLE_DAYS, SETTLE_MINUTES)
        for at, row in self._late_reviews():
            agenda.note(at, Kind.REVIEW, partial(self._review, row))
            settle_at = max(settle_at, at)
        agenda.note(settle_at, Kind.REVIEW, self._settle)
        agenda.note(max(settle_at, self._day(COUNT_DAYS, COUNT_MINUTES)), Kind.SLIP, self._count)
        last = plus_days(ends, OVER_DAYS)
        for at in notice_instants(posting_of(community), community.notice.days, ends, last):
            agenda.note(at, Kind.CLOCKWORK, self._hand.tick)
        agenda.work_off()

    def _day(self, days: int, minutes: int) -> str:
        """The instant of a time of day some days behind the end."""
        timezone = self._quarter.community.timezone
        last = date.fromisoformat(local_date(self._timeline.ends, timezone))
        return local_instant((last + timedelta(days=days)).isoformat(), minutes, timezone)

    def _late_reviews(self) -> Iterator[tuple[str, ActRow]]:
        """Reviews of recorded acts that the sheets date behind the end."""
        last = self._day(REVIEW_DAYS_MAX, 0)
        for row in self._quarter.acts:
            at = self._timeline.instant(row.reviewed_at)
            if row.outcome is None or at is None or not self._timeline.ends < at < last:
                continue
            if self._acts[row.row].act is not None:
                yield at, row

    def _review(self, row: ActRow, at: str) -> None:
        """What the sheet says: the review, and the second approval that stands beside it."""
        self._send_review(row, row.reviewer, row.outcome == "approve", at)
        if row.second_reviewer and may_be_long(row):
            self._send_again(row, row.second_reviewer, at)

    def _settle(self, at: str) -> None:
        """Approve what waits for somebody who may, by officers who are independent."""
        for row in self._quarter.acts:
            played = self._acts[row.row]
            if played.act is None or played.is_declined or played.is_approved:
                continue
            reviewer = row.reviewer
            if played.reviewed is None or not played.reviewed.result().accepted:
                reviewer = self._independent("reviewer", row, row.recorder)
                self._send_review(row, reviewer, True, at)
            if may_be_long(row):
                second = self._independent("second_reviewer", row, row.recorder, reviewer)
                self._send_again(row, second, at)

    def _send_review(self, row: ActRow, officer: str, approve: bool, at: str) -> None:
        played = self._acts[row.row]
        review = ReviewAct(act=played.act or "", approve=approve)
        key = f"review-{row.row:07}-{at}"
        played.reviewed = self._hand.send(key, OFFICER + officer, review, at)

    def _send_again(self, row: ActRow, officer: str, at: str) -> None:
        played = self._acts[row.row]
        again = ApproveActAgain(act=played.act or "")
        key = f"again-{row.row:07}-{at}"
        played.approved_again = self._hand.send(key, OFFICER + officer, again, at)

    def _independent(self, post: PostWord, row: ActRow, *others: str) -> str:
        """The first officer of a post who is none of the others and no kin of the member.

        Where there is none the answer is empty, and the ledger refuses.
        """
        home = self._homes[row.member]
        for officer in self._quarter.officers:
            kin = self._homes.get(officer.member) == home
            if officer.post == post and officer.officer not in others and not kin:
                return officer.officer
        return ""

    def _count(self, at: str) -> None:
        """Write off what spoilt, count the shelf, close the exchange days of the quarter."""
        shelf = Shelf(self._quarter, self._hand, at)
        shelf.clear_spoilt()
        for session in self._quarter.community.sessions:
            shelf.close(session.session)
