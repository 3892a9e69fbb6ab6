"""Two processes serve one home, and are one ledger: whoever asks either is told the same."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.events.exchanges import GoodsExchanged
from ledger.log.entries import decode
from tests.api.storm.clients import PATH, Order, Told, basket
from tests.api.storm.conftest import HOT, Twins
from tests.support.whole import check_log

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

AT_ONCE = 25


def everywhere(twins: Twins, orders: list[list[Order]]) -> list[Told]:
    """What is answered to orders that many clients send to both servers at once."""

    def run(number: int) -> list[Told]:
        with twins.client(number % 2) as client:
            return [client.answered(order) for order in orders[number]]

    with ThreadPoolExecutor(len(orders)) as pool:
        return [told for each in pool.map(run, range(len(orders))) for told in each]


def exchanges(twins: Twins) -> dict[int, GoodsExchanged]:
    """Every exchange of the log, by its position."""
    with twins.furnished.opened() as (_, recorder):
        events = {logged.position: decode(logged).event for logged in check_log(recorder)}
    return {n: event for n, event in events.items() if isinstance(event, GoodsExchanged)}


def test_fifty_times_one_key_through_both(twins: Twins) -> None:
    """One event, and fifty identical answers."""
    before = exchanges(twins)
    order = basket("fifty", 1, "mild")
    told = everywhere(twins, [[order]] * (2 * AT_ONCE))
    assert {201} == {each.status for each in told}
    assert 1 == len({each.content for each in told})
    assert [told[0].json()["position"]] == sorted(exchanges(twins).keys() - before.keys())


def test_a_key_belongs_to_its_officer(twins: Twins) -> None:
    """Another officer who happens to send the same key gets an answer of their own."""
    order = basket("ours", 2, "mild")
    with twins.client(0, desk=0) as first, twins.client(1, desk=1) as second:
        told = [first.answered(order), second.answered(order), first.answered(order)]
    assert [201, 201, 201] == [each.status for each in told]
    assert told[0].content == told[2].content
    assert told[0].json()["exchange"] != told[1].json()["exchange"]


def test_a_key_is_for_one_body(twins: Twins) -> None:
    """Another body under a key that the other process has answered is refused, and not run."""
    with twins.client(0) as first, twins.client(1) as second:
        told = first.answered(basket("one-body", 3, "mild"))
        balance = first.look_up(3)["balance"]
        other = second.answered(basket("one-body", 3, "mild", 2))
        assert (422, "key_reused") == (other.status, other.json()["code"])
        assert balance == second.look_up(3)["balance"]
        assert told.content == second.answered(basket("one-body", 3, "mild")).content


def test_a_balance_is_that_of_the_moment(twins: Twins) -> None:
    """A card that is looked up through the other process shows the exchange just answered."""
    with twins.client(0) as first, twins.client(1) as second:
        pair = (first, second)
        for turn in range(200):
            told = pair[turn % 2].answered(basket(f"turn{turn}", 4, "mild"))
            seen = pair[(turn + 1) % 2].look_up(4)
            assert told.json()["balance"] == seen["balance"]
            assert told.json()["position"] <= seen["position"]


def test_a_shelf_is_that_of_the_position_that_was_waited_for(twins: Twins) -> None:
    """The stock that the other process shows counts what was handed out up to the position."""
    with twins.client(0) as first, twins.client(1) as second:
        pair = (first, second)
        stock = stock_of(first.shelf(first.look_up(5)["position"]), "mild")
        for turn in range(40):
            quantity = turn % 3 + 1
            told = pair[turn % 2].answered(basket(f"shelf{turn}", 5, "mild", quantity))
            shelf = pair[(turn + 1) % 2].shelf(told.json()["position"])
            stock -= quantity
            assert told.json()["position"] <= shelf["position"]
            assert stock == stock_of(shelf, "mild")


def stock_of(shelf: dict[str, list[dict[str, object]]], item: str) -> int:
    """How much of an item may still be handed out."""
    found = {line["item"]: line["stock"] for line in shelf["shelf"]}[item]
    assert isinstance(found, int)
    return found


def test_a_revoked_key_opens_nothing_anywhere(twins: Twins) -> None:
    """Revoked through one process, a key that the other knows well is refused there at once."""
    with twins.caller(0, twins.furnished.office) as office:
        with twins.client(1, desk=7) as other, twins.client(0, desk=7) as same:
            assert 201 == other.answered(basket("before", 6, "mild")).status
            balance = other.look_up(6)["balance"]
            key = last_key(office.call("GET", f"{PATH}/keys"))
            revoke = Order("revoke", b"", f"{PATH}/keys/{key}/revocation")
            assert 201 == office.answered(revoke).status
            calls: list[Callable[[], Told]] = [
                lambda: other.send(basket("after", 6, "mild")),
                lambda: other.send(basket("before", 6, "mild")),
                lambda: other.call("POST", f"{PATH}/cards/lookup", b'{"card":"C6"}'),
                lambda: same.send(basket("after", 6, "mild")),
            ]
            told = [call() for call in calls]
    assert [(401, "key_revoked")] * 4 == [(t.status, t.json()["code"]) for t in told]
    with twins.client(0) as desk:
        assert balance == desk.look_up(6)["balance"]


def last_key(told: Told) -> str:
    """The id of the key that was granted to a desk last."""
    keys = [each for each in json.loads(told.content)["keys"] if each["scope"] == "desk"]
    return str(keys[-1]["key"])


def test_twenty_bags_for_two_hundred_baskets(twins: Twins) -> None:
    """Two processes hand out exactly what there is, and refuse the rest alike."""
    orders = [
        [basket(f"bag{desk}-{n}", 7 + (desk + n) % 4, "hot") for n in range(10)]
        for desk in range(20)
    ]
    told = everywhere(twins, orders)
    codes = [each.json().get("code") for each in told]
    assert (HOT.stock, 200 - HOT.stock) == (codes.count(None), codes.count("out_of_stock"))
    given = [
        line.quantity
        for event in exchanges(twins).values()
        for line in event.lines
        if line.item == "hot"
    ]
    assert [1] * HOT.stock == given
    with twins.client(1) as client:
        assert 0 == stock_of(client.shelf(max(exchanges(twins))), "hot")
