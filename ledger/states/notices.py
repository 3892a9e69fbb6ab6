"""What waits for a notice and what stands on one."""

from typing import NamedTuple

from msgspec import Struct, field

from ledger.events.acts import ActReviewed, ActSecondApproved
from ledger.events.base import Recorded
from ledger.events.notices import ActPosted, ActRefused, ObjectionDecided, ObjectionRaised
from ledger.events.points import ActCapped, PointsAwarded, PointsDeducted
from ledger.states.base import State, folds


class Waiting(Struct):
    """An approved act that no notice shows yet."""

    approved_at: str
    member: str
    register_number: int | None


class Posted(Struct):
    """An act on a notice; ``undecided`` are its objections without a decision.

    ``due_at`` is when the act is to be closed: the notice's end, or the last decision after it.
    """

    due_at: str
    register_number: int | None
    undecided: set[str]


class ClosingOrder(NamedTuple):
    """Acts close by their instant; those of one instant in the order of register numbers."""

    due_at: str
    unnumbered: bool
    register_number: int
    act: str


class Notices(State):
    """Resident. Approved acts before their notice, and acts on notice until they are closed."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    posted: dict[str, Posted] = field(default_factory=dict)

    def to_close(self, instant: str) -> list[ClosingOrder]:
        """Acts whose notice has run at an instant and that no open objection holds back."""
        return sorted(
            ClosingOrder(p.due_at, p.register_number is None, p.register_number or 0, act)
            for act, p in self.posted.items()
            if p.due_at <= instant and not p.undecided
        )

    @folds(ActReviewed)
    def act_reviewed(self, event: ActReviewed, recorded: Recorded) -> None:
        """An ordinary act is approved by its review."""
        if not event.second_approval_required:
            self._approve(event, recorded)

    @folds(ActSecondApproved)
    def act_second_approved(self, event: ActSecondApproved, recorded: Recorded) -> None:
        """A long act is approved by the second approval."""
        self._approve(event, recorded)

    def _approve(self, event: ActReviewed | ActSecondApproved, recorded: Recorded) -> None:
        self.waiting[event.act] = Waiting(recorded.recorded_at, event.member, event.register_number)

    @folds(ActPosted)
    def act_posted(self, event: ActPosted, _: Recorded) -> None:
        """The act moves to the board."""
        self.waiting.pop(event.act, None)
        self.posted[event.act] = Posted(event.closes_at, event.register_number, set())

    @folds(ObjectionRaised)
    def objection_raised(self, event: ObjectionRaised, _: Recorded) -> None:
        """The objection holds the act back until it is decided."""
        self.posted[event.act].undecided.add(event.objection)

    @folds(ObjectionDecided)
    def objection_decided(self, event: ObjectionDecided, recorded: Recorded) -> None:
        """The objection no longer holds the act back."""
        posted = self.posted[event.act]
        posted.undecided.discard(event.objection)
        posted.due_at = max(posted.due_at, recorded.recorded_at)

    @folds(PointsAwarded, PointsDeducted, ActCapped, ActRefused)
    def closed(
        self, event: PointsAwarded | PointsDeducted | ActCapped | ActRefused, _: Recorded
    ) -> None:
        """The act leaves the board."""
        self.posted.pop(event.act, None)
