"""The facts as JSON: what they say of the bundled quarter, their pages, bounds and errors."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.board.errors import NoticeNotFound, RulebookNotFound, SessionNotFound
from tests.api.board.reading import paged
from tests.api.rehearsal.playing import EXPECTED

ROOT = "/api/v1/guangsha"


@pytest.fixture(scope="module")
def expected() -> Any:
    """The report of the quarter, made by another implementation."""
    return json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_totals_are_those_of_the_report(quarter: TestClient, expected: Any) -> None:
    """Sums over all time, and the months add up to them."""
    found = quarter.get(f"{ROOT}/totals").json()
    assert expected["totals"] == {name: found[name] for name in expected["totals"]}
    for name in ("awarded", "deducted", "reversed", "spent", "returned", "expired"):
        assert found[name] == sum(month[name] for month in found["months"])


def test_stock_is_that_of_the_report(quarter: TestClient, expected: Any) -> None:
    """What may be given out, and what is past its date, are the shelf together."""
    items = quarter.get(f"{ROOT}/items").json()["items"]
    assert expected["stock"] == {i["item"]: i["stock"] + i["past_date"] for i in items}
    assert any(item["past_date"] for item in items)


def test_earned_points_are_the_awards_that_stand(quarter: TestClient, expected: Any) -> None:
    """By person and month, page by page: every plus-award that was not taken back, and no more."""
    stand = [a["points"] for a in expected["acts"].values() if a["status"] == "awarded"]
    months = quarter.get(f"{ROOT}/earned").json()["months"]
    assert ["2022-09", "2022-08", "2022-07"] == months
    total = 0
    for month in months:
        lines = paged(quarter, f"{ROOT}/earned", "lines", month=month, limit=200)
        head = quarter.get(f"{ROOT}/earned", params={"month": month, "limit": 1}).json()
        assert (len(lines), sum(line["points"] for line in lines)) == (
            head["people"],
            head["points"],
        )
        total += head["points"]
    assert sum(points for points in stand if points > 0) == total


def test_notices_hold_every_act_that_was_posted(quarter: TestClient, expected: Any) -> None:
    """All sheets together: the acts that came so far, with what was booked for each.

    All sheets are down by then; the last acts of the quarter wait for the next one.
    """
    sheets = paged(quarter, f"{ROOT}/notices", "notices", limit=7)
    assert list(range(len(sheets), 0, -1)) == [sheet["number"] for sheet in sheets]
    came_so_far = {"objection_upheld", "capped", "awarded", "reversed"}
    posted = [act for act in expected["acts"].values() if act["status"] in came_so_far]
    assert len(posted) == sum(sheet["acts"] for sheet in sheets)
    stages: dict[str, int] = {}
    points = 0
    for sheet in sheets:
        lines = paged(quarter, f"{ROOT}/notices/{sheet['notice']}", "lines", limit=200)
        assert sheet["lines"] == len(lines) == sheet["acts"] - sheet["deductions"]
        for line in lines:
            stages[line["stage"]] = stages.get(line["stage"], 0) + 1
            points += line["points"] if line["stage"] in {"awarded", "reversed"} else 0
    assert expected["totals"]["awarded"] == points
    assert sum(1 for act in posted if act["status"] == "capped") == stages["capped"]


def test_the_roll_ranks_by_points(quarter: TestClient) -> None:
    """Best first, ties side by side, the rank behind them leaves their places out."""
    lines = paged(quarter, f"{ROOT}/roll", "lines", quarter="2022Q3", limit=7)
    points = [line["points"] for line in lines]
    assert sorted(points, reverse=True) == points
    for line in lines:
        assert 1 + sum(p > line["points"] for p in points) == line["rank"]
    assert 100 <= len(lines)


def test_the_exchange_day_adds_up(quarter: TestClient, expected: Any) -> None:
    """Pieces and points by item are those of the day, and the points those of the report."""
    sheet = quarter.get(f"{ROOT}/sessions/2022Q3").json()
    day, items = sheet["session"], sheet["handed_out"]
    assert day["quantity"] == sum(item["given"] - item["returned"] for item in items)
    assert day["points"] == sum(item["points"] for item in items)
    assert expected["totals"]["spent"] - expected["totals"]["returned"] == day["points"]
    accepted = [slip for slip in expected["slips"].values() if slip["status"] == "accepted"]
    assert (len(accepted), "over") == (day["exchanges"], day["state"])


def test_gifts_are_accounted_for(quarter: TestClient) -> None:
    """Came in = handed out + on the shelf + lost, for each donor and item."""
    answer = quarter.get(f"{ROOT}/donors").json()
    everyone = [*answer["donors"], answer["bought"]]
    for part in [*everyone, *(gift for donor in everyone for gift in donor["gifts"])]:
        assert part["received"] == part["handed_out"] + part["on_shelf"] + part["lost"]
    stock = sum(i["stock"] + i["past_date"] for i in quarter.get(f"{ROOT}/items").json()["items"])
    assert stock == sum(donor["on_shelf"] for donor in everyone)
    names = [donor["donor"] for donor in paged(quarter, f"{ROOT}/donors", "donors", limit=4)]
    assert [donor["donor"] for donor in answer["donors"]] == names


def test_rules_are_those_adopted(quarter: TestClient) -> None:
    """The rulebook in force by default; 30 rules that earn and 16 that cost."""
    answer = quarter.get(f"{ROOT}/rules").json()
    assert answer["rulebook"]["in_force"]
    assert (30, 16) == tuple(sum(r["sign"] == sign for r in answer["rules"]) for sign in (1, -1))
    named = quarter.get(f"{ROOT}/rules", params={"rulebook": answer["rulebook"]["rulebook"]})
    assert answer == named.json()


def test_every_answer_says_as_of_when(quarter: TestClient) -> None:
    """Header and body name one position, and the time of the event there."""
    for path in ("notices", "roll", "earned", "sessions", "items", "donors", "totals", "rules"):
        answer = quarter.get(f"{ROOT}/{path}")
        as_of = answer.json()["as_of"]
        assert str(as_of["position"]) == answer.headers["sunledger-position"]
        assert as_of["recorded_at"].startswith("2022-09-30T")


def test_what_is_not_there(quarter: TestClient) -> None:
    """404 with a code of its own; a quarter or month without earnings is empty."""
    for path, error in (
        ("notices/none", NoticeNotFound),
        ("sessions/none", SessionNotFound),
        ("rules?rulebook=none", RulebookNotFound),
    ):
        answer = quarter.get(f"{ROOT}/{path}")
        assert (404, error.code) == (answer.status_code, answer.json()["code"])
    assert [] == quarter.get(f"{ROOT}/roll?quarter=1999Q1").json()["lines"]
    assert [] == quarter.get(f"{ROOT}/earned?month=1999-01").json()["lines"]
    assert 404 == quarter.get("/api/v1/nowhere/totals").status_code


@pytest.mark.parametrize(
    "query",
    [
        "notices?limit=0",
        "notices?limit=51",
        "notices?after=0",
        "notices?after=9007199254740993",
        "earned?limit=201",
        "earned?after=-1",
        "earned?after=1000001",
        "earned?month=2022-13",
        "earned?month=0000-01",
        "earned?month=2022-09%0A",
        "roll?quarter=2022Q5",
        "roll?quarter=",
        "roll?lang=" + "x" * 21,
        "rules?rulebook=" + "x" * 101,
        "rules?rulebook=%00",
        "sessions/%00",
    ],
)
def test_what_cannot_be_read_is_told(quarter: TestClient, query: str) -> None:
    """Values out of bounds are a 422, whatever they are."""
    assert 422 == quarter.get(f"{ROOT}/{query}").status_code


def test_the_bounds_themselves_can_be_read(quarter: TestClient) -> None:
    """The least and the most of each bound is answered."""
    for query in (
        "notices?limit=50&after=9007199254740991",
        "notices?limit=1&after=1",
        "earned?limit=200&after=1000000",
        "earned?limit=1&after=0&month=2022-12",
        "roll?quarter=2022Q4",
    ):
        assert 200 == quarter.get(f"{ROOT}/{query}").status_code
