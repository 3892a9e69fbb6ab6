"""The open shop of the demo: fresh goods, a session that is open now, and a busy first morning."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final

from api.rehearsal.agenda import Agenda
from api.rehearsal.cast import Cast
from api.rehearsal.hand import Hand, accepted
from api.rehearsal.opening import SECRETARY
from api.rehearsal.play import Played
from api.rehearsal.shelf import Shelf
from api.rehearsal.timeline import Kind, Slip
from api.sheets.rows import GoodsRow
from ledger.calendar import instant_of, local_date, local_instant, moment_of, plus_days
from ledger.commands.base import Context
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import AnnounceSession, ReceiveGoods
from ledger.commands.returns import ReturnGoods
from ledger.states.officers import OFFICER

OPENS_MINUTES: Final = 9 * 60
CLOSES_MINUTES: Final = 17 * 60
TRADED_MINUTES_MIN: Final = 30
"""The shop has been open that long at least: where today's has not, it opened yesterday."""
TRADED_HOURS_MAX: Final = 8
OPEN_HOURS_MIN: Final = 24
"""The session stays open that long after now."""
ANNOUNCED_DAYS: Final = 5
RECEIVED_DAYS: Final = 2
"""Before the opening."""
KEEPS_DAYS_MIN: Final = 14
"""What came in keeps at least that long after the session."""
DELIVERED_ONE_OF: Final = 2
"""Of what the quarter's sheet lists, one in two comes in again: some is left on the shelf."""
SHORT_ONE_OF: Final = 16
"""Of the item that sells out, only one in so many."""
BASKETS: Final = 48
RETURNS: Final = {20: "包装破损", 36: "家中已有"}
"""After that many baskets somebody brings a thing back, and why."""


class Market:
    """Plans and plays the session that is open at ``now``."""

    def __init__(self, played: Played, hand: Hand, now: str, cast: Cast, session: str) -> None:
        """Fix the window; nothing happens before :meth:`plan`'s agenda."""
        self._hand, self._now, self._cast, self._session = hand, now, cast, session
        self._quarter = played.timeline.quarter
        self._timezone = self._quarter.community.timezone
        self.opens_at, self.closes_at = self._window()
        self._candidates = self._shoppers(played)
        self._seen = {cast.card}
        self._given: list[tuple[str, str, str]] = []

    def _window(self) -> tuple[str, str]:
        """The last morning on which the shop has traded for a while, and an evening to come."""
        traded = instant_of(moment_of(self._now) - timedelta(minutes=TRADED_MINUTES_MIN))
        opens_at = self._at_or_before(traded, OPENS_MINUTES)
        until = plus_days(self._now, OPEN_HOURS_MIN // 24)
        closes_at = self._at_or_before(until, CLOSES_MINUTES)
        return opens_at, closes_at if closes_at == until else plus_days(closes_at, 1)

    def _at_or_before(self, instant: str, minutes: int) -> str:
        """The last time of day at or before an instant."""
        day = date.fromisoformat(local_date(instant, self._timezone))
        found = local_instant(day.isoformat(), minutes, self._timezone)
        if found <= instant:
            return found
        return local_instant((day - timedelta(days=1)).isoformat(), minutes, self._timezone)

    def plan(self, agenda: Agenda) -> None:
        """Note the announcement, the delivery, and what is traded between opening and now."""
        agenda.note(plus_days(self.opens_at, -ANNOUNCED_DAYS), Kind.SLIP, self._announce)
        agenda.note(plus_days(self.opens_at, -RECEIVED_DAYS), Kind.SLIP, self._deliver)
        opened = moment_of(self.opens_at)
        traded = min(moment_of(self._now) - opened, timedelta(hours=TRADED_HOURS_MAX))
        for number in range(1, BASKETS + 1):
            at = instant_of(opened + traded * number // (BASKETS + 1))
            agenda.note(at, Kind.SLIP, partial(self._exchange, number))
            if number in RETURNS:
                agenda.note(at, Kind.SLIP, partial(self._return, number))

    def _announce(self, at: str) -> None:
        command = AnnounceSession(
            session=self._session,
            place=self._quarter.community.sessions[0].place_zh,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
        )
        accepted(self._hand.send("present-session", OFFICER + SECRETARY, command, at))

    def _deliver(self, at: str) -> None:
        """What spoilt since the last session goes, and fresh goods of the same donors come."""
        shelf = Shelf(self._quarter, self._hand, at)
        shelf.clear_spoilt()
        shelf.receive(self._lot(row) for row in self._quarter.goods)

    def _lot(self, row: GoodsRow) -> ReceiveGoods:
        one_of = SHORT_ONE_OF if row.item == self._cast.sold_out else DELIVERED_ONE_OF
        best_before = None if row.best_before is None else self._best_before(row.best_before)
        return ReceiveGoods(
            item=row.item,
            quantity=max(1, row.quantity // one_of),
            unit_value_fen=row.unit_value_fen,
            best_before=best_before,
            donor=row.donor,
        )

    def _best_before(self, then: date) -> str:
        """As long after this session as the sheet's date lies after the quarter's; never short."""
        opened = self._quarter.community.sessions[0].opens.date()
        opens = date.fromisoformat(local_date(self.opens_at, self._timezone))
        closes = date.fromisoformat(local_date(self.closes_at, self._timezone))
        return max(then + (opens - opened), closes + timedelta(days=KEEPS_DAYS_MIN)).isoformat()

    def _shoppers(self, played: Played) -> Iterator[Slip]:
        """The baskets that the quarter's ledger accepted, in the order of time."""
        taken = [
            slip
            for slip in played.timeline.slips()
            if (pending := played.slips[slip.slip]) is not None and pending.result().accepted
        ]
        yield from sorted(taken, key=lambda slip: (str(slip.first.at), slip.slip))

    def _exchange(self, number: int, at: str) -> None:
        """The next shopper who can pay for anything takes what the points are enough for."""
        for slip in self._candidates:
            if slip.first.card in self._seen:
                continue
            self._seen.add(slip.first.card)
            basket = self._hand.ask(partial(self._fill, slip), at)
            if basket:
                key, clerk = f"present-slip-{number:04}", OFFICER + slip.first.clerk
                command = ExchangeGoods(card=slip.first.card, session=self._session, lines=basket)
                accepted(self._hand.send(key, clerk, command, at))
                self._given.append((self._hand.id_of(key, clerk), clerk, basket[-1][0]))
                return

    def _fill(self, slip: Slip, context: Context) -> list[tuple[str, int | None]]:
        """One of what is short, then what stood on the slip, as far as points and shelf go."""
        states, shop = context.states, context.states.shop
        account = states.card(slip.first.card).account or ""
        balance = states.account(account).balance(context.today)
        wanted = {self._cast.sold_out: 1}
        for line in slip.lines:
            wanted.setdefault(line.item, line.quantity or 0)
        basket: list[tuple[str, int | None]] = []
        for item, quantity in wanted.items():
            price = shop.items[item].price
            there = sum(left for _, left in shop.available(item, context.today))
            fits = min(quantity, there, balance // max(1, price))
            if fits > 0:
                basket.append((item, fits))
                balance -= fits * price
        return basket

    def _return(self, number: int, at: str) -> None:
        """Somebody brings one of the things back that are not short."""
        fit = [given for given in self._given if given[2] != self._cast.sold_out]
        if not fit:
            return
        self._given.remove(fit[0])
        exchange, clerk, item = fit[0]
        command = ReturnGoods(exchange=exchange, lines=[(item, 1)], reason=RETURNS[number])
        accepted(self._hand.send(f"present-return-{number:04}", clerk, command, at))
