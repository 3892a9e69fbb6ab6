"""A small ledger with a bit of everything, played through the writer, and its numbers by hand.

Points live for one month. Local time is UTC+8; notices hang from Sunday 18:00 (10:00Z) for 3 days.
"""

from typing import Any, Final

from ledger.commands import (
    acts,
    community,
    exchanges,
    expiry,
    goods,
    notices,
    officers,
    people,
    points,
    returns,
    reviews,
    stock,
)
from ledger.commands.base import CLOCKWORK, RESIDENT, Command
from ledger.log.requests import Request
from ledger.log.sources import seeded_sources
from ledger.log.store import Store
from ledger.log.writer import Writer
from ledger.states.officers import PostKind

START: Final = "2022-06-30T16:00:00Z"
BALANCES: Final = {"H1": 3, "H2": 1, "H3": 0}
EXPIRED: Final = {"H1": 1, "H2": 0, "H3": 0}
STOCK: Final = {"RICE": 7, "OIL": 0}
TOTALS: Final = {
    "awarded": 20,
    "deducted": 7,
    "reversed": 1,
    "spent": 10,
    "returned": 3,
    "expired": 1,
    "outstanding": 4,
}

RULES: Final = [
    officers.RuleLine("W", "巡逻", "Patrol", "service", 1, "hour", 2, None, 10),
    officers.RuleLine("G", "好事", "Good deed", "service", 1, "time", 5, None, None),
    officers.RuleLine("M", "乱丢", "Litter", "conduct", -1, "time", 3, None, None),
    officers.RuleLine("P", "噪音", "Noise", "conduct", -1, "hour", 4, None, None),
]


class Story:
    """Plays commands; everything that is refused fails the test."""

    def __init__(self, store: Store, *, holder: str = "household") -> None:
        self.store, self.holder = store, holder
        self.writer = Writer(store, seeded_sources(b"s" * 32))
        self.number = 0
        self.acts: dict[int, str] = {}

    def do(self, command: Command, who: str, at: str) -> dict[str, Any]:
        """The answer to an accepted command."""
        self.number += 1
        request = Request(f"k{self.number:06}", who, command, at)
        outcome = self.writer.submit(request, wait=True).result()
        assert outcome.code is None, (command.NAME, outcome.code)
        return outcome.answer

    def play(self) -> None:
        """All of it."""
        self.open()
        self.register()
        self.stock()
        self.first_notice()
        self.corrections()
        self.exchange_day()
        self.second_notice()
        self.expiry()

    def open(self) -> None:
        opening = community.OpenLedger(
            community="story",
            name_zh="故事",
            name_en="Story",
            timezone="Asia/Shanghai",
            account_holder=self.holder,
            origin="example.org/story",
            key="key",
            rehearsal=True,
            starts=START,
            ends="2022-09-30T15:59:59Z",
            settings=community.Settings(6, 18 * 60, 3, 1),
            founders=[(PostKind.SECRETARY, "S"), (PostKind.SUPERVISOR, "T")],
        )
        self.secretary, self.supervisor = (
            f"post:{post}" for post in self.do(opening, CLOCKWORK, START)["posts"]
        )

    def office(self, command: Command, at: str = START) -> dict[str, Any]:
        """A command of the secretary."""
        return self.do(command, self.secretary, at)

    def register(self) -> None:
        for grid in ("G1", "G2"):
            self.office(community.RegisterGrid(grid=grid))
        for building in ("B1", "B2"):
            self.office(community.RegisterBuilding(building=building, grid="G1"))
        for household, grid, building in (("H1", "G1", "B1"), ("H2", "G1", "B2"), ("H3", "G2", "")):
            self.office(
                people.RegisterHousehold(
                    household=household, grid=grid, building=building, flat="101"
                )
            )
        for member, household, team in (
            ("V1", "H1", "volunteers"),
            ("V2", "H1", "cadres"),
            ("V3", "H2", "volunteers"),
            ("V4", "H3", ""),
        ):
            self.office(self.resident(people.RegisterMember, member, household, team))
        for card, holder in (("C0", "1"), ("C1", "1"), ("C2", "2")):
            account = f"H{holder}" if self.holder == "household" else f"V{holder}"
            self.office(people.IssueCard(card=card, account=account))
        self.office(people.BlockCard(card="C0"))
        self.office(officers.AdoptRulebook(rulebook="1", in_force_from="2022-07-01", rules=RULES))
        for number, kind in (
            ("L", PostKind.GRID_LEADER),
            ("R", PostKind.REVIEWER),
            ("K", PostKind.CLERK),
            ("S1", PostKind.STOREKEEPER),
            ("S2", PostKind.STOREKEEPER),
        ):
            self.office(
                officers.AppointOfficer(officer=number, name=number, kind=kind, begins=START)
            )
        self.office(officers.DeclareRelatives(officer="K", household="H3"))

    @staticmethod
    def resident(command: Any, member: str, household: str, team: str) -> Command:
        made: Command = command(
            member=member,
            household=household,
            name=f"Name of {member}",
            phone="000",
            team=team,
            consent="masked",
        )
        return made

    def stock(self) -> None:
        for item, price, limit in (("RICE", 3, 2), ("OIL", 4, None)):
            self.office(
                goods.ListItem(
                    item=item, name_zh=item, name_en=item, unit="bag", price=price, limit=limit
                )
            )
        self.goods = [
            self.office(
                goods.ReceiveGoods(
                    item=item,
                    quantity=quantity,
                    unit_value_fen=value,
                    best_before=best_before,
                    donor=donor,
                )
            )["goods"]
            for item, quantity, value, best_before, donor in (
                ("RICE", 3, 500, "2022-07-31", "Donor A"),
                ("RICE", 5, None, None, "Donor B"),
                ("OIL", 2, 4000, None, ""),
            )
        ]
        self.office(
            goods.AnnounceSession(
                session="X1",
                place="Shop",
                opens_at="2022-07-09T01:00:00Z",
                closes_at="2022-07-09T09:00:00Z",
            )
        )

    def act(self, number: int, member: str, rule: str, day: str, *hours: int) -> None:
        """Record an act and approve it."""
        at = f"{day}T15:00:00Z"
        start, end = (60 * hours[0], 60 * hours[0] + hours[1]) if hours else (None, None)
        command = acts.RecordAct(
            member=member,
            rule=rule,
            performed_on=day,
            performed_from=start,
            performed_to=end,
            register_number=number,
        )
        self.acts[number] = self.do(command, "officer:L", at)["act"]
        self.do(reviews.ReviewAct(act=self.acts[number], approve=True), "officer:R", at)

    def close(self, number: int, at: str) -> None:
        self.do(points.CloseAct(act=self.acts[number]), CLOCKWORK, at)

    def object(self, number: int, at: str, *, upheld: bool) -> None:
        act = self.acts[number]
        raised = self.do(notices.RaiseObjection(act=act, statement="Seen"), RESIDENT, at)
        decision = notices.DecideObjection(
            act=act, objection=raised["objection"], upheld=upheld, reason="Heard"
        )
        self.do(decision, self.supervisor, at)

    def first_notice(self) -> None:
        """Awards of 6, 4 (cut by the cap of 10), nothing (capped), 5; 3 taken; one refused."""
        self.act(1, "V1", "W", "2022-07-01", 8, 180)
        self.act(2, "V1", "W", "2022-07-02", 8, 180)
        self.act(3, "V1", "W", "2022-07-02", 12, 120)
        self.act(4, "V3", "M", "2022-07-02")
        self.act(5, "V2", "G", "2022-07-02")
        self.act(6, "V2", "G", "2022-07-01")
        self.do(notices.PostNotice(), CLOCKWORK, "2022-07-03T10:00:00Z")
        self.object(5, "2022-07-04T00:00:00Z", upheld=True)
        self.object(6, "2022-07-04T00:00:00Z", upheld=False)
        for number in self.acts:
            self.close(number, "2022-07-06T10:00:00Z")

    def corrections(self) -> None:
        """A member moves; then the award of 4 is taken back and the 3 are given back."""
        at = "2022-07-08T00:00:00Z"
        self.office(self.resident(people.ChangeMember, "V1", "H2", "cadres"), at)
        for number in (2, 4):
            self.office(points.ReverseAward(act=self.acts[number], reason="Mistaken"), at)

    def exchange_day(self) -> None:
        """10 points for RICE and OIL, some RICE back; some OIL spoiled; a count that differs."""
        lines: exchanges.Lines = [("RICE", 2), ("OIL", 1)]
        basket = exchanges.ExchangeGoods(card="C1", session="X1", lines=lines)
        given = self.do(basket, "officer:K", "2022-07-09T02:00:00Z")["exchange"]
        back = returns.ReturnGoods(exchange=given, lines=[("RICE", 1)], reason="Torn")
        self.do(back, "officer:K", "2022-07-09T03:00:00Z")
        rice, loose_rice, oil = self.goods
        at = "2022-07-09T10:00:00Z"
        spoiled = stock.ProposeWriteOff(goods=oil, quantity=1, reason="Spoiled")
        proposed = self.do(spoiled, "officer:S1", at)["write_off"]
        self.do(stock.ConfirmWriteOff(write_off=proposed), "officer:S2", at)
        counting = stock.CountStock(counted=[(rice, 1), (loose_rice, 6), (oil, 0)])
        count = self.do(counting, "officer:S1", at)["count"]
        self.do(stock.ConfirmCount(count=count), "officer:S2", at)
        self.office(goods.CloseSession(session="X1", count=count), at)

    def second_notice(self) -> None:
        """An award of 5, then 4 taken from it."""
        self.act(7, "V3", "G", "2022-07-09")
        self.act(8, "V3", "P", "2022-07-09", 8, 90)
        self.do(notices.PostNotice(), CLOCKWORK, "2022-07-10T10:00:00Z")
        for number in (7, 8):
            self.close(number, "2022-07-13T10:00:00Z")

    def expiry(self) -> None:
        """The last point of the awards of July 6 is void."""
        account = "H1" if self.holder == "household" else "V2"
        self.do(expiry.ExpireLots(accounts=[account]), CLOCKWORK, "2022-08-05T16:00:00Z")
        self.do(expiry.CompleteExpiry(date="2022-08-06"), CLOCKWORK, "2022-08-05T16:00:00Z")
