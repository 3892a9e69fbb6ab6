"""The model against the bundled quarter, and against cases reckoned by hand from the page."""

import json
from pathlib import Path

import pytest

from tests.model import SheetFault, report
from tests.model.paper import act, played, statuses

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "api" / "demo" / "guangsha-2022q3"
EXPECTED = ROOT / "tests" / "data" / "guangsha-2022q3" / "expected.json"
FIVE = act(1)  # five points for H1 on 6 July at 18:00


def patrol(number: int, start: str, end: str, **cells: str) -> str:
    """Write an act under the rule per hour, with its two caps."""
    return act(number, rule="A2", start=start, end=end, **cells)


def slip(number: str, at: str, item: str, quantity: str, **cells: str) -> str:
    """Write a row of slips.csv on the exchange day for the card of H1."""
    row = {"card": "661", "session": "Q3"} | cells
    clerk = row.pop("clerk", "G4")
    return f"{number},2022-09-24 {at},{row['card']},{row['session']},{item},{quantity},{clerk}"


def test_bundled_quarter() -> None:
    """The report of the bundled quarter is the expected one, to the last row."""
    expected = json.loads(EXPECTED.read_text("utf-8"))

    assert expected == report(BUNDLED)


def test_register_number_already_used_whatever_became_of_that_row(tmp_path: Path) -> None:
    """The row recorded first holds the number, here the second of the file, though refused."""
    told = played(tmp_path, acts=[FIVE, act(1, member="V9", recorded="2022-07-01 19:59")])

    assert {"1": {"status": "member_unknown"}} == told["acts"]
    assert [{"row": 1, "status": "register_number_invalid"}] == told["act_rows_unnumbered"]


def test_unreadable_recordings_come_before_all_others(tmp_path: Path) -> None:
    """A row with no readable 登记时间 takes its number before any row that has one."""
    told = played(tmp_path, acts=[FIVE, act(1, recorded="当晚")])

    assert {"1": {"status": "recorder_unknown"}} == told["acts"]


def test_names_are_compared_with_all_blanks_removed(tmp_path: Path) -> None:
    """Blanks inside a name, U+3000 too, are no mismatch."""
    told = played(tmp_path, acts=[act(1, member="V１", name="　林　兰 ")])

    assert {"1": {"status": "awarded", "points": 5}} == told["acts"]


def test_times_are_ignored_when_the_rule_is_per_time(tmp_path: Path) -> None:
    """Two deeds per 次 of one day are duplicates, whatever start they carry."""
    told = played(tmp_path, acts=[act(1, start="08:00", end="07:00"), act(2, start="9点")])

    assert ["awarded", "duplicate_act"] == [told["acts"][n]["status"] for n in ("1", "2")]


def test_touching_is_not_overlapping(tmp_path: Path) -> None:
    """An act may start when another ends; one minute earlier overlaps it."""
    acts = [patrol(1, "08:00", "09:00"), patrol(2, "09:00", "10:00"), patrol(3, "09:59", "11:00")]
    told = played(tmp_path, acts=acts)["acts"]

    assert ["awarded", "awarded", "overlapping_act"] == [told[n]["status"] for n in "123"]


def test_too_long_acts_are_not_recorded(tmp_path: Path) -> None:
    """Twelve hours and a minute are too long, and what overlaps them does not collide."""
    acts = [patrol(1, "06:00", "18:01"), patrol(2, "06:00", "18:00", second="G3")]
    told = played(tmp_path, acts=acts)["acts"]

    assert {"status": "duration_too_long"} == told["1"]
    assert {"status": "awarded", "points": 5} == told["2"]  # 24 points, cut by the cap of the day


def test_second_approval_is_for_acts_longer_than_eight_hours(tmp_path: Path) -> None:
    """Eight hours need no second reviewer, one minute more does."""
    acts = [patrol(1, "08:00", "16:00"), patrol(2, "08:00", "16:01", member="V3", name="罗伟")]
    told = played(tmp_path, acts=acts)["acts"]

    assert {"status": "second_approval_required"} == told["2"]
    assert {"status": "awarded", "points": 5} == told["1"]


def test_posted_on_the_first_notice_at_or_after_review(tmp_path: Path) -> None:
    """A review at the posting instant is posted then; a minute later waits a week."""
    acts = [act(1, reviewed="2022-09-25 18:00"), act(2, rule="D1", reviewed="2022-09-25 18:01")]
    told = played(tmp_path, acts=acts)["acts"]

    assert {"status": "awarded", "points": 5} == told["1"]  # closes on 28 September
    assert {"status": "in_notice"} == told["2"]  # would close on 5 October


def test_objections_from_the_posting_to_before_the_closing(tmp_path: Path) -> None:
    """The posting instant is in the notice, the closing instant is not."""
    raised = ["3 17:59", "3 18:00", "6 17:59", "6 18:00"]
    objections = [f"1,2022-07-0{at},成立" for at in raised]
    told = played(tmp_path, acts=[FIVE], objections=objections)

    expected = ["act_not_in_notice", "upheld", "upheld", "notice_closed"]
    assert expected == statuses(told["objections"])
    assert {"1": {"status": "objection_upheld"}} == told["acts"]


def test_caps_count_reversed_awards_and_cut(tmp_path: Path) -> None:
    """Per month 9: five of the first day, reversed, leave four, and then nothing."""
    acts = [
        patrol(1, "08:00", "11:00"),
        patrol(2, "08:00", "11:00", date="2022-07-02", recorded="2022-07-05 08:00"),
        patrol(3, "08:00", "11:00", date="2022-07-03", recorded="2022-07-05 08:00"),
    ]
    acts[1:] = [row.replace("2022-07-02 09:00", "2022-07-06 09:00") for row in acts[1:]]
    told = played(tmp_path, acts=acts, reversals=["1,2022-07-06 18:00,误,G1"])

    assert {"status": "reversed", "points": 5} == told["acts"]["1"]
    assert {"status": "awarded", "points": 4} == told["acts"]["2"]
    assert {"status": "capped"} == told["acts"]["3"]
    assert 4 == told["balances"]["H1"]


def test_awards_of_one_instant_in_the_order_of_the_register(tmp_path: Path) -> None:
    """Number 2 comes before number 10, though 10 stands first in the file."""
    told = played(tmp_path, acts=[patrol(10, "08:00", "10:00"), patrol(2, "10:00", "12:00")])

    assert {"status": "awarded", "points": 4} == told["acts"]["2"]
    assert {"status": "awarded", "points": 1} == told["acts"]["10"]


def test_caps_do_not_bind_minus_rules_and_awards_first_pay_the_debt(tmp_path: Path) -> None:
    """Three points of deduction stay three under a cap of one; five then leave two."""
    later = {"recorded": "2022-07-04 08:00", "reviewed": "2022-07-05 08:00"}
    told = played(tmp_path, acts=[act(1, rule="D1"), act(2, **later)])

    assert {"status": "awarded", "points": -3} == told["acts"]["1"]
    assert 2 == told["balances"]["H1"]
    assert (5, 3, 2) == tuple(told["totals"][n] for n in ("awarded", "deducted", "outstanding"))


def test_lots_expire_at_midnight_before_all_else_of_the_instant(tmp_path: Path) -> None:
    """An award of 6 July expires on 6 August at 00:00; a reversal then becomes debt."""
    told = played(tmp_path, 1, acts=[FIVE], reversals=["1,2022-08-06 00:00,误,G1"])

    assert {"H1": -5, "H2": 0} == told["balances"]
    assert {"H1": 5, "H2": 0} == told["expired"]


def test_day_clipped_to_the_length_of_the_month(tmp_path: Path) -> None:
    """Awarded on 31 August for a month, expired on 30 September: one day before the end."""
    times = {"recorded": "2022-08-27 08:00", "reviewed": "2022-08-27 09:00"}
    told = played(tmp_path, 1, acts=[act(1, date="2022-08-26", **times)])

    assert 5 == told["totals"]["expired"]


def test_reversing_a_minus_act_gives_back_debt_first(tmp_path: Path) -> None:
    """Minus three and back again leaves nothing, and the net of reversals is minus three."""
    reversals = ["1,2022-07-06 17:59,误,G1", "1,2022-07-06 18:00,误,G1", "1,2022-07-07 18:00,误,G1"]
    told = played(tmp_path, acts=[act(1, rule="D1")], reversals=reversals)

    assert ["not_awarded", "accepted", "already_reversed"] == statuses(told["reversals"])
    assert {"status": "reversed", "points": -3} == told["acts"]["1"]
    assert (-3, 0) == (told["totals"]["reversed"], told["totals"]["outstanding"])


def test_no_officer_acts_for_their_own_household(tmp_path: Path) -> None:
    """G5 lives in H1: no reversal, no slip and no return of that household by G5."""
    told = played(
        tmp_path,
        acts=[FIVE],
        reversals=["1,2022-07-07 08:00,误,G5"],
        slips=[slip("S1", "09:00", "SALT", "1", clerk="G5"), slip("S2", "09:00", "SALT", "1")],
        returns=["S2,2022-09-24 09:01,SALT,1,坏,G5"],
    )

    assert ["officer_conflict"] == statuses(told["reversals"])
    assert ["clerk_conflict", "accepted"] == statuses(told["slips"])
    assert ["officer_conflict"] == statuses(told["returns"])


def test_lines_are_added_up_and_limits_count_what_was_not_returned(tmp_path: Path) -> None:
    """Five exceed the limit of four as 2 + 3; after four, one returned makes room for one."""
    slips = [
        *(slip("S1", "10:00", "SALT", quantity) for quantity in ("2", "３")),
        slip("S2", "10:00", "SALT", "4"),
        slip("S3", "10:01", "SALT", "1"),
        slip("S4", "10:02", "SALT", "1"),
    ]
    returns = ["S2,2022-09-24 10:00,SALT,1,坏,G4", "S2,2022-09-24 10:02,SALT,1,坏,G4"]
    told = played(tmp_path, acts=[FIVE], slips=slips, returns=returns)

    expected = ["limit_exceeded", "accepted", "limit_exceeded", "accepted"]
    assert expected == [told["slips"][n]["status"] for n in ("S1", "S2", "S3", "S4")]
    assert ["slip_unknown", "accepted"] == statuses(told["returns"])
    assert (1, 1) == (told["stock"]["SALT"], told["balances"]["H1"])


def test_slips_that_differ_as_read_are_inconsistent(tmp_path: Path) -> None:
    """Full-width digits and another form of the date are the same; a minute is not."""
    same = slip("S1", "9:00", "SALT", "1", card="６６１").replace("2022-09-24", "2022年9月24日")
    slips = [slip("S1", "09:00", "SALT", "1"), same]
    slips += [slip("S2", "08:00", "SALT", "0"), slip("S2", "08:01", "SALT", "1")]
    told = played(tmp_path, acts=[FIVE], slips=slips)

    assert ["accepted", "slip_inconsistent"] == statuses(told["slips"])
    assert {"status": "accepted", "points": 2} == told["slips"]["S1"]


def test_opens_is_open_and_closes_is_closed(tmp_path: Path) -> None:
    """The session serves at 09:00 and no longer at 17:00."""
    slips = [slip("S1", "17:00", "SALT", "1"), slip("S2", "09:00", "SALT", "1")]
    told = played(tmp_path, acts=[FIVE], slips=slips)

    assert ["session_closed", "accepted"] == statuses(told["slips"])


def test_points_come_back_as_a_new_lot_with_a_fresh_term(tmp_path: Path) -> None:
    """Points of 31 August, spent and returned on 24 September, outlive 30 September."""
    times = {"recorded": "2022-08-27 08:00", "reviewed": "2022-08-27 09:00"}
    told = played(
        tmp_path,
        1,
        acts=[act(1, date="2022-08-26", **times)],
        slips=[slip("S1", "09:00", "RICE", "1")],
        returns=["S1,2022-09-24 09:01,RICE,1,坏,G4"],
    )

    assert ({"H1": 4, "H2": 0}, {"H1": 1, "H2": 0}) == (told["balances"], told["expired"])


def test_quoted_line_breaks_end_no_row(tmp_path: Path) -> None:
    """A remark of two lines leaves its act the first row, so the bad one after it is the second."""
    told = played(tmp_path, acts=[act(1, remark='"一\n二"'), act(0)])

    assert [{"row": 2, "status": "register_number_invalid"}] == told["act_rows_unnumbered"]


def test_every_fault_is_listed_and_nothing_is_played(tmp_path: Path) -> None:
    """Faults of two sheets are both named."""
    with pytest.raises(SheetFault) as caught:
        played(tmp_path, residents=["V1,林兰,,一,1,1,1,,实名,,"], rules=["A1,a,a,a,加,次,0,,"])

    assert ["residents.csv row 1", "officers.csv row 5", "rules.csv row 1"] == [
        fault.split(":")[0] for fault in caught.value.faults
    ]
