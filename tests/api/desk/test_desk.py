"""The desk's calls, as a program at the counter makes them."""

from ledger.commands.people import ChangeMember
from tests.api.conftest import Served
from tests.support.live import SESSION

BASKET = {"card": "C1", "session": SESSION, "lines": [{"item": "rice", "quantity": 2}]}


def test_an_exchange_is_recorded_and_told(served: Served) -> None:
    """The answer names exchange, position, points, balance, lines, time and receipt."""
    answer = served.client.post(
        f"{served.path}/exchanges", json=BASKET, headers=served.headers("D", "k1")
    )
    assert 201 == answer.status_code, answer.text
    body = answer.json()
    assert (20, 80) == (body["points"], body["balance"])
    assert [{"item": "rice", "quantity": 2, "points": 20}] == body["lines"]
    assert {"exchange", "position", "recorded_at", "receipt"} <= body.keys()


def test_a_balance_shows_the_exchange_before_it(served: Served) -> None:
    """A card looked up after an exchange has its points and limits as the exchange left them."""
    oil = {**BASKET, "lines": [{"item": "oil", "quantity": 1}]}
    served.client.post(f"{served.path}/exchanges", json=oil, headers=served.headers("D", "k1"))
    found = served.client.post(
        f"{served.path}/cards/lookup", json={"card": "C1"}, headers=served.headers("D")
    ).json()
    assert (75, 0, SESSION) == (found["balance"], found["held"], found["session"])
    assert [{"item": "oil", "limit": 2, "drawn": 1, "left": 1}] == found["limits"]


def test_a_name_shows_the_desk_its_surname_and_no_mischief(served: Served) -> None:
    """Marks that turn a line about are no surname: what is shown begins with a real character."""
    hidden = "\u202e\u2066李小明"
    details = {"household": "H1", "phone": "", "team": "", "consent": "anonymous"}
    served.ledger.do(ChangeMember(member="V1", name=hidden, **details))
    served.house.follower.wait_for(served.house.head(), 60)
    found = served.client.post(
        f"{served.path}/cards/lookup", json={"card": "C1"}, headers=served.headers("D")
    )
    assert "李*" == found.json()["display_name"]
