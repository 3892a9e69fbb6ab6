"""Worlds that differ in nothing but whose card was read at the desk, and all that they show.

A world is played on a simulated clock with repeatable ids and salts, and looked at after every step
as a stranger would: each public page and answer there is, and the public half of the log.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fastapi.routing import APIRoute, APIRouter
from fastapi.testclient import TestClient

from api.app import ROUTERS
from api.hosting.house import House
from api.web import health
from api.web.calls import KeyedRoute, WriteRoute
from ledger.clockwork import Clockwork
from ledger.commands.community import RegisterBuilding, RegisterGrid
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.people import IssueCard, RegisterHousehold, RegisterMember
from ledger.commands.returns import ReturnGoods
from ledger.log.sources import seeded_sources
from ledger.log.writer import Writer
from ledger.server import Database
from tests.support.ledgers import SEED, TRADING, SmallLedger
from tests.support.live import app_of, live_house

COMMUNITY: Final = "worlds"
HOUSEHOLDS: Final = 4
BASKETS: Final = ((("rice", 2),), (("oil", 2), ("rice", 1)), (("rice", 5),), (("oil", 1),))
"""What is asked for, one basket after another; all of different worth."""
CONSENTS: Final = ("real", "masked", "anonymous", "real")
EXPIRED: Final = "2023-07-07T01:00:00Z"
LANGUAGES: Final = ("zh-CN", "en")

Shown = Mapping[str, str]
"""What a stranger sees: the body of each address, and each entry of the log."""


class World(SmallLedger):
    """Four households with equal points; `whose` says whose card each basket is for."""

    ENDS = None

    def people(self, households: int) -> None:
        """Residents who consented to different things, in two buildings."""
        self.do(RegisterGrid(grid="G1"))
        for building in ("B1", "B2"):
            self.do(RegisterBuilding(building=building, grid="G1"))
        for n in range(1, households + 1):
            home = RegisterHousehold(
                household=f"H{n}", grid="G1", building=f"B{1 + n % 2}", flat=f"FLAT-{n}"
            )
            self.do(home)
            resident = RegisterMember(
                member=f"V{n}",
                household=f"H{n}",
                name=f"欧阳住户{n}",
                phone=f"1380000000{n}",
                team="volunteer",
                consent=CONSENTS[n - 1],
            )
            self.do(resident)
            self.do(IssueCard(card=f"C{n}", account=f"H{n}"))

    def exchange(self, number: int, household: int) -> str:
        """Basket `number` for a household; the id of the exchange."""
        lines: list[tuple[str, int | None]] = list(BASKETS[number])
        command = ExchangeGoods(card=f"C{household}", session="s1", lines=lines)
        return str(self.do(command, "officer:D").answer["exchange"])


def steps(ledger: World, whose: Sequence[int]) -> Iterator[str]:
    """Play the world; each step is named when it is done."""
    ledger.trading(households=HOUSEHOLDS, points=100, rice=50)
    yield "opened"
    exchanges = []
    for number, household in enumerate(whose):
        exchanges.append(ledger.exchange(number, household))
        yield f"exchange {number}"
    back = ReturnGoods(exchange=exchanges[2], lines=[("rice", 2)], reason="多拿了")
    ledger.do(back, "officer:D")
    yield "return"
    ledger.at = EXPIRED
    Clockwork(ledger.writer, ledger.store).run(ledger.at)
    yield "expired"


def played(database: Database, folder: Path, schema: str, whose: Sequence[int]) -> dict[str, Shown]:
    """What a stranger sees after each step of a world."""
    house = live_house(database, COMMUNITY, folder, schema)
    house.writer = Writer(house.store, seeded_sources(SEED))
    ledger = World(house.writer, house.store)
    seen = {}
    try:
        with TestClient(app_of({COMMUNITY: house})) as client:
            for step in steps(ledger, whose):
                seen[step] = look(client, house, ledger.at)
    finally:
        house.stop()
    return seen


def look(client: TestClient, house: House, now: str = TRADING) -> Shown:
    """Everything that is public at an instant, the books caught up."""
    house.clock = lambda: now
    house.follower.catch_up()
    found = {}
    for path in addresses(client):
        for language in LANGUAGES:
            headers = {"Accept-Language": language, "X-Request-Id": "stranger"}
            answer = client.get(path, headers=headers)
            assert answer.status_code in {200, 404}, (path, answer.text)
            found[f"{language} {path}"] = answer.text
    return found | entries(client)


def addresses(client: TestClient) -> list[str]:
    """Every public address, each template filled with every value that the answers name."""
    base = f"/api/v1/{COMMUNITY}"
    notices = client.get(f"{base}/notices").json()["notices"]
    sessions = client.get(f"{base}/sessions").json()["sessions"]
    values = {
        "community": [COMMUNITY],
        "notice": [notice["notice"] for notice in notices],
        "session": [session["session"] for session in sessions],
    }
    found = public_templates()
    for name, each in values.items():
        found = [
            filled
            for path in found
            for filled in (
                [path.replace(f"{{{name}}}", value) for value in each]
                if f"{{{name}}}" in path
                else [path]
            )
        ]
    assert [] == [path for path in found if "{" in path]
    return found


def public_templates() -> list[str]:
    """The addresses that anybody may read, but for those that tell of the process alone.

    The sealed log is left out as well: it is the entries, which are looked at by themselves, and
    hashes over them.
    """
    found = [
        route.path
        for router in ROUTERS
        if router is not health.routes
        for route in _routes(router)
        if "GET" in (route.methods or ())
        and not isinstance(route, KeyedRoute | WriteRoute)
        and not route.path.endswith(("/events", "/{other}"))
        and not route.path.startswith("/static/")
        and "/log/" not in route.path
    ]
    assert len(found) > 10
    return found


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    """The routes of a router and of those that it includes."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from _routes(inner)


def entries(client: TestClient) -> dict[str, str]:
    """The public half of the log, commitments blanked: they hide what differs."""
    found: dict[str, str] = {}
    after = 0
    while True:
        answer = client.get(f"/api/v1/{COMMUNITY}/events", params={"after": after, "limit": 1000})
        lines = answer.text.splitlines()
        if not lines:
            return found
        for line in lines:
            found[f"event {json.loads(line)['position']}"] = blanked(line)
        after = int(answer.headers["Sunledger-Next"])


def blanked(line: str) -> str:
    """A line of the feed without its commitment."""
    return re.sub(r'"sealed":"[A-Za-z0-9_-]{43}"', '"sealed":"…"', line)


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The keys under which two worlds show different things."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
