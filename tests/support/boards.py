"""Communities to hang a board up for: the bundled quarter, and one whose people are hostile.

Every member of the hostile community carries secrets that must never be seen, and a name that is
long, rare, or wants to be something else than a name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient

from api.hosting.house import House
from ledger.clockwork import Clockwork
from ledger.commands.acts import RecordAct
from ledger.commands.base import RESIDENT
from ledger.commands.community import RegisterGrid
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from ledger.commands.notices import DecideObjection, RaiseObjection, ReleaseObjectionText
from ledger.commands.officers import AdoptRulebook, RuleLine
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.people import IssueCard, RegisterHousehold, RegisterMember
from ledger.commands.points import ReverseAward
from ledger.commands.reviews import ReviewAct
from ledger.server import Database
from projections.catalogue import ALL
from projections.follow import Follower
from tests.api.rehearsal.playing import GUANGSHA, play, quarter_in
from tests.support.ledgers import (
    BOOKED,
    CLOSES,
    OPENS,
    POSTED,
    REVIEWED,
    TRADING,
    SmallLedger,
    writing,
)
from tests.support.live import app_of, live_house

QUARTER_NOW: Final = "2022-09-30T12:00:00Z"
HOSTILE_NOW: Final = "2022-07-11T00:00:00Z"
"""The first notice is down, the second hangs, one exchange day is over and one is announced."""

CONSENTS: Final = ("real", "masked", "anonymous")
NAMES: Final = (
    "<script>alert('名')</script>",
    '"><img src=x onerror=alert(1)>',
    "王" * 200,
    "W" * 200,
    "\u202e三张\u202c反",
    "欧阳\u200b秘\u2066密\u2069",
    "\U0002d5f0\U0003106b某",
    "\ue000造字",
    "O'Neil & <b>Sons</b>",
    "{{ 7*7 }}{% raw %}",
    "零\x00\x07字节",
    "换\n行\t\u2028符",
    "e" + "\u0301" * 60,
    "\u3000\u200b",
    "%(name)s {name} %s",
)
MINUS_NAME: Final = "只有扣分的人"
LONG: Final = "无尽" * 90
CARRIED: Final = 98_765
"""Points that the paper book had of the tenth person."""


@dataclass
class Person:
    """A member with a name, a consent and what nobody may learn."""

    number: int
    name: str
    consent: str
    member: str = field(init=False)
    household: str = field(init=False)
    card: str = field(init=False)
    phone: str = field(init=False)
    flat: str = field(init=False)

    def __post_init__(self) -> None:
        self.member, self.household = f"VSECRET{self.number}X", f"HSECRET{self.number}X"
        self.card, self.phone = f"CSECRET{self.number}X", f"PSECRET{self.number}X"
        self.flat = f"FSECRET{self.number}X"


PEOPLE: Final = [
    Person(number, name, consent)
    for number, (name, consent) in enumerate(
        [(name, consent) for name in NAMES for consent in CONSENTS] + [(MINUS_NAME, "real")], 1
    )
]
PLUS: Final = PEOPLE[:-1]
MINUS: Final = PEOPLE[-1]


class HostileLedger(SmallLedger):
    """The small ledger with other people, told up to `HOSTILE_NOW`."""

    EXPIRY_MONTHS = None

    def tell(self) -> None:
        """All of it."""
        self.open()
        self.appoint()
        self.register()
        self.adopt()
        first = self.acts("2022-07-01", 1, REVIEWED)
        self.carry_over()
        self.strike(POSTED)
        self.object(first)
        self.strike(BOOKED)
        self.at = "2022-07-07T00:00:00Z"
        self.do(ReverseAward(act=first[2], reason=LONG))
        self.trade()
        self.acts("2022-07-09", 100, "2022-07-09T12:00:00Z")
        self.strike("2022-07-10T10:00:00Z")

    def strike(self, at: str) -> None:
        """What time brings about."""
        self.at = at
        Clockwork(self.writer, self.store).run(at)

    def register(self) -> None:
        self.do(RegisterGrid(grid="g1"))
        self.all(
            [
                RegisterHousehold(household=p.household, grid="g1", building="", flat=p.flat)
                for p in PEOPLE
            ]
        )
        self.all(
            [
                RegisterMember(
                    member=p.member,
                    household=p.household,
                    name=p.name,
                    phone=p.phone,
                    team="",
                    consent=p.consent,
                )
                for p in PEOPLE
            ]
        )
        self.all([IssueCard(card=p.card, account=p.household) for p in PEOPLE])

    def adopt(self) -> None:
        rules = [
            RuleLine("A<1>", "巡逻" + LONG, "Patrol " + "x" * 150, LONG, 1, "time", 50, None, None),
            RuleLine("H", "<i>教课</i>", "<i>Class</i>", "课堂", 1, "hour", 4, 8, 20),
            RuleLine("M", "乱丢", "Litter", "", -1, "time", 3, None, None),
        ]
        self.do(AdoptRulebook(rulebook="<第一版>", in_force_from="2022-07-01", rules=rules))

    def acts(self, day: str, number: int, at: str) -> list[str]:
        """One plus-act of everybody who has any, and one minus-act of three; all reviewed."""
        self.at = at
        minus = [MINUS, PLUS[0], PLUS[1]]
        done = [(person, "A<1>") for person in PLUS] + [(person, "M") for person in minus]
        commands = [
            RecordAct(
                member=person.member,
                rule=rule,
                performed_on=day,
                register_number=number + place,
                remark="REMARKSECRET",
            )
            for place, (person, rule) in enumerate(done)
        ]
        acts = [outcome.answer["act"] for outcome in self.all(commands, "officer:G")]
        self.all([ReviewAct(act=act, approve=True) for act in acts], "officer:R")
        return acts

    def carry_over(self) -> None:
        """What the paper book said of one of them."""
        balance = RecordOpeningBalance(
            member=PLUS[9].member, points=CARRIED, performed_on="2022-06-30"
        )
        act = self.do(balance, "officer:G").answer["act"]
        self.do(ReviewAct(act=act, approve=True), "officer:R")

    def object(self, acts: list[str]) -> None:
        """Upheld, dismissed with a released text, undecided; and one against a minus-act."""
        self.at = "2022-07-04T00:00:00Z"
        upheld, dismissed, undecided, minus = acts[3], acts[4], acts[5], acts[-3]
        for act, verdict in ((upheld, True), (dismissed, False), (undecided, None), (minus, False)):
            raise_it = RaiseObjection(act=act, statement="STATEMENTSECRET")
            objection = self.do(raise_it, RESIDENT).answer["objection"]
            if verdict is None:
                continue
            if act == dismissed:
                text = "<b>看见的</b>" + LONG
                release = ReleaseObjectionText(act=act, objection=objection, statement=text)
                self.do(release, "officer:T")
            decide = DecideObjection(
                act=act, objection=objection, upheld=verdict, reason="<u>理由</u>" + LONG
            )
            self.do(decide, "officer:T")

    def trade(self) -> None:
        for item, name in (("RICE", "<大米>" + LONG), ("OIL", "菜油")):
            self.do(
                ListItem(item=item, name_zh=name, name_en=name, unit="袋", price=5, limit=2),
                "officer:K",
            )
        for donor in ("<捐>" + LONG, "\u202e倒写公司", ""):
            command = ReceiveGoods(item="RICE", quantity=30, donor=donor, unit_value_fen=500)
            self.do(command, "officer:K")
        self.do(ReceiveGoods(item="OIL", quantity=2, best_before="2022-07-10"), "officer:K")
        self.do(AnnounceSession(session="s1", place="<门岗>", opens_at=OPENS, closes_at=CLOSES))
        later = ("2022-08-06T01:00:00Z", "2022-08-06T09:00:00Z")
        self.do(AnnounceSession(session="s2", place=LONG, opens_at=later[0], closes_at=later[1]))
        self.at = TRADING
        for person in (PLUS[0], PLUS[7], PLUS[8]):
            basket = ExchangeGoods(card=person.card, session="s1", lines=[("RICE", 1)])
            self.do(basket, "officer:D")


@contextmanager
def followed(database: Database, community: str, folder: Path, now: str) -> Iterator[House]:
    """A house on a fresh schema whose clock stands still; it was not started."""
    # Not the schema of its name, for other tests have a community of the same.
    house = live_house(database, community, folder, f"board_{community}")
    house.clock = lambda: now
    try:
        yield house
    finally:
        house.stop()


def follow(house: House) -> None:
    """Bring the books up to the head of the log."""
    follower = Follower(house.store.log, ALL)
    try:
        follower.catch_up()
    finally:
        follower.stop()


@pytest.fixture(scope="session")
def quarter_house(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The bundled quarter, played once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("quarter")
    with followed(database, "guangsha", folder, QUARTER_NOW) as house:
        play(quarter_in(GUANGSHA), house.store)
        follow(house)
        yield house


@pytest.fixture(scope="session")
def hostile_house(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The hostile community, told once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("hostile")
    with followed(database, "hostile", folder, HOSTILE_NOW) as house:
        with writing(house.store) as writer:
            HostileLedger(writer, house.store).tell()
        follow(house)
        yield house


@pytest.fixture(scope="session")
def quarter(quarter_house: House) -> Iterator[TestClient]:
    """A passer-by before the board of the bundled quarter."""
    with TestClient(app_of({quarter_house.community: quarter_house})) as client:
        yield client


@pytest.fixture(scope="session")
def hostile(hostile_house: House) -> Iterator[TestClient]:
    """A passer-by before the board of the hostile community."""
    with TestClient(app_of({hostile_house.community: hostile_house})) as client:
        yield client
