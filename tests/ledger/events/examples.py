"""One example of every event type ever written, with the newest form of it as the value.

The keys are topics. When a type gets a new version, its old topic stays here and its value becomes
what the old bytes are lifted to. Private values are words that occur nowhere else.
"""

from typing import Final

from ledger.events import (
    acts,
    community,
    exchanges,
    goods,
    keys,
    notices,
    officers,
    people,
    points,
    rulebooks,
)
from ledger.events.base import Event

ACTOR: Final = "post5678post5678"
RECORDED_AT: Final = "2022-07-09T01:30:00Z"
POSITION: Final = 42
SALTS: Final = {"opening": bytes(range(16)), "text": bytes(range(16, 32))}

ACT = "act4567act4567ac"
EXCHANGE = "exchange3456exch"
LINES = [
    exchanges.ExchangeLine("rice", 3, 10, [("goods234goods234", 2), ("goods567goods567", 1)]),
    exchanges.ExchangeLine("oil", 1, 25, [("goods345goods345", 1)]),
]
COUNTED = [goods.CountLine("goods234goods234", 12, 11)]
PERSON = {
    "member": "V-private",
    "household": "H-private",
    "name": "居民 Private",
    "phone": "13800001234",
    "team": "cleaners-private",
    "consent": "masked-private",
}

_ALL: tuple[Event, ...] = (
    keys.KeyGranted(
        key="key34567key34567", scope="desk", officer="D-private", digest="digest-private"
    ),
    keys.KeyRevoked(key="key34567key34567"),
    keys.OpeningsDisclosed(after=40, through=42, openings=2),
    acts.ActRecorded(
        act=ACT,
        rule="A01",
        rulebook="2022",
        performed_on="2022-07-02",
        minutes=90,
        registered_at="2022-07-02T08:00:00Z",
        member="V-private",
        performed_from=541,
        performed_to=631,
        register_number=1717,
        remark='门口 "扫雪" \\ private\n',
        evidence=["sha256-private"],
    ),
    acts.ActReviewed(
        act=ACT, second_approval_required=False, member="V-private", register_number=1717
    ),
    acts.ActDeclined(act=ACT, member="V-private", reason="没有证据"),
    acts.ActSecondApproved(act=ACT, member="V-private", register_number=None),
    acts.OpeningBalanceRecorded(
        act=ACT,
        points=86,
        performed_on="2022-06-30",
        registered_at="2022-07-02T08:00:00Z",
        member="V-private",
        register_number=None,
        remark="旧账本 private 第 3 页",
    ),
    community.LedgerOpened(
        community="guangsha",
        name_zh="广厦社区",
        name_en="Guangsha",
        timezone="Asia/Shanghai",
        account_holder="household",
        origin="ledger.example/guangsha",
        key="ledger.example/guangsha+00000000+AQ==",
        rehearsal=True,
        starts="2022-06-30T16:00:00Z",
        ends="2022-09-30T15:59:59Z",
    ),
    community.SettingsAdopted(post_weekday=4, post_time=1080, notice_days=7, expiry_months=12),
    community.ClockConfirmed(),
    community.RehearsalCarriedOn(community="guangsha"),
    points.PointsAwarded(
        act=ACT,
        rule="A01",
        points=5,
        minutes=90,
        performed_on="2022-07-02",
        due_at="2022-07-08T10:00:00Z",
        member="V-private",
        account="H-private",
        debt_paid=2,
        lot_points=3,
        expires="2023-07-08",
    ),
    points.PointsDeducted(
        act=ACT,
        rule="B01",
        points=7,
        minutes=None,
        performed_on="2022-07-02",
        due_at="2022-07-08T10:00:00Z",
        member="V-private",
        account="H-private",
        taken=[("lot-private", 4)],
        debt_added=3,
    ),
    points.ActCapped(
        act=ACT,
        rule="A01",
        minutes=90,
        performed_on="2022-07-02",
        due_at="2022-07-08T10:00:00Z",
        member="V-private",
    ),
    points.AwardReversed(
        act=ACT,
        rule="A01",
        corrects=41,
        points=5,
        minutes=90,
        performed_on="2022-07-02",
        member="V-private",
        account="H-private",
        lot="lot-private",
        taken=[("lot2-private", 3)],
        debt_added=2,
        debt_paid=0,
        lot_points=0,
        expires=None,
        reason="记错了人",
    ),
    points.LotsExpired(
        points=3,
        due_at="2023-07-07T16:00:00Z",
        account="H-private",
        taken=[("lot-private", 3)],
    ),
    points.ExpiryCompleted(date="2023-07-08"),
    exchanges.SessionAnnounced(
        session="s1",
        place="门岗",
        opens_at="2022-07-09T00:00:00Z",
        closes_at="2022-07-09T09:00:00Z",
    ),
    exchanges.SessionClosed(session="s1", count="count678count678"),
    exchanges.GoodsExchanged(
        exchange=EXCHANGE,
        session="s1",
        lines=LINES,
        points=55,
        account="H-private",
        card="C-private",
        taken=[("lot-private", 50), ("lot2-private", 5)],
    ),
    exchanges.GoodsReturned(
        goods_return="return45return45",
        exchange=EXCHANGE,
        session="s1",
        lines=LINES[1:],
        points=25,
        account="H-private",
        lot="lot3-private",
        debt_paid=5,
        lot_points=20,
        expires="2023-07-09",
        reason="漏油",
    ),
    goods.ItemListed(item="rice", name_zh="大米", name_en="Rice", unit="袋", price=10, limit=None),
    goods.GoodsReceived(
        goods="goods234goods234",
        item="rice",
        quantity=40,
        unit_value_fen=2990,
        best_before="2022-12-31",
        donor="粮店",
    ),
    goods.WriteOffProposed(
        write_off="writeoff2345writ", goods="goods234goods234", quantity=2, reason="受潮"
    ),
    goods.GoodsWrittenOff(
        write_off="writeoff2345writ", goods="goods234goods234", item="rice", quantity=2
    ),
    goods.StockCounted(count="count678count678", lines=COUNTED),
    goods.CountConfirmed(count="count678count678", lines=COUNTED),
    notices.NoticePosted(
        notice="notice34notice34",
        acts=1,
        due_at="2022-07-08T10:00:00Z",
        closes_at="2022-07-15T10:00:00Z",
    ),
    notices.ActPosted(
        act=ACT,
        notice="notice34notice34",
        closes_at="2022-07-15T10:00:00Z",
        member="V-private",
        register_number=1717,
    ),
    notices.ObjectionRaised(objection="objection2345obj", act=ACT, statement="那天 V-private 不在"),
    notices.ObjectionTextReleased(objection="objection2345obj", act=ACT, statement="那天本人不在"),
    notices.ObjectionDecided(
        objection="objection2345obj", act=ACT, upheld=True, member="V-private", reason="属实"
    ),
    notices.ActRefused(act=ACT, due_at="2022-07-15T10:00:00Z", member="V-private"),
    officers.OfficerAppointed(
        post=ACTOR,
        kind="clerk",
        begins="2022-07-01T00:00:00Z",
        ends=None,
        officer="W-private",
        name="居民 Private",
        member="V-private",
        household="H-private",
    ),
    officers.TermEnded(post=ACTOR, ends="2022-09-01T00:00:00Z"),
    officers.RelativesDeclared(officer="W-private", household="H-private"),
    people.GridRegistered(grid="g1"),
    people.BuildingRegistered(building="3号楼", grid="g1"),
    people.HouseholdRegistered(
        household="H-private", grid="g-private", building="b-private", flat="301-private"
    ),
    people.MemberRegistered(**PERSON),
    people.MemberChanged(**PERSON),
    people.CardIssued(card="C-private", account="H-private"),
    people.CardBlocked(card="C-private", account="H-private"),
    rulebooks.RulebookAdopted(rulebook="2022", in_force_from="2022-07-01", rules=1),
    rulebooks.RuleListed(
        rulebook="2022",
        rule="A01",
        name_zh="志愿服务",
        name_en="Volunteering",
        category="service",
        sign=1,
        unit="hour",
        points=5,
        cap_day=None,
        cap_month=100,
    ),
)

EXAMPLES: Final[dict[str, Event]] = {event.TOPIC: event for event in _ALL}
"""By topic."""
