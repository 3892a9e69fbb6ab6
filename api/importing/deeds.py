"""Opening balances and recent acts into the ledger, with the reviews that the sheets name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from api.importing.courier import Content, Errand
from api.importing.offices import has_rules
from api.importing.work import Work
from api.messages import N_
from api.sheets.columns import ACTS, OPENING
from api.sheets.rows import ActRow, OpeningRow
from ledger.calendar import instant_of, zone_of
from ledger.commands.acts import RecordAct
from ledger.commands.base import Command
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from ledger.states.officers import OFFICER

BALANCES: Final = "balances"
ACTS_PHASE: Final = "acts"

_NO_RULES = N_(
    "No act was tried, for there is no rulebook yet. "
    "Set the rules right, and import both sheets again."
)

R = TypeVar("R", ActRow, OpeningRow)


def bring_in_balances(work: Work) -> None:
    """Send the balances, then the reviews of those that name a reviewer."""
    rows = work.intake.opening.rows
    recorded = [_balance(row) for row in rows]
    work.send(BALANCES, recorded)
    judged = [pair for pair in zip(rows, recorded, strict=True) if pair[0].reviewer]
    _follow_up(work, BALANCES, judged, _pass)


def bring_in_acts(work: Work) -> None:
    """Send the acts, their reviews, and the second approvals of long ones."""
    rows = work.intake.acts.rows
    if rows and not has_rules(work):
        work.tally.fault(ACTS, _NO_RULES)
        for row in rows:
            work.tally.withhold(ACTS, row.row)
        return

    def review(row: ActRow, act: str) -> Errand:
        return _review(row, act, _instant(work, row.reviewed_at))

    recorded = [_act(work, row) for row in rows]
    work.send(ACTS_PHASE, recorded)
    judged = [pair for pair in zip(rows, recorded, strict=True) if pair[0].outcome is not None]
    reviewed = _follow_up(work, ACTS_PHASE, judged, review)
    long = [(row, errand) for row, errand in reviewed if row.second_reviewer and _is_long(errand)]
    _follow_up(work, ACTS_PHASE, long, _again)


def _follow_up(
    work: Work,
    phase: str,
    pairs: Sequence[tuple[R, Errand]],
    follow: Callable[[R, str], Errand],
) -> list[tuple[R, Errand]]:
    """Send what follows from errands that were accepted, now or before."""
    found = [
        (row, follow(row, errand.outcome.answer["act"]))
        for row, errand in pairs
        if errand.accepted and errand.outcome is not None
    ]
    work.send(phase, [errand for _, errand in found])
    return found


def _by(
    sheet: str, row: R, purpose: str, content: Content, command: Command, officer: str
) -> Errand:
    return Errand(sheet, row.row, purpose, content, command, OFFICER + officer)


def _facts(row: OpeningRow) -> list[str | int | None]:
    """What makes one balance; another spelling of the name makes no other."""
    day = None if row.performed_on is None else row.performed_on.isoformat()
    return [row.member, row.points, day]


def _balance(row: OpeningRow) -> Errand:
    command = RecordOpeningBalance(
        member=row.member,
        points=row.points,
        performed_on=None if row.performed_on is None else row.performed_on.isoformat(),
        name=row.name,
        remark=row.remark,
    )
    return _by(OPENING, row, "balance", _facts(row), command, row.recorder)


def _pass(row: OpeningRow, act: str) -> Errand:
    """Whoever is named as the reviewer of a balance found it in order."""
    command = ReviewAct(act=act, approve=True)
    content = [*_facts(row), row.reviewer]
    return _secondary(_by(OPENING, row, "balance-review", content, command, row.reviewer))


def _act_facts(row: ActRow) -> list[str | int | None]:
    """What makes one act, in the spelling of the ledger; neither the name nor the remark does."""
    return [
        row.register_number,
        row.member,
        row.rule,
        None if row.performed_on is None else row.performed_on.isoformat(),
        row.start,
        row.end,
        row.recorder,
        None if row.registered_at is None else row.registered_at.isoformat(),
    ]


def _act(work: Work, row: ActRow) -> Errand:
    command = RecordAct(
        member=row.member,
        rule=row.rule,
        performed_on=None if row.performed_on is None else row.performed_on.isoformat(),
        performed_from=row.start,
        performed_to=row.end,
        name=row.name,
        registered_at=_instant(work, row.registered_at),
        register_number=row.register_number,
        remark=row.remark,
    )
    return _by(ACTS, row, "act", _act_facts(row), command, row.recorder)


def _review(row: ActRow, act: str, reviewed_at: str | None) -> Errand:
    command = ReviewAct(act=act, approve=row.outcome == "approve", reviewed_at=reviewed_at)
    content = [*_act_facts(row), row.reviewer, row.outcome, reviewed_at]
    return _secondary(_by(ACTS, row, "review", content, command, row.reviewer))


def _again(row: ActRow, act: str) -> Errand:
    content = [*_act_facts(row), row.second_reviewer]
    command = ApproveActAgain(act=act)
    return _secondary(_by(ACTS, row, "approval", content, command, row.second_reviewer))


def _secondary(errand: Errand) -> Errand:
    """A row that was known before changes by it, and does not come in anew."""
    errand.primary = False
    return errand


def _is_long(review: Errand) -> bool:
    """Whether the ledger wants a second approval of what was reviewed."""
    return review.accepted and bool(
        review.outcome is not None and review.outcome.answer["second_approval_required"]
    )


def _instant(work: Work, local: datetime | None) -> str | None:
    """The instant of a local time of the sheets."""
    return None if local is None else instant_of(local.replace(tzinfo=zone_of(work.timezone)))
