"""kill -9 of the writing process and of PostgreSQL, in the middle of a storm of commits.

Every round: a desk submits baskets, the database is killed at some moment, the desk goes on, the
desk is killed at some moment, and the next process finds what there is. What the desk was answered
is there once; what it was not is there once or not at all, and its key tells.
"""

import os
import random
import signal
from collections.abc import Iterator, Sequence
from time import perf_counter

import psycopg
import pytest

from ledger.events.base import Event
from ledger.events.exchanges import GoodsExchanged
from ledger.log.datastore import LogDatastore
from ledger.log.entries import decode
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import Outcome
from ledger.server import OWNER, WRITER, Database, ServerSettings, open_database
from tests.support.database import server_settings
from tests.support.desk import Answer, Desk, Plan, desks
from tests.support.ledgers import PRICES, SmallLedger, answers, basket, writing
from tests.support.whole import check_log, replayed

ROUNDS = 20 if os.environ.get("CI") == "true" else 3
HOUSEHOLDS = 10
POINTS = 100_000
BAGS = 100_000
BASKETS = 1_500
SCHEMA = "sunledger_kills"
MOMENTS = random.Random(int(os.environ.get("SEED", "20221001")))  # noqa: S311 (no secret)

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def settings() -> Iterator[ServerSettings]:
    """A home with a ledger in it, whose server does not run."""
    with server_settings() as made:
        with open_database(made) as database:
            migrate(database.conninfo(OWNER), SCHEMA)
            recorder = recorder_of(database)
            with writing(recorder) as writer:
                ledger = SmallLedger(writer, recorder)
                ledger.trading(households=HOUSEHOLDS, points=POINTS, rice=BAGS)
            recorder.close()
        yield made


def recorder_of(database: Database) -> LedgerRecorder:
    """A recorder on the ledger."""
    return LedgerRecorder(LogDatastore(database.conninfo(WRITER), SCHEMA))


def a_moment() -> None:
    """Let up to some milliseconds pass, so that kills fall into every part of a commit."""
    until = perf_counter() + MOMENTS.random() * 0.01
    while perf_counter() < until:
        pass


def kill_database(database: Database, whole: bool) -> None:
    """Kill the server, or the one process of it that serves the desk."""
    pid = database.server_pid()
    if not whole:
        with psycopg.connect(database.conninfo(WRITER)) as connection:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                " ORDER BY backend_start LIMIT 1"
            ).fetchone()
        pid = row[0] if row else pid
    assert pid is not None
    a_moment()
    os.kill(pid, signal.SIGKILL)


def storm(database: Database, keys: list[str]) -> list[Answer]:
    """What a desk was answered before it was killed; the database was killed before."""
    plan = Plan(database.conninfo(WRITER), SCHEMA, keys, HOUSEHOLDS, waiting_max=20)
    with desks(plan) as (desk,):
        desk.go()
        told = desk.answers(MOMENTS.randrange(1, 200))
        kill_database(database, whole=MOMENTS.random() < 0.5)
        # More than the pipe holds, so that some of it comes from after the database's death.
        told += desk.answers(MOMENTS.randrange(300, 900))
        kill_desk(desk)
        return told + desk.answers()


def kill_desk(desk: Desk) -> None:
    """Kill the writing process."""
    a_moment()
    desk.process.kill()
    desk.process.wait()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    settings: ServerSettings, number: int
) -> None:
    """After the kills every acknowledged basket is there once, and every other at most once."""
    keys = [f"{number:02}-{n:04}" for n in range(BASKETS)]
    with open_database(settings) as database:
        told = storm(database, keys)
    assert {None} == {answer.error for answer in told}
    # The whole machine starts again: another server, another process.
    with open_database(settings) as database:
        recorder = recorder_of(database)
        events = {event.position: decode(event).event for event in check_log(recorder)}
        check_acknowledged(recorder, events, told)
        unknown = check_once(recorder, list(events.values()), keys) - len(told)
        check_resent(recorder, keys[: len(told) + unknown + 20], told)
        recorder.close()


def check_acknowledged(
    recorder: LedgerRecorder, events: dict[int, Event], told: list[Answer]
) -> None:
    """Each answer is stored as it was given, and its event stands at the position it named."""
    for answer in told:
        outcome = answer.outcome
        assert outcome is not None
        if outcome.position is not None:
            event = events[outcome.position]
            assert isinstance(event, GoodsExchanged)
            assert outcome.answer["exchange"] == event.exchange
    with recorder.log.reading() as connection:
        rows = connection.execute("SELECT key, outcome FROM requests").fetchall()
    stored = dict(rows)
    assert len(rows) == len(stored)
    assert [] == [a.key for a in told if a.outcome and stored[a.key] != a.outcome.stored()]


def check_once(recorder: LedgerRecorder, events: Sequence[Event], keys: list[str]) -> int:
    """Each exchange belongs to one accepted key; returns how many of the keys are stored."""
    exchanges = [event.exchange for event in events if isinstance(event, GoodsExchanged)]
    assert len(set(exchanges)) == len(exchanges)
    with recorder.log.reading() as connection:
        positions = connection.execute(
            "SELECT position FROM requests WHERE position IS NOT NULL AND owner = 'officer:D'"
        ).fetchall()
        known = connection.execute(
            "SELECT count(*) FROM requests WHERE key = ANY(%s)", [keys]
        ).fetchone()
    assert len(exchanges) == len(set(positions)) == len(positions)
    check_balances(recorder, events)
    assert known is not None
    return int(known[0])


def check_balances(recorder: LedgerRecorder, events: Sequence[Event]) -> None:
    """What was given is what left the shelf and the accounts, and none is below zero."""
    given = [event for event in events if isinstance(event, GoodsExchanged)]
    spent = {f"H{n}": 0 for n in range(1, HOUSEHOLDS + 1)}
    for event in given:
        spent[event.account] += event.points
    states = replayed(recorder, [f"account:{account}" for account in spent])
    left = {account: states.account(account).balance("2022-07-09") for account in spent}
    assert {account: POINTS - points for account, points in spent.items()} == left
    assert min(left.values()) >= 0
    bags = sum(line.quantity for event in given for line in event.lines)
    assert bags * PRICES["rice"] == sum(spent.values())
    assert BAGS - bags == sum(n for _, n in states.shop.available("rice", "2022-07-09"))


def check_resent(recorder: LedgerRecorder, keys: list[str], told: list[Answer]) -> None:
    """Sent again, told keys give the same answer and the others one answer and one event."""
    plan = Plan("", "", [], HOUSEHOLDS)
    with writing(recorder) as writer:
        first, second = (
            answers([writer.submit(basket(key, plan.household(key)), wait=True) for key in keys])
            for _ in range(2)
        )
    assert first == second
    again = dict(zip(keys, first, strict=True))
    assert [] == [answer.key for answer in told if answer.outcome != again.get(answer.key)]
    given = [outcome.position for outcome in first if outcome.accepted]
    assert len(set(given)) == len(given)
    assert all(isinstance(outcome, Outcome) for outcome in first)
    check_log(recorder)
