"""Rules of the machine: the beginning, people, posts, rulebooks, settings."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from ledger.commands.base import CLOCKWORK
from ledger.commands.community import AdoptSettings, OpenLedger, RegisterGrid, Settings
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from ledger.commands.officers import (
    AdoptRulebook,
    AppointOfficer,
    DeclareRelatives,
    EndTerm,
    RuleLine,
)
from ledger.commands.people import (
    BlockCard,
    ChangeMember,
    IssueCard,
    RegisterHousehold,
    RegisterMember,
)
from ledger.states.officers import PostKind
from tests.ledger.machine.base import BEGINS, OFFICERS, Base
from tests.ledger.machine.desk import Goods, Model, Session
from tests.ledger.machine.model import NEVER, Post, Rule
from tests.ledger.machine.plain import day_of, later

STARTS = "2022-06-30T16:00:00Z"
ENDS = "2023-12-31T15:59:59Z"
HOMES = {"V1": "H1", "V2": "H2", "V3": "H2"}
POSTS = {
    "G": PostKind.GRID_LEADER,
    "R": PostKind.REVIEWER,
    "Q": PostKind.SECOND_REVIEWER,
    "D": PostKind.CLERK,
    "K": PostKind.STOREKEEPER,
}
RULES = {
    "A": Rule(1, hourly=False, points=30),
    "B": Rule(1, hourly=True, points=10, cap_day=25, cap_month=40),
    "M": Rule(-1, hourly=False, points=40),
    "N": Rule(-1, hourly=True, points=5),
}
SECRETARY = "S"


class Office(Base):
    """What the secretary does."""

    @initialize(
        holder=st.sampled_from(["household", "household", "member"]),
        months=st.sampled_from([None, 3, 1, 2, 0]),
        ends=st.sampled_from([None, ENDS]),
    )
    def open(self, holder: str, months: int | None, ends: str | None) -> None:
        """A ledger with people, officers, rules and a shelf."""
        self.model = Model(holder, STARTS, ends)
        self.model.months = months
        genesis = OpenLedger(
            community="machine",
            name_zh="",
            name_en="",
            timezone="Asia/Shanghai",
            account_holder=holder,
            origin="ledger.example/machine",
            key="",
            rehearsal=True,
            starts=STARTS,
            ends=ends,
            settings=self.settings(),
            founders=[(PostKind.SECRETARY, "S"), (PostKind.SUPERVISOR, "T")],
        )
        founders = zip(genesis.founders, self.do(genesis, CLOCKWORK).answer["posts"], strict=True)
        for (kind, officer), post in founders:
            self.model.posts[post] = Post(kind, officer, STARTS, NEVER)
        self.settle()
        self.stock()

    def settings(self) -> Settings:
        """The settings as the model has them."""
        model = self.model
        return Settings(model.weekday, model.minutes, model.notice_days, model.months)

    def settle(self) -> None:
        """Households, members, cards, officers, a rulebook."""
        self.do(RegisterGrid(grid="g1"), SECRETARY)
        for household in ("H1", "H2"):
            self.do(
                RegisterHousehold(household=household, grid="g1", building="", flat=""), SECRETARY
            )
            self.model.homes.add(household)
        for member, household in HOMES.items():
            person = RegisterMember(
                member=member, household=household, name=member, phone="", team="", consent=""
            )
            self.do(person, SECRETARY)
            self.model.members[member] = household
        for number, account in enumerate(self.model.accounts(), 1):
            self.issue(f"C{number}", account)
        for officer, kind in POSTS.items():
            self.appoint(officer, kind, None, BEGINS, None)
        self.adopt("book1", "2022-07-01", RULES)

    def stock(self) -> None:
        """Two items on the shelf, one of them with a limit, and a session for the whole month."""
        self.list_item("rice", 10, None)
        self.list_item("oil", 25, 2)
        for item, quantity, best_before in (
            ("rice", 1, "2022-08-15"),
            ("rice", 2, None),
            ("rice", 6, None),
        ):
            self.receive(item, quantity, best_before)
        self.receive("oil", 5, None)
        self.announce("s1", BEGINS, later(BEGINS, days=45))

    def issue(self, card: str, account: str) -> None:
        """A card."""
        self.do(IssueCard(card=card, account=account), SECRETARY)
        self.model.cards[card] = (account, False)

    def appoint(
        self, officer: str, kind: PostKind, member: str | None, begins: str, ends: str | None
    ) -> None:
        """A post, and who the officer is."""
        command = AppointOfficer(
            officer=officer, name="", kind=kind, begins=begins, ends=ends, member=member
        )
        post = self.do(command, SECRETARY).answer["post"]
        self.model.posts[post] = Post(kind, officer, begins, ends or NEVER)
        self.model.persons.setdefault(officer, set()).update({member} if member else ())

    def adopt(self, name: str, starts: str, rules: dict[str, Rule]) -> None:
        """A rulebook."""
        lines = [
            RuleLine(
                code,
                code,
                code,
                "",
                line.sign,
                "hour" if line.hourly else "time",
                line.points,
                line.cap_day,
                line.cap_month,
            )
            for code, line in rules.items()
        ]
        self.do(AdoptRulebook(rulebook=name, in_force_from=starts, rules=lines), SECRETARY)
        self.model.books[name] = (starts, rules)

    def list_item(self, item: str, price: int, limit: int | None) -> None:
        """An item's terms; they stay while a session is open."""
        command = ListItem(item=item, name_zh="", name_en="", unit="", price=price, limit=limit)
        model = self.model
        trading = any(model.is_open(s, self.at) for s in model.sessions.values())
        expected = "terms_fixed" if trading and item in model.items else None
        if self.do(command, SECRETARY, expected).accepted:
            model.items[item] = (price, limit)

    def receive(self, item: str, quantity: int, best_before: str | None) -> None:
        """A lot of goods."""
        command = ReceiveGoods(item=item, quantity=quantity, best_before=best_before)
        goods = self.do(command, SECRETARY).answer["goods"]
        self.model.goods[goods] = Goods(item, best_before, quantity)

    def announce(self, session: str, opens_at: str, closes_at: str) -> None:
        """A session."""
        command = AnnounceSession(session=session, place="", opens_at=opens_at, closes_at=closes_at)
        self.do(command, SECRETARY)
        self.model.sessions[session] = Session(opens_at, closes_at)

    @rule(
        officer=st.sampled_from(OFFICERS[2:]),
        kind=st.sampled_from(PostKind),
        member=st.sampled_from([*[None] * 6, *HOMES]),
        days=st.sampled_from([None, None, 5]),
        ahead=st.integers(0, 1),
    )
    def appointing(
        self, officer: str, kind: PostKind, member: str | None, days: int | None, ahead: int
    ) -> None:
        """One more post for somebody, from now or tomorrow on, for ever or for some days."""
        begins = later(self.at, days=ahead)
        self.appoint(
            officer, kind, member, begins, None if days is None else later(begins, days=days)
        )

    @rule(data=st.data(), by=st.sampled_from("GRQDKX"))
    def ending(self, data: st.DataObject, by: str) -> None:
        """A term ends, now; not those of the founders, who are needed."""
        post = self.pick(data, list(self.model.posts)[2:])
        held, now = self.model.posts[post], self.model.now(self.at)
        expected = None if held.begins <= now < held.ends else "post_unknown"
        acting = self.model.acting(by, self.at, "secretary") or self.model.acting(by, self.at)
        if expected is None:
            may = acting is not None and (
                self.model.posts[acting].kind == "secretary" or by == held.officer
            )
            expected = None if may else "officer_unknown"
        if self.do(EndTerm(post=post), by, expected).accepted:
            held.ends = now

    @rule(officer=st.sampled_from("XTGRQDK"), household=st.sampled_from(["H1", "H2"]))
    def relating(self, officer: str, household: str) -> None:
        """An officer has relatives."""
        known = any(post.officer == officer for post in self.model.posts.values())
        expected = None if known else "officer_unknown"
        command = DeclareRelatives(officer=officer, household=household)
        if self.do(command, SECRETARY, expected).accepted:
            self.model.relatives.setdefault(officer, set()).add(household)

    @rule(member=st.sampled_from(list(HOMES)), household=st.sampled_from(["H1", "H2"]))
    def moving(self, member: str, household: str) -> None:
        """A member moves to the other household, or stays."""
        command = ChangeMember(
            member=member, household=household, name=member, phone="", team="", consent=""
        )
        self.do(command, SECRETARY)
        self.model.members[member] = household

    @rule(data=st.data())
    def blocking(self, data: st.DataObject) -> None:
        """A card is lost, and the account gets another."""
        card = self.pick(data, list(self.model.cards))
        account, blocked = self.model.cards[card]
        self.do(BlockCard(card=card), SECRETARY, "card_blocked" if blocked else None)
        self.model.cards[card] = (account, True)
        self.issue(f"C{len(self.model.cards) + 1}", account)

    @rule(
        months=st.sampled_from([None, 0, 1, 3]),
        notice_days=st.integers(0, 3),
        weekday=st.integers(0, 6),
        minutes=st.sampled_from([0, 510, 1439]),
    )
    def setting(self, months: int | None, notice_days: int, weekday: int, minutes: int) -> None:
        """Other settings from now on."""
        model = self.model
        model.months, model.notice_days = months, notice_days
        model.weekday, model.minutes = weekday, minutes
        self.do(AdoptSettings(settings=self.settings()), SECRETARY)

    @rule(days=st.integers(-5, 20), points=st.integers(1, 50), cap=st.sampled_from([None, 0, 45]))
    def legislating(self, days: int, points: int, cap: int | None) -> None:
        """Another rulebook, in force from some day."""
        name = f"book{len(self.model.books) + 1}"
        rules = {
            "A": Rule(1, hourly=False, points=points, cap_month=cap),
            "B": Rule(1, hourly=True, points=points, cap_day=cap),
            "M": Rule(-1, hourly=False, points=points),
        }
        self.adopt(name, day_of(later(self.at, days=days)), rules)

    @rule(by=st.sampled_from(OFFICERS[1:]))
    def usurping(self, by: str) -> None:
        """Only a secretary registers places."""
        count = sum(1 for request, _ in self.sent if request.command.NAME == "register-grid")
        may = self.model.acting(by, self.at, "secretary")
        self.do(RegisterGrid(grid=f"x{count}"), by, None if may else "officer_unknown")
