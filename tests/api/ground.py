"""A served community in which every call has somebody who may make it and something to act on.

Whom things concern lives in household `H1`. For each post there are four officers: `plain-<post>`,
`own-<post>` who lives in `H1`, `kin-<post>` who declared it, and `past-<post>` whose term is over.
Each has a key for every scope.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from api.hosting.house import House
from ledger.calendar import instant_of
from ledger.clockwork import Clockwork
from ledger.commands.acts import RecordAct
from ledger.commands.base import Command
from ledger.commands.exchanges import ExchangeGoods
from ledger.commands.goods import AnnounceSession, ListItem, ReceiveGoods
from ledger.commands.keys import GrantKey, RevokeKey
from ledger.commands.notices import RaiseObjection
from ledger.commands.officers import (
    AdoptRulebook,
    AppointOfficer,
    DeclareRelatives,
    EndTerm,
    RuleLine,
)
from ledger.commands.reviews import ReviewAct
from ledger.commands.stock import ConfirmCount, CountStock, ProposeWriteOff
from ledger.server import Database
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from projections.board.notices import notices
from projections.notices import Notices
from projections.views import view
from tests.support.ledgers import ACTED_ON, BOOKED, OPENED
from tests.support.live import SESSION, LiveLedger, live_house

VARIANTS = ("plain", "own", "kin", "past")
ACTS = 40
"""Acts that are booked, and as many that are on notice."""
RULES = 999
PER_HOUR = "L01"
APPROVED_LATE = "2022-07-14T01:00:00Z"


@dataclass
class Ground:
    """The community, keys by officer and scope, and pools of things that a call uses up."""

    house: House
    ledger: LiveLedger
    keys: dict[tuple[str, Scope], str] = field(default_factory=dict)
    key_ids: dict[tuple[str, Scope], str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    awarded: Iterator[str] = field(default_factory=lambda: iter(()))
    posted: Iterator[str] = field(default_factory=lambda: iter(()))
    goods: str = ""
    """A lot that is written off and counted, and another one that stays as it is."""
    counted: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _days: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def path(self) -> str:
        """Where the community's calls are."""
        return f"/api/v1/{self.house.community}"

    def new(self) -> int:
        """A number that was not used yet."""
        return next(self._numbers)

    def do(self, command: Command, officer: str) -> dict[str, str]:
        """What an officer's command, which must be accepted, is answered."""
        return self.ledger.do(command, f"officer:{officer}").answer

    def appoint(self, officer: str, post: PostKind, member: str | None = None) -> None:
        """Appoint an officer, and grant a key of each scope."""
        appointment = AppointOfficer(
            officer=officer, name="", kind=post, begins=OPENED, member=member
        )
        self.posts[officer] = self.do(appointment, "S")["post"]
        keyring = self.house.keyring
        for scope in Scope:
            key = self.keys[officer, scope] = keyring.new_key(scope)
            digest = keyring.digest(self.house.community, key)
            grant = GrantKey(officer=officer, scope=scope, digest=digest)
            self.key_ids[officer, scope] = self.do(grant, "S")["key"]

    def deed(self) -> dict[str, str]:
        """Rule and day of an act of `V1` that nobody recorded yet."""
        more, number = divmod(self.new(), RULES)
        return {"rule": _code(number), "performed_on": _day(1 + more)}

    def recorded(self) -> str:
        """An act of a member of `H1` that waits for its review."""
        deed = self.deed()
        act = RecordAct(member="V1", rule=deed["rule"], performed_on=deed["performed_on"])
        return self.do(act, "G")["act"]

    def reviewed(self) -> str:
        """An act that waits for its second approval."""
        day = _day(next(self._days))
        long = RecordAct(
            member="V1", rule=PER_HOUR, performed_on=day, performed_from=0, performed_to=600
        )
        act = self.do(long, "G")["act"]
        self.do(ReviewAct(act=act, approve=True), "R")
        return act

    def objection(self) -> tuple[str, str]:
        """An act on notice, and an objection to it."""
        act = next(self.posted)
        return act, self.do(RaiseObjection(act=act), "G")["objection"]

    def exchange(self) -> str:
        """An exchange of `H1`."""
        basket = ExchangeGoods(card="C1", session=SESSION, lines=[("rice", 1)])
        return self.do(basket, "D")["exchange"]

    def write_off(self) -> str:
        """A write-off that waits for a second officer."""
        proposal = ProposeWriteOff(goods=self.goods, quantity=1, reason="破损")
        return self.do(proposal, "K")["write_off"]

    def count(self, *, confirmed: bool = False) -> str:
        """A count, confirmed or not."""
        made = self.do(CountStock(counted=[(self.counted, 10)]), "K")["count"]
        if confirmed:
            self.do(ConfirmCount(count=made), "S")
        return made

    def ended_session(self) -> str:
        """An exchange session that has ended and is not counted."""
        name = f"ended{self.new()}"
        now = datetime.now(UTC)
        opens, closes = (instant_of(now - timedelta(hours=n)) for n in (2, 1))
        self.do(AnnounceSession(session=name, place="", opens_at=opens, closes_at=closes), "S")
        return name

    def notice(self) -> str:
        """A sheet that hangs or hung on the board."""
        with view(self.house.books, Notices) as seen:
            return notices(seen.connection, 1)[0].notice

    def spare_key(self) -> str:
        """The public id of a key that may be revoked."""
        digest = self.house.keyring.digest(self.house.community, f"spare{self.new()}")
        return self.do(GrantKey(officer="G", scope=Scope.OFFICE, digest=digest), "S")["key"]

    def spare_post(self) -> str:
        """A post whose term may end."""
        post = AppointOfficer(officer="spare", name="", kind=PostKind.CLERK, begins=OPENED)
        return self.do(post, "S")["post"]


def _day(number: int) -> str:
    """A day of the ledger; the first is that of the acts in the pools."""
    return (date.fromisoformat(ACTED_ON) + timedelta(days=number)).isoformat()


def _code(number: int) -> str:
    return f"B{number:03}"


@contextmanager
def prepared(database: Database, community: str, folder: Path) -> Iterator[Ground]:
    """The ground, on a house that follows its log."""
    house = live_house(database, community, folder)
    try:
        ground = Ground(house, LiveLedger(house.writer, house.store))
        _lay(ground)
        house.start()
        house.follower.wait_for(house.head(), 60)
        yield ground
    finally:
        house.stop()


def _lay(ground: Ground) -> None:
    ledger = ground.ledger
    ledger.trading(households=2, points=100_000, rice=100_000)
    codes = list(map(_code, range(RULES)))
    rules = [RuleLine(code, "甲", "A", "", 1, "time", 1, None, None) for code in ["A01", *codes]]
    rules.append(RuleLine(PER_HOUR, "乙", "B", "", 1, "hour", 1, None, None))
    ledger.do(AdoptRulebook(rulebook="2", in_force_from="2022-07-01", rules=rules))
    fresh = iter(codes)
    awarded = _approved(ground, list(islice(fresh, ACTS)))
    _run_clockwork(ground, BOOKED, "2022-07-13T10:00:00Z")
    ledger.at = APPROVED_LATE
    posted = _approved(ground, list(islice(fresh, 2 * ACTS)))
    ground.awarded, ground.posted = iter(awarded), iter(posted)
    ledger.carried_on(rice=100_000)
    _run_clockwork(ground, ledger.at)
    ground.goods = ground.do(ReceiveGoods(item="oil", quantity=100_000), "K")["goods"]
    ground.do(ListItem(item="tea", name_zh="茶", name_en="Tea", unit="bag", price=1, limit=0), "K")
    ground.counted = ground.do(ReceiveGoods(item="tea", quantity=10), "K")["goods"]
    _appoint(ground)


def _approved(ground: Ground, rules: list[str]) -> list[str]:
    acts = [RecordAct(member="V1", rule=rule, performed_on=ACTED_ON) for rule in rules]
    recorded = [outcome.answer["act"] for outcome in ground.ledger.all(acts, "officer:G")]
    ground.ledger.all([ReviewAct(act=act, approve=True) for act in recorded], "officer:R")
    return recorded


def _run_clockwork(ground: Ground, *instants: str) -> None:
    for ground.ledger.at in instants:
        Clockwork(ground.ledger.writer, ground.ledger.store).run(ground.ledger.at)


def _appoint(ground: Ground) -> None:
    """The officers of every kind, their keys, and those that come after the ordinary ones."""
    for variant in VARIANTS:
        for kind in PostKind:
            ground.appoint(f"{variant}-{kind}", kind, member="V1" if variant == "own" else None)
    ground.appoint("revoked", PostKind.SECRETARY)
    relatives = [name for name in ground.posts if name.startswith("kin")]
    ground.ledger.all([DeclareRelatives(officer=name, household="H1") for name in relatives])
    over = [post for name, post in ground.posts.items() if name.startswith("past")]
    ground.ledger.all([EndTerm(post=post) for post in over])
    lost = [key for (name, _), key in ground.key_ids.items() if name == "revoked"]
    ground.ledger.all([RevokeKey(key=key) for key in lost])
