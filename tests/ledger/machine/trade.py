"""Rules of the machine: the desk and the shelf."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.commands.base import Command
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import CloseSession
from ledger.commands.people import IssueCard
from ledger.commands.returns import ReturnGoods
from ledger.commands.stock import ConfirmCount, ConfirmWriteOff, CountStock, ProposeWriteOff
from ledger.log.requests import Outcome, Request
from tests.ledger.machine.base import OFFICERS
from tests.ledger.machine.desk import Lines, Proposal
from tests.ledger.machine.office import SECRETARY, Office
from tests.ledger.machine.plain import day_of, later
from tests.support.ledgers import together

ITEMS = st.sampled_from(["rice", "oil"])
BASKETS = st.lists(
    st.tuples(st.sampled_from(["rice", "rice", "oil"]), st.integers(1, 2)), min_size=1, max_size=2
)
ODD_BASKETS = st.lists(
    st.tuples(st.sampled_from(["rice", "oil", "salt"]), st.integers(0, 9)), max_size=3
)


class Trade(Office):
    """What happens at the desk and on the shelf."""

    def given(self, request: Request, outcome: Outcome, expected: str | None) -> None:
        """A basket was answered: as the model says, and so is what it costs."""
        command = request.command
        assert isinstance(command, ExchangeGoods)
        if not self.keep(request, outcome, expected).accepted:
            return
        name, card = outcome.answer["exchange"], command.card
        lines = [(item, quantity or 0) for item, quantity in command.lines]
        cost = self.model.exchanged(name, card, command.session, lines, self.at)
        left = self.model.purse(self.model.cards[card][0]).balance(self.model.today(self.at))
        assert (cost, left) == (outcome.answer["points"], outcome.answer["balance"])

    def expecting(self, command: Command, clerk: str) -> str | None:
        """What the model says of a basket."""
        assert isinstance(command, ExchangeGoods)
        lines = [(item, quantity or 0) for item, quantity in command.lines]
        return self.model.exchanging(command.card, command.session, lines, clerk, self.at)

    def good_card(self, data: st.DataObject) -> str:
        """A card that is likely to buy something: in use, and with points behind it."""
        cards, today = self.model.cards, self.model.today(self.at)
        in_use = [card for card, (_, blocked) in cards.items() if not blocked]
        rich = [card for card in in_use if self.model.purse(cards[card][0]).balance(today) > 0]
        return self.pick(data, rich or in_use or list(cards))

    def open_session(self) -> str:
        """A session that is open; where there is none, one is announced."""
        sessions = self.model.sessions
        found = [name for name, held in sessions.items() if self.model.is_open(held, self.at)]
        if not found:
            now = self.model.now(self.at)
            found = [f"s{len(sessions) + 1}"]
            self.announce(found[0], now, later(now, days=3))
        return found[-1]

    @rule(data=st.data(), lines=BASKETS, back=st.booleans())
    def exchanging(self, data: st.DataObject, lines: Lines, back: bool) -> None:
        """A basket at the desk, and perhaps the first piece of it back."""
        command = ExchangeGoods(
            card=self.good_card(data), session=self.open_session(), lines=[*lines]
        )
        expected = self.expecting(command, "D")
        request = self.request(command, "D")
        self.given(request, self.writer.submit(request).result(timeout=60), expected)
        if back and expected is None:
            self.bring_back(list(self.model.baskets)[-1], [(lines[0][0], 1)], "D")

    @rule(
        card=st.sampled_from(["C1", "C2", "C99"]),
        session=st.sampled_from(["s1", "s2", "s9"]),
        lines=ODD_BASKETS,
        officer=st.sampled_from(OFFICERS),
    )
    def misexchanging(self, card: str, session: str, lines: Lines, officer: str) -> None:
        """Something about the basket may be wrong."""
        command = ExchangeGoods(card=card, session=session, lines=[*lines])
        expected = self.expecting(command, officer)
        request = self.request(command, officer)
        self.given(request, self.writer.submit(request).result(timeout=60), expected)

    @rule(data=st.data(), baskets=st.lists(BASKETS, min_size=2, max_size=4), fresh=st.booleans())
    def queueing(self, data: st.DataObject, baskets: list[Lines], fresh: bool) -> None:
        """Several baskets are decided as one batch, each seeing what those before it did.

        The first of them may come on a card that is issued in that very batch.
        """
        session, card = self.open_session(), self.good_card(data)
        issue = IssueCard(card=f"C{len(self.model.cards) + 1}", account=self.model.cards[card][0])
        cards = [issue.card if fresh else card, *[self.good_card(data) for _ in baskets[1:]]]
        commands: list[Command] = [
            ExchangeGoods(card=card, session=session, lines=[*lines])
            for card, lines in zip(cards, baskets, strict=True)
        ]
        requests = [self.request(issue, SECRETARY)] * fresh
        for number, command in enumerate(commands, len(self.sent) + fresh):
            requests.append(Request(f"key{number:04}", "officer:D", command, self.at))
        futures = together(self.writer, requests)
        for request, future in zip(requests, futures, strict=True):
            if isinstance(request.command, IssueCard):
                self.keep(request, future.result(timeout=60), None)
                self.model.cards[issue.card] = (issue.account, False)
                continue
            expected = self.expecting(request.command, "D")
            self.given(request, future.result(timeout=60), expected)

    @rule(data=st.data(), more=st.integers(1, 2))
    def swapping(self, data: st.DataObject, more: int) -> None:
        """What comes back may be drawn again, within the limit."""
        self.receive("oil", 3, None)
        session, card = self.open_session(), self.good_card(data)
        for quantity in (1, more):
            command = ExchangeGoods(card=card, session=session, lines=[("oil", quantity)])
            expected = self.expecting(command, "D")
            request = self.request(command, "D")
            self.given(request, self.writer.submit(request).result(timeout=60), expected)
            if expected is None and quantity == 1:
                self.bring_back(list(self.model.baskets)[-1], [("oil", 1)], "D")

    @precondition(lambda self: self.model.baskets)
    @rule(
        data=st.data(),
        quantity=st.sampled_from([1, 1, 2, 0]),
        officer=st.sampled_from(["D"] * 8 + [*OFFICERS]),
        twice=st.booleans(),
    )
    def returning(self, data: st.DataObject, quantity: int, officer: str, twice: bool) -> None:
        """Part of a basket comes back, or too much of it."""
        out = [name for name, basket in self.model.baskets.items() if basket.pieces]
        name = self.pick(data, [*out * 3, *self.model.baskets, "no-slip"])
        basket = self.model.baskets.get(name)
        items = [*sorted(basket.items) * 3, "salt"] if basket else ["rice"]
        lines = [(self.pick(data, items), quantity)] * (1 + twice)
        self.bring_back(name, lines, officer)

    def bring_back(self, name: str, lines: Lines, officer: str) -> None:
        """A return as the model says, and so is what it is worth."""
        expected = self.model.returning(name, lines, officer, self.at)
        outcome = self.do(ReturnGoods(exchange=name, lines=[*lines]), officer, expected)
        if outcome.accepted:
            basket = self.model.baskets[name]
            worth = self.model.returned(name, lines, self.at)
            left = self.model.purse(basket.account).balance(self.model.today(self.at))
            assert (worth, left) == (outcome.answer["points"], outcome.answer["balance"])

    @rule(
        item=st.sampled_from(["rice", "oil"]),
        price=st.integers(0, 30),
        limit=st.sampled_from([None, 1, 4]),
    )
    def pricing(self, item: str, price: int, limit: int | None) -> None:
        """Other terms, where no session is open."""
        self.list_item(item, price, limit)

    @rule(
        item=st.sampled_from(["rice", "oil"]),
        quantity=st.integers(1, 6),
        days=st.sampled_from([None, -1, 0, 9]),
    )
    def stocking(self, item: str, quantity: int, days: int | None) -> None:
        """A gift comes, perhaps one that must be given out soon."""
        best_before = None if days is None else day_of(later(self.at, days=days))
        self.receive(item, quantity, best_before)

    @rule(ahead=st.integers(0, 1), days=st.sampled_from([1, 3, 30]))
    def announcing(self, ahead: int, days: int) -> None:
        """Another session, from now or tomorrow on."""
        opens_at = later(self.model.now(self.at), days=ahead)
        self.announce(f"s{len(self.model.sessions) + 1}", opens_at, later(opens_at, days=days))

    def second(self, proposal: Proposal, officer: str) -> str | None:
        """What the model says of who confirms a proposal."""
        if self.model.acting(officer, self.at, "storekeeper", "supervisor", "secretary") is None:
            return "officer_unknown"
        return "second_officer_required" if officer == proposal.officer else None

    @rule(data=st.data(), quantity=st.integers(0, 4), officer=st.sampled_from(["K", "K", "G"]))
    def proposing(self, data: st.DataObject, quantity: int, officer: str) -> None:
        """Something spoilt is to be written off."""
        goods = self.pick(data, [*self.model.goods, "no-goods"])
        expected: str | None = "officer_unknown"
        if self.model.acting(officer, self.at, "storekeeper"):
            known = self.model.goods.get(goods)
            fits = known is not None and 0 < quantity <= known.left
            expected = None if fits else "quantity_invalid" if known else "goods_unknown"
        command = ProposeWriteOff(goods=goods, quantity=quantity, reason="")
        outcome = self.do(command, officer, expected)
        if outcome.accepted:
            name = outcome.answer["write_off"]
            self.model.write_offs[name] = Proposal(officer, [(goods, quantity, 0)])

    @precondition(lambda self: self.model.write_offs)
    @rule(data=st.data(), officer=st.sampled_from(["T", "T", "K", "S", "G"]))
    def writing_off(self, data: st.DataObject, officer: str) -> None:
        """A second officer agrees, once, while the goods are there."""
        waiting = [name for name, w in self.model.write_offs.items() if w.state == "open"]
        name = self.pick(data, [*waiting * 3, *self.model.write_offs])
        proposal = self.model.write_offs[name]
        goods, quantity, _ = proposal.lines[0]
        expected: str | None = "proposal_unknown"
        if proposal.state == "open":
            enough = quantity <= self.model.goods[goods].left
            expected = self.second(proposal, officer) or (None if enough else "quantity_invalid")
        if self.do(ConfirmWriteOff(write_off=name), officer, expected).accepted:
            proposal.state = "done"
            self.model.goods[goods].left -= quantity

    @rule(data=st.data(), wrong=st.integers(-1, 1), officer=st.sampled_from(["K", "K", "S"]))
    def counting(self, data: st.DataObject, wrong: int, officer: str) -> None:
        """The shelf is counted, and one lot may not be what was expected."""
        lines = [(name, goods.left, goods.left) for name, goods in self.model.goods.items()]
        place = data.draw(st.integers(0, len(lines) - 1))
        name, left, _ = lines[place]
        lines[place] = (name, left, max(0, left + wrong))
        may = self.model.acting(officer, self.at, "storekeeper")
        command = CountStock(counted=[(goods, counted) for goods, _, counted in lines])
        outcome = self.do(command, officer, None if may else "officer_unknown")
        if outcome.accepted:
            counted = Proposal(officer, lines, self.model.head)
            self.model.counts[outcome.answer["count"]] = counted

    @precondition(lambda self: self.model.counts)
    @rule(data=st.data(), officer=st.sampled_from(["T", "T", "K", "S", "G"]))
    def confirming(self, data: st.DataObject, officer: str) -> None:
        """A second officer agrees with a count, as long as the shelf is as it was."""
        name = self.pick(data, list(self.model.counts)[-2:])
        count = self.model.counts[name]
        expected: str | None = "count_unknown"
        if count.state == "open":
            same = all(self.model.goods[goods].left == left for goods, left, _ in count.lines)
            expected = self.second(count, officer) or (None if same else "count_outdated")
        if self.do(ConfirmCount(count=name), officer, expected).accepted:
            count.state = "done"
            for goods, _, counted in count.lines:
                self.model.goods[goods].left = counted

    @rule(data=st.data(), wait=st.booleans())
    def closing(self, data: st.DataObject, wait: bool) -> None:
        """A session is closed by a count; now and then one waits until it may be."""
        session = self.pick(data, list(self.model.sessions))
        if wait:
            self.at = max(self.model.now(self.at), self.model.sessions[session].closes_at)
            self.counting(data, 0, "K")
        if not self.model.counts:
            return  # nobody may count now
        if wait:
            self.confirming(data, "T")
        name = self.pick(data, list(self.model.counts)[-2:])
        held, count = self.model.sessions[session], self.model.counts[name]
        fits = count.state == "done" and not held.counted and held.closes_at <= count.at
        command = CloseSession(session=session, count=name)
        if self.do(command, SECRETARY, None if fits else "session_not_closable").accepted:
            held.counted = True
