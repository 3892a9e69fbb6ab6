"""A small ledger that can trade, made by ordinary commands: the common ground of many tests.

It is a rehearsal, so its clock is simulated: `ledger.at` is the instant of what comes next. Its
people are the officers of `OFFICERS`, households `H1`, `H2`…, their members `V1`, `V2`… and their
cards `C1`, `C2`…; its shelf holds rice and oil; `trading` leaves it inside exchange session `s1`.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count

from ledger.clockwork import Clockwork
from ledger.commands.acts import RecordAct
from ledger.commands.base import CLOCKWORK, Command
from ledger.commands.community import OpenLedger, RegisterGrid, Settings
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from ledger.commands.officers import AdoptRulebook, AppointOfficer, RuleLine
from ledger.commands.people import IssueCard, RegisterHousehold, RegisterMember
from ledger.commands.returns import ReturnGoods
from ledger.commands.reviews import ReviewAct
from ledger.log.decider import Sources
from ledger.log.requests import Outcome, Request
from ledger.log.sources import seeded_sources
from ledger.log.store import Store
from ledger.log.writer import Writer
from ledger.states.officers import PostKind
from ledger.transparency.keys import SigningKey

OPENED = "2022-07-01T00:00:00Z"
ACTED_ON = "2022-07-01"
REVIEWED = "2022-07-02T01:00:00Z"
POSTED = "2022-07-03T10:00:00Z"
BOOKED = "2022-07-06T10:00:00Z"
OPENS = "2022-07-09T00:00:00Z"
TRADING = "2022-07-09T01:00:00Z"
CLOSES = "2022-07-09T12:00:00Z"

SECRETARY = "officer:S"
OFFICERS = {
    "G": PostKind.GRID_LEADER,
    "R": PostKind.REVIEWER,
    "D": PostKind.CLERK,
    "K": PostKind.STOREKEEPER,
}
"""Officers appointed by the secretary `S`; the supervisor `T` is a founder as well."""
SEED = bytes(32)
LOG_KEY = SigningKey.from_seed("ledger.example/test", SEED)
"""Signs the checkpoints of every small ledger."""
PRICES = {"rice": 10, "oil": 25}


@contextmanager
def writing(store: Store, sources: Sources | None = None) -> Iterator[Writer]:
    """A writer on the store, closed at the end; ids and salts repeat unless others are given."""
    writer = Writer(store, sources or seeded_sources(SEED))
    try:
        yield writer
    finally:
        writer.close()


def answers(futures: Sequence[Future[Outcome]]) -> list[Outcome]:
    """What the requests were answered, in order."""
    return [future.result(timeout=60) for future in futures]


class SmallLedger:
    """Commands by the right officers at the simulated instant `at`, each with a fresh key.

    Another instance on the same log wants another `prefix` for its keys. Without `rehearsal` the
    ledger opens on the real clock, and nothing but `open` and `appoint` can be done at once.
    """

    ENDS: str | None = "2022-09-30T15:59:59Z"
    EXPIRY_MONTHS: int | None = 12

    def __init__(
        self, writer: Writer, store: Store, prefix: str = "k", *, rehearsal: bool = True
    ) -> None:
        self.writer, self.store = writer, store
        self.rehearsal = rehearsal
        self.at = OPENED
        self._keys = (f"{prefix}{number:06}" for number in count(1))

    def request(
        self, command: Command, principal: str = SECRETARY, key: str | None = None
    ) -> Request:
        """The command as a request, now."""
        at = self.at if self.rehearsal else None
        return Request(key or next(self._keys), principal, command, at)

    def submit(self, command: Command, principal: str = SECRETARY) -> Future[Outcome]:
        """Queue the command."""
        return self.writer.submit(self.request(command, principal), wait=True)

    def do(self, command: Command, principal: str = SECRETARY) -> Outcome:
        """Run the command, which must be accepted."""
        return self.all([command], principal)[0]

    def all(self, commands: Sequence[Command], principal: str = SECRETARY) -> list[Outcome]:
        """Run the commands, which must all be accepted."""
        outcomes = answers([self.submit(command, principal) for command in commands])
        assert [] == [outcome for outcome in outcomes if not outcome.accepted]
        return outcomes

    def open(self) -> None:
        """The genesis, and with it the first officers."""
        self.do(self.genesis(), CLOCKWORK)

    def genesis(self) -> OpenLedger:
        """The command that opens the ledger, with secretary `S` and supervisor `T`."""
        return OpenLedger(
            community="test",
            name_zh="测试社区",
            name_en="Test community",
            timezone="Asia/Shanghai",
            account_holder="household",
            origin=LOG_KEY.name,
            key=LOG_KEY.verifier,
            rehearsal=self.rehearsal,
            starts="2022-06-30T16:00:00Z",
            ends=self.ENDS if self.rehearsal else None,
            settings=Settings(
                post_weekday=6, post_time=1080, notice_days=3, expiry_months=self.EXPIRY_MONTHS
            ),
            founders=[(PostKind.SECRETARY, "S"), (PostKind.SUPERVISOR, "T")],
        )

    def appoint(self) -> None:
        """The officers of `OFFICERS`."""
        self.all(
            [
                AppointOfficer(officer=officer, name="", kind=kind, begins=OPENED)
                for officer, kind in OFFICERS.items()
            ]
        )

    def people(self, households: int) -> None:
        """Households with a member and a card each, in grid `g1`."""
        self.do(RegisterGrid(grid="g1"))
        numbers = range(1, households + 1)
        self.all(
            [
                RegisterHousehold(household=f"H{n}", grid="g1", building="", flat=f"{n}01")
                for n in numbers
            ]
        )
        self.all(
            [
                RegisterMember(
                    member=f"V{n}",
                    household=f"H{n}",
                    name=f"居民{n}",
                    phone=f"1380000{n:04}",
                    team="",
                    consent="real",
                )
                for n in numbers
            ]
        )
        self.all([IssueCard(card=f"C{n}", account=f"H{n}") for n in numbers])

    def earn(self, households: int, points: int) -> None:
        """One act of every member, recorded, reviewed, posted and booked for `points`."""
        self.reviewed(households, points)
        for self.at in (POSTED, BOOKED):
            Clockwork(self.writer, self.store).run(self.at)

    def reviewed(self, households: int, points: int) -> list[str]:
        """One act of every member, recorded and reviewed, that waits for its notice."""
        line = RuleLine("A01", "志愿服务", "Volunteering", "service", 1, "time", points, None, None)
        self.do(AdoptRulebook(rulebook="1", in_force_from="2022-07-01", rules=[line]))
        self.at = REVIEWED
        recorded = self.all(
            [
                RecordAct(member=f"V{n}", rule="A01", performed_on=ACTED_ON, register_number=n)
                for n in range(1, households + 1)
            ],
            "officer:G",
        )
        acts = [outcome.answer["act"] for outcome in recorded]
        self.all([ReviewAct(act=act, approve=True) for act in acts], "officer:R")
        return acts

    def shelf(self, rice: int) -> None:
        """Rice without a limit, ten oil with a limit of two, and the session `s1`."""
        items = [
            ListItem(
                item=item,
                name_zh=item,
                name_en=item,
                unit="bag",
                price=price,
                limit=2 if item == "oil" else None,
            )
            for item, price in PRICES.items()
        ]
        self.all(items, "officer:K")
        self.all(
            [
                ReceiveGoods(item="rice", quantity=rice, donor="粮店"),
                ReceiveGoods(item="oil", quantity=10, best_before="2022-12-31"),
            ],
            "officer:K",
        )
        self.do(AnnounceSession(session="s1", place="门岗", opens_at=OPENS, closes_at=CLOSES))

    def refill(self, rice: int) -> None:
        """More rice, while the session is open."""
        self.at = TRADING
        self.do(ReceiveGoods(item="rice", quantity=rice, donor="粮店"), "officer:K")

    def trading(self, *, households: int = 2, points: int = 100, rice: int = 10) -> "SmallLedger":
        """Everything from the genesis to the hour in which session `s1` is open."""
        self.open()
        self.appoint()
        self.people(households)
        if points:
            self.earn(households, points)
        self.shelf(rice)
        self.at = TRADING
        return self

    def basket(
        self, household: int = 1, quantity: int = 1, item: str = "rice", key: str | None = None
    ) -> Request:
        """A request of the desk for goods on the card of a household."""
        command = ExchangeGoods(card=f"C{household}", session="s1", lines=[(item, quantity)])
        return self.request(command, "officer:D", key)

    def give_back(self, exchange: str, item: str, quantity: int) -> Request:
        """A request of the desk to take goods back."""
        command = ReturnGoods(exchange=exchange, lines=[(item, quantity)], reason="多拿了")
        return self.request(command, "officer:D")


def basket(key: str, household: int, quantity: int = 1) -> Request:
    """A request of the desk for rice, as another process makes it."""
    command = ExchangeGoods(card=f"C{household}", session="s1", lines=[("rice", quantity)])
    return Request(key, "officer:D", command, TRADING)


def together(writer: Writer, requests: Sequence[Request]) -> list[Future[Outcome]]:
    """Submit the requests so that they are decided as one batch."""
    with writer._wake:  # the writer's thread takes nothing before all of them wait
        return [writer.submit(request) for request in requests]
