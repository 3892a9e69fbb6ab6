"""Plays a quarter: every row travels as commands, many in flight together, in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from api.rehearsal.hand import Hand, accepted
from api.rehearsal.opening import genesis, setting_up
from api.rehearsal.sending import Pending
from api.rehearsal.timeline import Kind, Slip, Step, Timeline
from api.sheets.rows import ActRow, ObjectionRow, ReturnRow, ReversalRow
from ledger.commands.acts import RecordAct
from ledger.commands.base import CLOCKWORK, RESIDENT
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.notices import DecideObjection, RaiseObjection
from ledger.commands.points import ReverseAward
from ledger.commands.returns import ReturnGoods
from ledger.commands.reviews import SECOND_APPROVAL_MINUTES, ApproveActAgain, ReviewAct
from ledger.states.officers import OFFICER, POST

PROGRESS_STEPS: Final = 200


@dataclass(slots=True)
class ActPlayed:
    """What was asked of the ledger for one row of the register."""

    recorded: Pending
    reviewed: Pending | None = None
    approved_again: Pending | None = None

    @property
    def act(self) -> str | None:
        """The id of the act; None if it was not recorded."""
        outcome = self.recorded.result()
        return outcome.answer["act"] if outcome.accepted else None

    @property
    def is_declined(self) -> bool:
        """Whether a reviewer found it not in order."""
        reviewed = self.reviewed.result() if self.reviewed else None
        return reviewed is not None and reviewed.accepted and not reviewed.answer["approved"]

    @property
    def is_approved(self) -> bool:
        """Whether every pair of eyes that it needs has approved it."""
        reviewed = self.reviewed.result() if self.reviewed else None
        if reviewed is None or not reviewed.accepted or self.is_declined:
            return False
        again = self.approved_again
        return not reviewed.answer["second_approval_required"] or (
            again is not None and again.result().accepted
        )


@dataclass(slots=True)
class Played:
    """The outcome of every row; a slip that is inconsistent was not submitted (None)."""

    timeline: Timeline
    acts: dict[int, ActPlayed] = field(default_factory=dict)
    objections: dict[int, Pending] = field(default_factory=dict)
    reversals: dict[int, Pending] = field(default_factory=dict)
    slips: dict[str, Pending | None] = field(default_factory=dict)
    returns: dict[int, Pending] = field(default_factory=dict)


class Player:
    """Plays one quarter into an empty ledger. Keys are made from row numbers."""

    def __init__(
        self,
        timeline: Timeline,
        hand: Hand,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        """Nothing is submitted before :meth:`play`."""
        self.timeline, self._hand = timeline, hand
        self._on_progress = on_progress
        self._played = Played(timeline)
        self._secretary = self._supervisors = ""
        self._slips = {slip.slip: slip for slip in timeline.slips()}
        self._act_ids: dict[int, str] = {}
        self._play = {
            Kind.RECORDING: self._record,
            Kind.REVIEW: self._review,
            Kind.CLOCKWORK: self._tick,
            Kind.OBJECTION: self._object,
            Kind.REVERSAL: self._reverse,
            Kind.RETURN: self._return,
            Kind.SLIP: self._exchange,
        }

    def play(self, origin: str, key: str) -> Played:
        """Open the ledger, bring everything in, play every step; the last one is durable.

        Raises:
            LedgerError: the ledger could not go on, or refused what the sheets say at the start.
        """
        self._open(origin, key)
        steps = self.timeline.steps()
        for number, step in enumerate(steps):
            self._play[step.kind](step)
            if number % PROGRESS_STEPS == 0:
                self._on_progress(number, len(steps))
        self._tick(Step(self.timeline.ends, Kind.CLOCKWORK, 0))
        self._on_progress(len(steps), len(steps))
        return self._played

    def _open(self, origin: str, key: str) -> None:
        community, starts = self.timeline.quarter.community, self.timeline.starts
        opened = self._hand.send("genesis", CLOCKWORK, genesis(community, origin, key), starts)
        self._secretary, self._supervisors = (
            POST + post for post in accepted(opened).answer["posts"]
        )
        pending = [
            self._hand.send(f"setup-{number:07}", self._secretary, command, starts)
            for number, command in enumerate(setting_up(self.timeline.quarter))
        ]
        for each in pending:
            accepted(each)

    def _tick(self, step: Step) -> None:
        self._hand.tick(step.at)

    def _act_id(self, row: ActRow) -> str:
        if row.row not in self._act_ids:
            self._act_ids[row.row] = self._hand.id_of(f"act-{row.row:07}", OFFICER + row.recorder)
        return self._act_ids[row.row]

    def _numbered_act(self, number: int | None) -> str | None:
        row = self.timeline.numbered.get(number) if number is not None else None
        return None if row is None else self._act_id(row)

    def _record(self, step: Step) -> None:
        row: ActRow = step.subject
        number = row.register_number
        first = number is not None and self.timeline.numbered[number] is row
        command = RecordAct(
            member=row.member,
            rule=row.rule,
            performed_on=None if row.performed_on is None else row.performed_on.isoformat(),
            performed_from=row.start,
            performed_to=row.end,
            name=row.name,
            registered_at=step.reported,
            register_number=number if first else 0,
            remark=row.remark,
        )
        key = f"act-{row.row:07}"
        self._played.acts[row.row] = ActPlayed(
            self._hand.send(key, OFFICER + row.recorder, command, step.at)
        )

    def _review(self, step: Step) -> None:
        row: ActRow = step.subject
        act, played = self._act_id(row), self._played.acts[row.row]
        review = ReviewAct(act=act, approve=row.outcome == "approve", reviewed_at=step.reported)
        key = f"review-{row.row:07}"
        played.reviewed = self._hand.send(key, OFFICER + row.reviewer, review, step.at)
        if row.second_reviewer and may_be_long(row):
            played.approved_again = self._hand.send(
                f"again-{row.row:07}",
                OFFICER + row.second_reviewer,
                ApproveActAgain(act=act),
                step.at,
            )

    def _object(self, step: Step) -> None:
        row: ObjectionRow = step.subject
        key, act = f"objection-{row.row:07}", self._numbered_act(row.register_number)
        raised = RaiseObjection(act=act, raised_at=step.reported)
        self._played.objections[row.row] = self._hand.send(key, RESIDENT, raised, step.at)
        decision = DecideObjection(
            act=act or "",
            objection=self._hand.id_of(key, RESIDENT),
            # An outcome that cannot be read was named as a problem; it upholds nothing.
            upheld=row.outcome == "upheld",
        )
        self._hand.send(f"decision-{row.row:07}", self._supervisors, decision, step.at)

    def _reverse(self, step: Step) -> None:
        row: ReversalRow = step.subject
        command = ReverseAward(
            act=self._numbered_act(row.register_number),
            reversed_at=step.reported,
            reason=row.reason,
        )
        self._played.reversals[row.row] = self._hand.send(
            f"reversal-{row.row:07}", OFFICER + row.officer, command, step.at
        )

    def _exchange(self, step: Step) -> None:
        slip: Slip = step.subject
        self._played.slips[slip.slip] = None
        if slip.consistent:
            command = ExchangeGoods(
                card=slip.first.card,
                session=slip.first.session,
                lines=[(line.item, line.quantity) for line in slip.lines],
                exchanged_at=step.reported,
            )
            key, principal = _slip_key(slip)
            self._played.slips[slip.slip] = self._hand.send(key, principal, command, step.at)

    def _return(self, step: Step) -> None:
        row: ReturnRow = step.subject
        slip = self._slips.get(row.slip)
        command = ReturnGoods(
            exchange=None if slip is None else self._hand.id_of(*_slip_key(slip)),
            lines=[(row.item, row.quantity)],
            returned_at=step.reported,
            reason=row.reason,
        )
        self._played.returns[row.row] = self._hand.send(
            f"return-{row.row:07}", OFFICER + row.officer, command, step.at
        )


def _slip_key(slip: Slip) -> tuple[str, str]:
    return f"slip-{slip.first.row:07}", OFFICER + slip.first.clerk


def may_be_long(row: ActRow) -> bool:
    """Whether the row's times could ask for a second approval; the ledger decides."""
    return (
        row.start is not None
        and row.end is not None
        and row.end - row.start > SECOND_APPROVAL_MINUTES
    )
