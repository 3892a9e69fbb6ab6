"""The clockwork of the communities of this process: what is due is done, soon after it is.

One thread for all of them. It looks at a community when the log has grown or when something may be
due; in between nothing is asked, so that an idle community's writer goes to rest.
"""

from collections.abc import Iterable
from threading import Event, Thread
from typing import Final

import structlog

from api.hosting.house import House
from ledger.errors import LedgerError

TICK_SECONDS: Final = 0.5
REST_TICKS: Final = 10
"""Ticks that a community whose clockwork failed is left alone."""

log = structlog.get_logger("clockwork")


class Ticking:
    """Runs the clockwork of some houses until it is stopped."""

    def __init__(self, houses: Iterable[House]) -> None:
        """Nothing runs before :meth:`start`."""
        self._turns = [_Turn(house) for house in houses]
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="clockwork", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being done, then stop."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            for turn in self._turns:
                turn.take()


class _Turn:
    """One community: when it was last looked at, and when it has to be again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._position = -1
        self._due = ""
        self._rest = 0

    def take(self) -> None:
        if self._rest:
            self._rest -= 1
            return
        position = self._house.follower.position
        if position == self._position and self._house.clock() < self._due:
            return
        try:
            self._house.clockwork.run()
            self._due = self._house.clockwork.next_due()
            self._position = position
        except LedgerError as error:
            self._wait(error.code)
        except Exception as error:  # whatever it is, the next turn may go well
            self._wait(type(error).__name__)

    def _wait(self, reason: str) -> None:
        self._rest = REST_TICKS
        log.warning("clockwork-waits", community=self._house.community, error=reason)
