"""Thirty-two desks over HTTP, while the server, its database and single connections are killed.

Every round: each desk hands baskets over, half of them of one item of which there is too little, on
cards that several desks share and that cannot pay for everything; some bring goods back. A desk
sends the same bytes until it is answered. Meanwhile something is killed again and again. At the end
everything is asked once more, and then the log is read.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition
from time import perf_counter

import psycopg
import pytest

from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.log.communities import schema_of
from ledger.log.entries import decode
from ledger.log.recorder import LedgerRecorder
from ledger.server import OWNER, WRITER, Database
from projections.audit import History, audit
from projections.catalogue import ALL
from projections.follow import Follower
from projections.rebuild import rebuild
from projections.views import dump, view
from tests.api.storm.clients import Client, Order, Told, at_once, basket, give_back
from tests.api.storm.serving import (
    COMMUNITY,
    SECONDS_MAX,
    Furnished,
    Goods,
    Supervised,
    furnished_home,
    supervised,
)
from tests.support.sealed import check_sealed, wait_for_checkpoint
from tests.support.whole import check_log, replayed

ROUNDS = 20 if os.environ.get("CI") == "true" else 3
DESKS = 32
ORDERS = 8
HOUSEHOLDS = 8
"""A round has cards of its own, each used by four desks."""
POINTS = 150
TODAY = "2026-01-01"
"""Any day: nothing of this ledger expires."""
HOT_PRICE, HOT_STOCK = 10, 40
MILD_PRICE, MILD_STOCK = 5, 100_000
MOMENTS = random.Random(int(os.environ.get("SEED", "20221001")))  # noqa: S311 (no secret)

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """A home with cards and a hot item for each round."""
    goods = [Goods(f"hot{number}", HOT_PRICE, HOT_STOCK) for number in range(ROUNDS)]
    goods.append(Goods("mild", MILD_PRICE, MILD_STOCK))
    with furnished_home(HOUSEHOLDS * ROUNDS, POINTS, goods, DESKS) as made:
        yield made


@pytest.fixture(scope="module")
def server(furnished: Furnished) -> Iterator[Supervised]:
    """The home being served through all rounds, and told to end after the last."""
    with supervised(furnished.home) as found:
        yield found
        assert 0 == found.stop()


@dataclass
class Answers:
    """What all desks were told, and how far they have come."""

    told: dict[str, tuple[Order, Told]] = field(default_factory=dict)
    moved: Condition = field(default_factory=Condition)

    def keep(self, order: Order, told: Told) -> None:
        """Note an answer."""
        with self.moved:
            self.told[order.key] = (order, told)
            self.moved.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until there are so many."""
        with self.moved:
            assert self.moved.wait_for(lambda: len(self.told) >= count, SECONDS_MAX)

    def accepted(self) -> list[dict[str, object]]:
        """The answers that tell of an event."""
        return [told.json() for _, told in self.told.values() if told.status == 201]


def orders_of(number: int, desk: int) -> Iterator[Order]:
    """The baskets of a desk in a round."""
    for n in range(ORDERS):
        household = number * HOUSEHOLDS + (desk + n) % HOUSEHOLDS + 1
        item = f"hot{number}" if n % 2 else "mild"
        yield basket(f"{number:02}-{desk:02}-{n}", household, item, 1 + n % 3)


def work_of(client: Client, number: int, desk: int, answers: Answers) -> Callable[[], None]:
    """A desk's round: its baskets, of every fourth that was handed over something comes back."""

    def work() -> None:
        with client:
            for n, order in enumerate(orders_of(number, desk)):
                told = client.answered(order)
                answers.keep(order, told)
                if told.status == 201 and n % 4 == 0:
                    back = give_back(f"{order.key}-back", told.json()["exchange"], "mild")
                    answers.keep(back, client.answered(back))

    return work


def a_moment() -> None:
    """Let up to some milliseconds pass, so that kills fall into every part of a commit."""
    until = perf_counter() + MOMENTS.random() * 0.01
    while perf_counter() < until:
        pass


def kill_postmaster(furnished: Furnished, server: Supervised) -> None:
    """Kill PostgreSQL under a server that runs."""
    server.running()
    pid = Database("", embedded=True, data=furnished.home / "postgres" / "data").server_pid()
    a_moment()
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def kill_backend(furnished: Furnished, server: Supervised) -> None:
    """Kill the oldest of the processes that serve the ledger's connections."""
    server.running()
    with suppress(psycopg.OperationalError), furnished.opened() as (database, _):
        with psycopg.connect(database.conninfo(WRITER)) as connection:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                " ORDER BY random() LIMIT 1"
            ).fetchone()
        a_moment()
        if row is not None:
            with suppress(ProcessLookupError):
                os.kill(row[0], signal.SIGKILL)


def kill_server(_: Furnished, server: Supervised) -> None:
    """Kill the program itself; whoever watches it starts it again."""
    a_moment()
    server.kill()


def kill_all_over(furnished: Furnished, server: Supervised, answers: Answers) -> None:
    """Kill each kind once, and one of them twice, spread over the round."""
    kinds = [kill_server, kill_postmaster, kill_backend]
    kinds.append(MOMENTS.choice(kinds[1:]))
    MOMENTS.shuffle(kinds)
    for turn, kill in enumerate(kinds):
        answers.wait_for(MOMENTS.randrange(5, 50) + turn * 50)
        kill(furnished, server)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nothing_is_lost_doubled_or_overdrawn(
    furnished: Furnished, server: Supervised, number: int
) -> None:
    """Whatever dies, every answer is in the log once and stays, and nothing goes below zero.

    All of it comes under a checkpoint, and every one that was published still holds.
    """
    answers, starts = Answers(), server.starts
    clients = [Client(lambda: server.port, key) for key in furnished.desks]
    works = [work_of(c, number, desk, answers) for desk, c in enumerate(clients)]
    at_once([*works, lambda: kill_all_over(furnished, server, answers)])
    assert starts + 1 == server.starts
    check_asked_again(clients, answers)
    codes = Counter(told.json().get("code") for _, told in answers.told.values())
    assert {None, "insufficient_points", "out_of_stock"} == codes.keys()
    with furnished.opened() as (database, recorder):
        check_recorded(recorder, answers, number)
        check_sums(recorder, number)
        check_books(database, recorder)
        wait_for_checkpoint(recorder, recorder.head().position)
        check_sealed(recorder)
        assert [] == audit(History.stored(recorder))


def check_asked_again(clients: list[Client], answers: Answers) -> None:
    """Whoever asks again is told the same: byte for byte what was accepted, and every refusal."""

    def asking(client: Client, desk: int) -> Callable[[], None]:
        def work() -> None:
            with client:
                for order, told in list(answers.told.values()):
                    if order.key.split("-")[1] == f"{desk:02}":
                        check_same(told, client.answered(order))

        return work

    at_once([asking(client, desk) for desk, client in enumerate(clients)])
    faults = {status for client in clients for status in client.statuses} - {201, 409, 503}
    assert set() == faults


def check_same(told: Told, again: Told) -> None:
    """Two answers to one order."""
    assert told.status == again.status
    if told.status == 201:
        assert told.content == again.content
    assert told.json() == again.json()


def check_recorded(recorder: LedgerRecorder, answers: Answers, number: int) -> None:
    """The events of the round's cards are those that the desks were told of, each once."""
    accounts = {f"H{number * HOUSEHOLDS + n + 1}" for n in range(HOUSEHOLDS)}
    events = {logged.position: decode(logged).event for logged in check_log(recorder)}
    mine = {
        position: event
        for position, event in events.items()
        if isinstance(event, GoodsExchanged | GoodsReturned) and event.account in accounts
    }
    accepted = answers.accepted()
    assert sorted(mine) == sorted(told["position"] for told in accepted)  # type: ignore[type-var]
    for told in accepted:
        event = mine[told["position"]]  # type: ignore[index]
        assert (told["exchange"], told["points"]) == (event.exchange, event.points)
        if isinstance(event, GoodsReturned):
            assert told["goods_return"] == event.goods_return
    exchanges = [event.exchange for event in mine.values() if isinstance(event, GoodsExchanged)]
    assert len(set(exchanges)) == len(exchanges)


def check_sums(recorder: LedgerRecorder, number: int) -> None:
    """No account and no shelf is below zero, and both are what the events leave."""
    points, goods = Counter[str](), Counter[str]()
    for logged in check_log(recorder):
        event = decode(logged).event
        sign = {GoodsExchanged: -1, GoodsReturned: 1}.get(type(event), 0)
        if isinstance(event, GoodsExchanged | GoodsReturned):
            points[event.account] += sign * event.points
            for line in event.lines:
                goods[line.item] += sign * line.quantity
    accounts = [f"H{n + 1}" for n in range(HOUSEHOLDS * (number + 1))]
    states = replayed(recorder, [f"account:{account}" for account in accounts], snapshots=False)
    left = {account: states.account(account).balance(TODAY) for account in accounts}
    assert {account: POINTS + points[account] for account in accounts} == left
    assert min(left.values()) >= 0
    for item, stock in ((f"hot{number}", HOT_STOCK), ("mild", MILD_STOCK)):
        on_shelf = sum(quantity for _, quantity in states.shop.available(item, TODAY))
        assert stock + goods[item] == on_shelf
        assert on_shelf >= 0


def check_books(database: Database, recorder: LedgerRecorder) -> None:
    """The read models, followed through all of this, are what the log gives anew."""
    follower = Follower(recorder.log, ALL)
    assert recorder.head().position == follower.catch_up()
    follower.stop()
    followed = dumped(recorder)
    rebuild(database.conninfo(OWNER), schema_of(COMMUNITY), ALL)
    assert followed == dumped(recorder)


def dumped(recorder: LedgerRecorder) -> bytes:
    """All rows of all read models."""
    with view(recorder.log, *ALL) as seen:
        return dump(seen.connection, *ALL)
