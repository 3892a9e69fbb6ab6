"""The generated quarters: what they reach, and what always holds when the model plays them."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests.model import report
from tests.model.generate import Quarter, quarter, quarters, write

SEEDS = 150
STATUSES = {
    "acts": "member_unknown name_mismatch rule_unknown date_invalid time_invalid recorder_unknown"
    " recorded_before_act recorder_conflict duplicate_act overlapping_act duration_too_long"
    " unreviewed reviewer_unknown reviewer_conflict declined second_approval_required in_notice"
    " objection_upheld capped awarded reversed",
    "act_rows_unnumbered": "register_number_invalid",
    "objections": "time_invalid act_not_in_notice notice_closed upheld dismissed",
    "reversals": "time_invalid act_unknown officer_unknown officer_conflict already_reversed"
    " not_awarded accepted",
    "slips": "time_invalid quantity_invalid clerk_unknown card_unknown card_blocked session_unknown"
    " session_closed item_unknown clerk_conflict limit_exceeded out_of_stock insufficient_points"
    " slip_inconsistent accepted",
    "returns": "time_invalid slip_unknown officer_unknown officer_conflict item_not_on_slip"
    " quantity_exceeds_slip accepted",
}


def play(made: Quarter) -> dict[str, Any]:
    """Write a quarter to a directory of its own and play it."""
    with TemporaryDirectory() as directory:
        write(made, Path(directory))
        return report(Path(directory))


def reached(told: dict[str, Any]) -> set[str]:
    """Return what a report holds, as "part status"."""
    return {
        f"{part} {outcome['status']}"
        for part in STATUSES
        for outcome in (told[part].values() if isinstance(told[part], dict) else told[part])
    }


def test_every_status_is_reached_in_some_percent_of_the_quarters() -> None:
    """No status of the page is missing from the seeds, and the deep ones are common."""
    seen = Counter(status for seed in range(SEEDS) for status in reached(play(quarter(seed))))

    assert set() == {f"{p} {s}" for p, all_of in STATUSES.items() for s in all_of.split()} - {*seen}
    common = ("acts awarded", "acts reversed", "slips accepted", "returns accepted")
    assert set() == {status for status in common if seen[status] < SEEDS / 6}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(quarters())
def test_totals_add_up(made: Quarter) -> None:
    """Outstanding is what the page says, and the sum of the balances."""
    told = play(made)
    totals = told["totals"]
    given_out = totals["deducted"] + totals["reversed"] + totals["spent"] + totals["expired"]

    assert totals["outstanding"] == totals["awarded"] + totals["returned"] - given_out
    assert totals["outstanding"] == sum(told["balances"].values())


def test_a_seed_makes_the_same_quarter_again() -> None:
    """What a seed makes depends on nothing else."""
    assert quarter(7) == quarter(7)
