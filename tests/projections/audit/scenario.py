"""One small history in which every type of event happens, made by ordinary commands."""

from functools import cache

from ledger.clockwork import Clockwork
from ledger.commands.acts import RecordAct
from ledger.commands.base import RESIDENT
from ledger.commands.clock import ConfirmClock
from ledger.commands.community import AdoptSettings, CarryOn, RegisterBuilding, Settings
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import CloseSession
from ledger.commands.keys import DiscloseOpenings, GrantKey, RevokeKey
from ledger.commands.notices import DecideObjection, RaiseObjection, ReleaseObjectionText
from ledger.commands.officers import (
    AdoptRulebook,
    AppointOfficer,
    DeclareRelatives,
    EndTerm,
    RuleLine,
)
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.people import BlockCard, ChangeMember, IssueCard
from ledger.commands.points import ReverseAward
from ledger.commands.returns import ReturnGoods
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from ledger.commands.stock import ConfirmCount, ConfirmWriteOff, CountStock, ProposeWriteOff
from ledger.log.entries import LoggedEvent
from ledger.log.memory import MemoryStore
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from tests.support.ledgers import BOOKED, CLOSES, OPENED, POSTED, REVIEWED, SmallLedger, writing

SUPERVISOR = "officer:T"
OBJECTED = "2022-07-04T01:00:00Z"
COUNTED = "2022-07-09T13:00:00Z"
UNDONE = "2022-07-10T01:00:00Z"
CARRIED_POSTED = "2022-07-10T10:00:00Z"
CARRIED = "2022-07-13T10:00:00Z"
EXPIRED = "2022-08-12T01:00:00Z"
OVER = "2022-09-30T15:59:59Z"
RULES = [
    RuleLine("A01", "值班", "On duty", "service", 1, "time", 60, None, None),
    RuleLine("A02", "清扫", "Cleaning", "service", 1, "hour", 10, 30, 40),
    RuleLine("M01", "占道", "Blocking the way", "order", -1, "time", 20, None, None),
]


class Scenario(SmallLedger):
    """The story of some acts, an exchange day and what was wrong with both."""

    def play(self) -> None:
        """From the genesis to the expiry of what was not spent, and beyond the period."""
        self.open()
        self.appoint()
        self.people(4)
        self.settle()
        self.at = REVIEWED
        acts = self.record()
        self.review(acts)
        self.notices(acts)
        self.shelf(6)
        self.trade()
        self.undo(acts)
        self.carry()
        self.at = EXPIRED
        Clockwork(self.writer, self.store).run(self.at)
        self.at = OVER
        self.do(CarryOn())

    def settle(self) -> None:
        """Points end after a month; more officers, some with kin; a rulebook; a second card."""
        settings = Settings(post_weekday=6, post_time=1080, notice_days=3, expiry_months=1)
        self.do(AdoptSettings(settings=settings))
        self.do(RegisterBuilding(building="b1", grid="g1"))
        second, leader = PostKind.SECOND_REVIEWER, PostKind.GRID_LEADER
        self.do(AppointOfficer(officer="Q", name="", kind=second, begins=OPENED))
        self.do(AppointOfficer(officer="L", name="", kind=leader, begins=OPENED, member="V4"))
        self.do(DeclareRelatives(officer="L", household="H3"))
        self.do(
            ChangeMember(member="V4", household="H2", name="居民4", phone="", team="", consent="")
        )
        self.do(AdoptRulebook(rulebook="1", in_force_from="2022-07-01", rules=RULES))
        self.do(IssueCard(card="C9", account="H1"))
        self.do(BlockCard(card="C9"))
        for holder in ("officer:D", "officer:S"):
            key = self.do(GrantKey(officer="D", scope=Scope.DESK, digest=holder)).answer["key"]
            self.do(RevokeKey(key=key), holder)
        self.do(DiscloseOpenings(after=0, through=9, openings=5), SUPERVISOR)

    def record(self) -> list[str]:
        """Nine acts, by their register numbers 1 to 9; the third and fourth share a day."""
        rows = (
            ("V1", "A01", "2022-07-01", None, None),
            ("V2", "A01", "2022-07-01", None, None),
            ("V1", "A02", "2022-07-01", 480, 1020),
            ("V1", "A02", "2022-07-01", 1080, 1170),
            ("V2", "M01", "2022-07-01", None, None),
            ("V3", "A01", "2022-07-01", None, None),
            ("V3", "M01", "2022-07-01", None, None),
            ("V4", "A01", "2022-07-01", None, None),
            ("V2", "A01", "2022-07-02", None, None),
        )
        records = [
            RecordAct(
                member=member,
                rule=rule,
                performed_on=day,
                performed_from=start,
                performed_to=end,
                register_number=number,
            )
            for number, (member, rule, day, start, end) in enumerate(rows, 1)
        ]
        return [done.answer["act"] for done in self.all(records, "officer:G")]

    def review(self, acts: list[str]) -> None:
        """The third act is long, the eighth is declined."""
        self.all([ReviewAct(act=act, approve=act != acts[7]) for act in acts], "officer:R")
        self.do(ApproveActAgain(act=acts[2]), "officer:Q")

    def notices(self, acts: list[str]) -> None:
        """An objection to the sixth act is upheld, one to the ninth is dismissed."""
        clockwork = Clockwork(self.writer, self.store)
        self.at = POSTED
        clockwork.run(self.at)
        self.at = OBJECTED
        for act in (acts[5], acts[8]):
            raised = self.do(RaiseObjection(act=act, statement="不实"), RESIDENT)
            name = raised.answer["objection"]
            upheld = act == acts[5]
            self.do(DecideObjection(act=act, objection=name, upheld=upheld), SUPERVISOR)
            self.do(ReleaseObjectionText(act=act, objection=name, statement="…"), SUPERVISOR)
        self.at = BOOKED
        clockwork.run(self.at)

    def trade(self) -> None:
        """A basket, half of it back, something spoilt, and the count that closes the day."""
        self.at = "2022-07-09T01:00:00Z"
        basket = ExchangeGoods(card="C1", session="s1", lines=[("rice", 2), ("oil", 1)])
        given = self.do(basket, "officer:D")
        back = ReturnGoods(exchange=given.answer["exchange"], lines=[("rice", 1)], reason="破损")
        self.do(back, "officer:D")
        goods = self.writer.ask(lambda context: list(context.states.shop.goods))
        asked = self.do(ProposeWriteOff(goods=goods[0], quantity=1, reason="霉变"), "officer:K")
        self.do(ConfirmWriteOff(write_off=asked.answer["write_off"]), SUPERVISOR)
        self.at = COUNTED
        assert self.at > CLOSES
        counted = self.do(CountStock(counted=[(goods[0], 3), (goods[1], 9)]), "officer:K")
        count = counted.answer["count"]
        self.do(ConfirmCount(count=count), SUPERVISOR)
        self.do(CloseSession(session="s1", count=count))

    def undo(self, acts: list[str]) -> None:
        """An award and a deduction are taken back, a term ends, a clock is confirmed."""
        self.at = UNDONE
        self.do(ReverseAward(act=acts[1], reason="重复"), SUPERVISOR)
        self.do(ReverseAward(act=acts[4], reason="误记"), SUPERVISOR)
        posts = self.writer.ask(lambda c: c.states.officers.officers["Q"].posts)
        self.do(EndTerm(post=posts[0]))
        self.do(ConfirmClock())

    def carry(self) -> None:
        """Two members bring a balance along; one is declined, the other booked."""
        balances = [
            RecordOpeningBalance(member=member, points=30, performed_on="2022-06-30")
            for member in ("V2", "V4")
        ]
        recorded = [done.answer["act"] for done in self.all(balances, "officer:G")]
        self.do(ReviewAct(act=recorded[0], approve=True), "officer:R")
        self.do(ReviewAct(act=recorded[1], approve=False), "officer:R")
        clockwork = Clockwork(self.writer, self.store)
        for self.at in (CARRIED_POSTED, CARRIED):
            clockwork.run(self.at)


@cache
def history() -> tuple[LoggedEvent, ...]:
    """The stored events of the scenario."""
    store = MemoryStore()
    with writing(store) as writer:
        Scenario(writer, store).play()
    return tuple(store.logged())
