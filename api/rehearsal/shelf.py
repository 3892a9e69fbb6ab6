"""The storekeeper's work on a simulated clock: gifts come in, spoilt goods go, days are closed.

Whatever needs a second officer is confirmed by the supervisors, whose post the rehearsal holds.
"""

from collections.abc import Iterable
from itertools import count
from typing import Final

from api.rehearsal.hand import Hand, accepted
from api.rehearsal.opening import SUPERVISORS
from api.sheets.quarter import Quarter
from ledger.commands.base import Command, Context
from ledger.commands.goods import CloseSession, ReceiveGoods
from ledger.commands.stock import ConfirmCount, ConfirmWriteOff, CountStock, ProposeWriteOff
from ledger.states.officers import OFFICER

SPOILT: Final = "已过保质期，下架销毁"
"""The published reason of the write-offs."""
MISSING: Final = 2
"""How much less of one lot is there than the books say: a small difference, as counts find."""


class Shelf:
    """What happens on the shelf at one instant; the instant names the requests."""

    def __init__(self, quarter: Quarter, hand: Hand, at: str) -> None:
        """The first storekeeper of the sheets does the work."""
        keepers = [o.officer for o in quarter.officers if o.post == "storekeeper"]
        self._keeper, self._second = OFFICER + keepers[0], OFFICER + SUPERVISORS
        self._hand, self._at = hand, at
        self._numbers = count(1)

    def receive(self, lots: Iterable[ReceiveGoods]) -> None:
        """Take in gifts and purchases.

        Raises:
            SetupRefusedError: the ledger did not.
        """
        for pending in [self._hand.send(*self._request(lot), self._at) for lot in lots]:
            accepted(pending)

    def clear_spoilt(self) -> None:
        """Write off everything that is past its date.

        Raises:
            SetupRefusedError: the ledger did not.
        """
        for goods, left in self._hand.ask(_spoilt, self._at):
            key, keeper, command = self._request(
                ProposeWriteOff(goods=goods, quantity=left, reason=SPOILT)
            )
            self._do(key, keeper, command)
            self._confirm(key, ConfirmWriteOff(write_off=self._hand.id_of(key, keeper)))

    def close(self, session: str) -> None:
        """Count the whole shelf, confirm the count and close the session by it.

        Raises:
            SetupRefusedError: the ledger did not.
        """
        there = self._hand.ask(_left, self._at)
        most = max(there, key=lambda goods: there[goods])
        counted = [(g, max(0, n - MISSING) if g == most else n) for g, n in there.items()]
        key, keeper, command = self._request(CountStock(counted=counted))
        self._do(key, keeper, command)
        found = self._hand.id_of(key, keeper)
        self._confirm(key, ConfirmCount(count=found))
        self._do(*self._request(CloseSession(session=session, count=found)))

    def _request(self, command: Command) -> tuple[str, str, Command]:
        return f"shelf-{self._at}-{next(self._numbers):04}", self._keeper, command

    def _confirm(self, key: str, command: Command) -> None:
        self._do(f"{key}-confirmed", self._second, command)

    def _do(self, key: str, principal: str, command: Command) -> None:
        accepted(self._hand.send(key, principal, command, self._at))


def _spoilt(context: Context) -> list[tuple[str, int]]:
    """The lots past their date on the day of the question, and what is left of each."""
    today, goods = context.today, context.states.shop.goods
    return [
        (name, lot.left)
        for name, lot in goods.items()
        if lot.best_before is not None and lot.best_before < today and lot.left
    ]


def _left(context: Context) -> dict[str, int]:
    """What is left of every lot that is not used up."""
    return {name: lot.left for name, lot in context.states.shop.goods.items() if lot.left}
