"""A stranger with a script and all that is public of a quarter finds no exchange's household."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from api.sheets.quarter import Quarter
from ledger.log import canonical
from ledger.log.entries import OPENING_VERSION, commitment
from tests.api.board.reading import paged
from tests.api.rehearsal.playing import GUANGSHA, quarter_in

COMMUNITY: Final = "guangsha"
SPENDING: Final = {"goods-exchanged.v1", "goods-returned.v1", "lots-expired.v1"}
"""Events of what accounts did with their points; all others may concern known people."""
TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
CANDIDATES_MIN: Final = 20
"""Named people who could have paid for a basket, by what the board says they had earned."""
GUESSED_MAX: Final = 40
"""Exchanges whose commitments the script tries every household and card on."""

Entry = dict[str, Any]


@pytest.fixture(scope="module")
def entries(quarter: TestClient) -> list[Entry]:
    """The public half of the log, as the feed gives it."""
    found: list[Entry] = []
    after = 0
    while True:
        answer = quarter.get(f"/api/v1/{COMMUNITY}/events", params={"after": after, "limit": 1000})
        lines = [json.loads(line) for line in answer.text.splitlines()]
        if not lines:
            return found
        assert not any("opening" in line for line in lines)
        found += [line["entry"] for line in lines]
        after = int(answer.headers["Sunledger-Next"])


@pytest.fixture(scope="module")
def sheets() -> Quarter:
    """What only the community knows."""
    return quarter_in(GUANGSHA)


def words(value: Any) -> Iterator[str]:
    """Every text in a value that could name something; times name nothing."""
    if isinstance(value, str):
        if value and not TIME.fullmatch(value):
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from words(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from words(each)


def test_spending_shares_no_name_with_people(entries: list[Entry]) -> None:
    """No id in an exchange, return or expiry stands in any event that may concern a person.

    What the shop itself is called by (sessions, items, lots of goods, exchanges) is no person's.
    """
    shop = {"item-listed.v1", "goods-received.v1", "session-announced.v1", "session-closed.v1"}
    spent: set[str] = set()
    others: set[str] = set()
    for entry in entries:
        if entry["type"] in SPENDING:
            spent |= set(words(entry["data"]))
        elif entry["type"] not in shop:
            others |= set(words(entry["data"]))
    assert len(spent) > 500
    assert set() == spent & others


def test_commitments_cannot_be_guessed(entries: list[Entry], sheets: Quarter) -> None:
    """Trying every household and card as the hidden half opens no commitment."""
    exchanged = [entry for entry in entries if entry["type"] == "goods-exchanged.v1"]
    sealed = {entry["sealed"] for entry in exchanged[:GUESSED_MAX]}
    assert GUESSED_MAX == len(sealed)
    for resident in sheets.residents:
        for salt in ("", "A" * 22):
            guess = {"account": resident.household, "card": resident.card, "taken": []}
            half = canonical.encode({**guess, "salt": salt, "v": OPENING_VERSION})
            assert commitment(half) not in sealed
        assert sha256(resident.household.encode()).hexdigest() not in sealed


def test_amounts_leave_many_who_could_have_paid(quarter: TestClient, entries: list[Entry]) -> None:
    """For each exchange, many people named on the board had earned what it cost by then."""
    names = shown_names(quarter)
    earned: Counter[str] = Counter()
    fewest = len(names)
    for entry in entries:
        data = entry["data"]
        if entry["type"] == "points-awarded.v1" and data["act"] in names:
            earned[names[data["act"]]] += data["points"]
        elif entry["type"] == "goods-exchanged.v1":
            able = sum(points >= data["points"] for points in earned.values())
            fewest = min(fewest, able)
    assert fewest >= CANDIDATES_MIN


def shown_names(client: TestClient) -> dict[str, str]:
    """The name that the board shows for each act on a notice."""
    root = f"/api/v1/{COMMUNITY}"
    return {
        line["act"]: line["name"]
        for notice in paged(client, f"{root}/notices", "notices")
        for line in paged(client, f"{root}/notices/{notice['notice']}", "lines", lang="en")
    }
