"""The report of a rehearsal (``REHEARSAL``, Report): what became of every row, and the sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.rehearsal.play import ActPlayed, Played
from api.rehearsal.sending import Pending
from ledger.log.requests import Outcome

STATUS = {
    "awarded": "awarded",
    "reversed": "reversed",
    "capped": "capped",
    "refused": "objection_upheld",
}
"""What the report calls the last stage of an act; any other approved act is on notice."""


@dataclass(frozen=True, slots=True)
class Books:
    """What the projections say at the end: per act its stage and signed points, and the sums."""

    acts: Mapping[str, tuple[str, int]]
    balances: Mapping[str, int]
    expired: Mapping[str, int]
    stock: Mapping[str, int]
    totals: Mapping[str, int]


def report_of(played: Played, books: Books) -> dict[str, Any]:
    """The report as JSON values."""
    quarter, numbered = played.timeline.quarter, played.timeline.numbered
    acts, unnumbered = {}, []
    for row in quarter.acts:
        number = row.register_number
        found = act_report(played.acts[row.row], books)
        if number is not None and numbered[number] is row:
            acts[str(number)] = found
        else:
            unnumbered.append({"row": row.row, "status": found["status"]})
    return {
        "acts": acts,
        "act_rows_unnumbered": unnumbered,
        "objections": [
            {"row": row.row, "status": _objection(played.objections[row.row], row.outcome)}
            for row in quarter.objections
        ],
        "reversals": [
            {"row": row.row, "status": _status(played.reversals[row.row].result(), "accepted")}
            for row in quarter.reversals
        ],
        "slips": {number: _slip(pending) for number, pending in played.slips.items()},
        "returns": [
            {"row": row.row} | _with_points(played.returns[row.row].result())
            for row in quarter.returns
        ],
        "balances": dict(books.balances),
        "expired": dict(books.expired),
        "stock": dict(books.stock),
        "totals": dict(books.totals),
    }


def act_report(played: ActPlayed, books: Books) -> dict[str, Any]:
    """The status of an act, in the order of its checks."""
    recorded = played.recorded.result()
    if recorded.code is not None:
        return {"status": recorded.code}
    if played.reviewed is None:
        return {"status": "unreviewed"}
    reviewed = played.reviewed.result()
    if reviewed.code is not None:
        return {"status": reviewed.code}
    if not reviewed.answer["approved"]:
        return {"status": "declined"}
    if reviewed.answer["second_approval_required"] and (
        played.approved_again is None or not played.approved_again.result().accepted
    ):
        return {"status": "second_approval_required"}
    stage, points = books.acts[recorded.answer["act"]]
    status = STATUS.get(stage, "in_notice")
    return {"status": status} | ({"points": points} if points else {})


def _status(outcome: Outcome, accepted: str) -> str:
    return outcome.code or accepted


def _objection(pending: Pending, outcome: str | None) -> str:
    return _status(pending.result(), outcome or "dismissed")


def _with_points(outcome: Outcome) -> dict[str, Any]:
    if outcome.code is not None:
        return {"status": outcome.code}
    return {"status": "accepted", "points": outcome.answer["points"]}


def _slip(pending: Pending | None) -> dict[str, Any]:
    return {"status": "slip_inconsistent"} if pending is None else _with_points(pending.result())
