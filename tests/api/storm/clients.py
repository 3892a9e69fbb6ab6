"""Programs at the counter: each has a key, keeps its connection, and asks until it is answered."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import monotonic
from typing import Any, Self

from tests.api.storm.serving import COMMUNITY, SECONDS_MAX
from tests.support.live import SESSION

PATH = f"/api/v1/{COMMUNITY}"
EXCHANGES = f"{PATH}/exchanges"
TRY_SECONDS_MAX = 15.0
BACKOFF_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Waits between tries; the last one repeats."""
AGAIN = {408, 429, 503}
"""Statuses after which the same bytes are sent again."""


@dataclass(frozen=True)
class Order:
    """A request that writes: the same bytes under the same key, however often it is sent."""

    key: str
    body: bytes
    path: str = EXCHANGES


@dataclass(frozen=True)
class Told:
    """An answer, as it came."""

    status: int
    content: bytes

    def json(self) -> dict[str, Any]:
        """The answer, read; without the id of the request, which is another for each try."""
        found: dict[str, Any] = json.loads(self.content)
        found.pop("request", None)
        return found


def basket(key: str, household: int, item: str, quantity: int = 1) -> Order:
    """Goods on the card of a household."""
    lines = [{"item": item, "quantity": quantity}]
    body = {"card": f"C{household}", "session": SESSION, "lines": lines}
    return Order(key, json.dumps(body).encode())


def give_back(key: str, exchange: str, item: str, quantity: int = 1) -> Order:
    """Goods that come back."""
    body = {"lines": [{"item": item, "quantity": quantity}], "reason": "too many"}
    return Order(key, json.dumps(body).encode(), f"{EXCHANGES}/{exchange}/returns")


class Client:
    """A caller with a key. Not for several threads."""

    def __init__(self, port: Callable[[], int], key: str) -> None:
        """``port`` is asked again for each connection."""
        self._port, self._key = port, key
        self._connection: HTTPConnection | None = None
        self._never = Event()
        self.statuses: set[int] = set()
        self.tries = 0

    def __enter__(self) -> Self:
        """Use it in a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def call(
        self, method: str, path: str, body: bytes | None = None, idempotency: str | None = None
    ) -> Told:
        """One try.

        Raises:
            OSError, HTTPException: nobody knows what became of it.
        """
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port(), timeout=TRY_SECONDS_MAX)
        headers = {"Authorization": f"Bearer {self._key}", "Accept-Language": "en"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if idempotency is not None:
            headers["Idempotency-Key"] = idempotency
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            return Told(response.status, response.read())
        except (OSError, HTTPException):
            self.hang_up()
            raise

    def send(self, order: Order) -> Told:
        """One try of an order."""
        return self.call("POST", order.path, order.body, order.key)

    def answered(self, order: Order) -> Told:
        """Send an order until somebody says what became of it."""
        until = monotonic() + SECONDS_MAX
        for attempt in range(1_000_000):
            self.tries += 1
            try:
                told = self.send(order)
            except (OSError, HTTPException):
                pass
            else:
                self.statuses.add(told.status)
                if told.status not in AGAIN:
                    return told
            if monotonic() > until:
                break
            self._never.wait(BACKOFF_SECONDS[min(attempt, len(BACKOFF_SECONDS) - 1)])
        raise AssertionError(order.key, self.statuses)

    def look_up(self, household: int) -> dict[str, Any]:
        """What the desk sees of a card."""
        body = json.dumps({"card": f"C{household}"}).encode()
        told = self.call("POST", f"{PATH}/cards/lookup", body)
        assert 200 == told.status, told
        return told.json()

    def shelf(self, wait_for: int = 0) -> dict[str, Any]:
        """The open session, as of a position or later."""
        told = self.call("GET", f"{PATH}/sessions/current?wait_for={wait_for}")
        assert 200 == told.status, told
        return told.json()


def at_once(works: Sequence[Callable[[], None]]) -> None:
    """Run all of them in threads of their own; what one raises is raised here."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # told below, in the test's own thread
            failures.append(error)

    threads = [Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * SECONDS_MAX)
        assert not thread.is_alive()
    if failures:
        raise failures[0]
