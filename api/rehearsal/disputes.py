"""Objections in the demo: one upheld last week, one dismissed now, one that nobody decided yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from api.rehearsal.agenda import Agenda
from api.rehearsal.hand import Hand, accepted
from api.rehearsal.opening import SUPERVISORS
from api.rehearsal.timeline import Kind
from ledger.calendar import instant_of, moment_of, plus_days
from ledger.commands.base import RESIDENT, Command, Context
from ledger.commands.notices import DecideObjection, RaiseObjection, ReleaseObjectionText
from ledger.states.officers import OFFICER

RAISED_HOURS: Final = 15
"""After the posting: on the morning of the next day."""
DECIDED_HOURS: Final = 40


@dataclass(frozen=True, slots=True)
class Dispute:
    """An objection to one line of a notice; ``upheld`` is None while nobody has decided.

    It is raised against the first line under one of ``rules``, so that the words fit the act.
    ``statement`` is what a made-up resident writes and stays private; ``released`` is what the
    supervisors let be shown of it, and ``reason`` why they decide as they do.
    """

    name: str
    rules: tuple[str, ...]
    statement: str
    upheld: bool | None = None
    reason: str = ""
    released: str = ""


LAST_WEEK: Final = (
    Dispute(
        "upheld",
        ("A25", "A26", "A14", "A01"),
        "这次活动当天因下雨取消了。",
        upheld=True,
        reason="经核实，当天活动因雨取消，不予记分。",
        released="有居民反映：这次活动当天因下雨取消了。",
    ),
)
THIS_WEEK: Final = (
    Dispute(
        "undecided",
        ("A21", "A12", "A03", "A13"),
        "当天我就在现场，没有看到这次服务，请核实签到照片。",
    ),
    Dispute(
        "dismissed",
        ("A05", "A17", "A24"),
        "登记的次数好像多了一次，请核实。",
        upheld=False,
        reason="监督委员会查看了签到表和照片，登记属实。",
        released="有居民反映：登记的次数可能多了一次。",
    ),
)


class Disputes:
    """Objections on the notice that runs now, and on the one before."""

    def __init__(self, hand: Hand, postings: list[str], days: int, now: str) -> None:
        """``postings`` are the instants up to now, in order; each notice hangs ``days``."""
        self._hand, self._postings, self._days, self._now = hand, postings, days, now
        self._raised: dict[str, tuple[str, str]] = {}

    def plan(self, agenda: Agenda) -> None:
        """Note who objects when; what would come later than now comes now."""
        for posted_at, dispute in self._disputes():
            raised_at = self._after(posted_at, RAISED_HOURS)
            agenda.note(raised_at, Kind.OBJECTION, partial(self._raise, posted_at, dispute))
            if dispute.upheld is not None:
                decided_at = self._after(posted_at, DECIDED_HOURS)
                agenda.note(decided_at, Kind.OBJECTION, partial(self._decide, dispute))

    def _disputes(self) -> Iterator[tuple[str, Dispute]]:
        for posted_at, disputes in zip(self._postings[-2:], (LAST_WEEK, THIS_WEEK), strict=True):
            for dispute in disputes:
                yield posted_at, dispute

    def _after(self, instant: str, hours: int) -> str:
        return min(instant_of(moment_of(instant) + timedelta(hours=hours)), self._now)

    def _raise(self, posted_at: str, dispute: Dispute, at: str) -> None:
        """A resident objects to a line of the notice."""
        closes_at = plus_days(posted_at, self._days)
        act = self._hand.ask(partial(_line, closes_at, dispute.rules), at)
        key = f"present-objection-{dispute.name}"
        self._send(key, RESIDENT, RaiseObjection(act=act, statement=dispute.statement), at)
        self._raised[dispute.name] = act, self._hand.id_of(key, RESIDENT)

    def _decide(self, dispute: Dispute, at: str) -> None:
        """The supervisors decide, and let be shown what it was about."""
        act, objection = self._raised[dispute.name]
        decision = DecideObjection(
            act=act, objection=objection, upheld=bool(dispute.upheld), reason=dispute.reason
        )
        release = ReleaseObjectionText(act=act, objection=objection, statement=dispute.released)
        supervisors, key = OFFICER + SUPERVISORS, f"present-decision-{dispute.name}"
        self._send(key, supervisors, decision, at)
        self._send(f"{key}-shown", supervisors, release, at)

    def _send(self, key: str, principal: str, command: Command, at: str) -> None:
        accepted(self._hand.send(key, principal, command, at))


def _line(closes_at: str, rules: tuple[str, ...], context: Context) -> str:
    """The first act on the notice that closes at an instant and that nobody has challenged.

    Acts under these rules come before all others.
    """
    states = context.states
    found = [
        (states.act(act).rule not in rules, line.register_number or 0, act)
        for act, line in states.notices.posted.items()
        if line.due_at == closes_at and not line.undecided
    ]
    return min(found)[2]
