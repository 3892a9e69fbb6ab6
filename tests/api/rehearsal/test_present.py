"""Whenever a demo is started, its ledger is alive, sound, and never ahead of the clock."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from api.rehearsal.cast import CAST
from api.rehearsal.present import EARLIEST_DAYS, PresentTooEarlyError
from ledger.calendar import instant_of, local_date, moment_of, plus_days
from ledger.commands.base import Context
from ledger.commands.exchanges import ExchangeGoods
from ledger.events.acts import ActDeclined, ActRecorded, ActReviewed
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.goods import CountConfirmed, GoodsWrittenOff
from ledger.events.notices import (
    ActRefused,
    NoticePosted,
    ObjectionDecided,
    ObjectionRaised,
    ObjectionTextReleased,
)
from ledger.events.points import PointsAwarded
from ledger.log.requests import Request
from ledger.states.act import Stage
from ledger.states.officers import OFFICER, PostKind
from projections.audit import History, audit
from tests.api.rehearsal.carrying import Carried, Template, carried_on

ENDS = "2022-09-30T15:59:59Z"
ORDINARY = "2026-11-27T06:30:00Z"
NOWS = {
    "an ordinary Friday": ORDINARY,
    "the earliest possible": plus_days(ENDS, EARLIEST_DAYS),
    "a second before the posting": "2026-11-22T09:59:59Z",
    "the instant of the posting": "2026-11-22T10:00:00Z",
    "too early for today's opening": "2026-11-27T01:29:59Z",
    "a leap day, open just long enough": "2028-02-29T01:30:00Z",
    "the first midnight of a year": "2026-12-31T16:00:00Z",
    "a Monday's midnight, two weeks into a quarter": "2029-10-14T16:00:00Z",
}
TIMEZONE = "Asia/Shanghai"
AWARDS_DAYS = 14
"""An act of a quarter's first day is awarded two weeks later at the latest."""


@pytest.fixture(scope="module", params=list(NOWS.values()), ids=list(NOWS))
def carried(carriable: Template, request: pytest.FixtureRequest) -> Iterator[Carried]:
    """The quarter carried on to one instant after the other."""
    with carried_on(carriable, request.param) as made:
        yield made


def test_nothing_is_recorded_later_than_now(carried: Carried) -> None:
    """The log's last event is not ahead of the clock, and recent enough to look alive."""
    latest = carried.new[-1].recorded_at
    assert plus_days(carried.now, -1) < latest <= carried.now
    assert latest == max(recorded.recorded_at for recorded in carried.new)


def test_the_audit_finds_nothing(carried: Carried) -> None:
    """Every invariant holds over the quarter and all that followed."""
    assert [] == audit(History.of(carried.events))


def test_one_session_is_open_for_a_day_and_more(carried: Carried) -> None:
    """It was announced before it opened, and closes a day after now at the earliest."""
    shop = carried.ask(lambda context: context.states.shop)
    assert [carried.present.session] == shop.open_at(carried.now)
    session = shop.sessions[carried.present.session]
    half_an_hour_ago = instant_of(moment_of(carried.now) - timedelta(minutes=30))
    assert plus_days(half_an_hour_ago, -1) < session.opens_at <= half_an_hour_ago
    assert plus_days(carried.now, 1) <= session.closes_at < plus_days(carried.now, 2)


def test_the_shop_has_traded(carried: Carried) -> None:
    """Several clerks have served, something came back, something is sold out, some is limited."""
    given = [r for r in carried.new if isinstance(r.event, GoodsExchanged)]
    assert 48 == len(given)
    assert len({recorded.actor for recorded in given}) > 3
    session = carried.present.session
    assert {session} == {recorded.event.session for recorded in given}
    assert [session] * 2 == [event.session for event in carried.happened(GoodsReturned)]
    shop = carried.ask(lambda context: context.states.shop)
    today = local_date(carried.now, TIMEZONE)
    stock = {item: sum(n for _, n in shop.available(item, today)) for item in shop.items}
    assert [CAST.sold_out] == [item for item, left in stock.items() if left == 0]
    spoilt = [g for g in shop.goods.values() if g.left and (g.best_before or today) < today]
    assert [] == spoilt


def test_the_quarters_session_is_closed_by_a_count(carried: Carried) -> None:
    """The count found a little less than the books; what had spoilt was written off."""
    assert carried.ask(lambda context: context.states.shop.sessions["2022Q3"].count)
    [confirmed] = carried.happened(CountConfirmed)
    assert [-2] == [n.counted - n.expected for n in confirmed.lines if n.counted != n.expected]
    assert carried.happened(GoodsWrittenOff)


def test_one_notice_runs(carried: Carried) -> None:
    """It has some dozens of lines, closes within the week, and no other is open beside it."""
    running = [n for n in carried.happened(NoticePosted) if n.closes_at > carried.now]
    assert 1 == len(running)
    assert 24 <= running[0].acts <= 120
    assert running[0].closes_at <= plus_days(carried.now, 7)
    posted = carried.ask(lambda context: context.states.notices.posted)
    assert running[0].acts == len(posted)


def test_objections_stand_in_every_state(carried: Carried) -> None:
    """On the notice that runs one is undecided, one dismissed and shown; one before was upheld."""
    posted = carried.ask(lambda context: context.states.notices.posted)
    raised = {event.objection: event.act for event in carried.happened(ObjectionRaised)}
    decided = {event.objection: event.upheld for event in carried.happened(ObjectionDecided)}
    [undecided] = raised.keys() - decided.keys()
    assert {undecided} == posted[raised[undecided]].undecided
    [dismissed] = [objection for objection, upheld in decided.items() if not upheld]
    assert raised[dismissed] in posted
    [upheld] = [objection for objection, upheld in decided.items() if upheld]
    assert [raised[upheld]] == [event.act for event in carried.happened(ActRefused)]
    shown = {event.objection for event in carried.happened(ObjectionTextReleased)}
    assert {dismissed, upheld} == shown


def test_the_office_has_work(carried: Carried) -> None:
    """Some acts of late wait for a review."""
    recorded = {event.act: event.performed_on for event in carried.happened(ActRecorded)}
    reviewed = {event.act for event in carried.happened(ActReviewed)}
    declined = {event.act for event in carried.happened(ActDeclined)}
    waiting = recorded.keys() - reviewed - declined
    assert 5 <= len(waiting) <= 120
    stages = carried.ask(lambda c: {c.states.act(act).stage for act in waiting})
    assert {Stage.RECORDED} == stages


def test_there_are_awards_of_late(carried: Carried) -> None:
    """Dozens in the last weeks; of the quarter's own acts from two weeks into it on."""
    awarded = carried.happened(PointsAwarded)
    month_ago = plus_days(carried.now, -42)[:10]
    assert len({event.member for event in awarded if event.performed_on > month_ago}) > 100
    today = date.fromisoformat(local_date(carried.now, TIMEZONE))
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    own = [event for event in awarded if event.performed_on >= first.isoformat()]
    assert bool(own) == ((today - first).days >= AWARDS_DAYS)


def posts_of(context: Context) -> set[tuple[str, str]]:
    """Who holds which kind of post now, as officer and kind."""
    posts = context.states.officers.posts.values()
    return {(post.officer, post.kind) for post in posts if post.in_term(context.instant)}


def test_the_cast_is_what_it_says(carried: Carried) -> None:
    """The officers hold their posts and are nobody's kin; one card has points, one is blocked."""
    assert CAST == carried.present.cast
    expected = {(getattr(CAST, kind), str(kind)) for kind in PostKind}
    assert expected <= carried.ask(posts_of)
    officers = carried.ask(lambda context: context.states.officers.officers)
    strangers = {officer for officer, _ in expected} - {CAST.storekeeper}
    assert [set()] * 6 == [officers[officer].households for officer in strangers]
    card = carried.ask(lambda context: context.states.card(CAST.card))
    blocked = carried.ask(lambda context: context.states.card(CAST.blocked_card))
    assert [False, True] == [card.blocked, blocked.blocked]
    account = carried.ask(lambda context: context.states.account(card.account or ""))
    assert account.balance(local_date(carried.now, TIMEZONE)) >= 60
    assert not [drawn for drawn in account.drawn if drawn.startswith(carried.present.session)]


def test_the_card_buys_one_of_each_item(carried: Carried) -> None:
    """What the README tells newcomers to try is accepted from the clerk of the cast."""
    lines: list[tuple[str, int | None]] = [(item, 1) for item in CAST.items]
    basket = ExchangeGoods(card=CAST.card, session=carried.present.session, lines=lines)
    carried.events  # noqa: B018  (read before something is added to the log)
    asked = Request("try", OFFICER + CAST.clerk, basket, carried.now)
    assert carried.writer.submit(asked).result(timeout=60).code is None


def test_a_clock_before_the_aftermath_is_refused(carriable: Template) -> None:
    """A second too early nothing is written, and the sentence says from when on it works."""
    now = instant_of(moment_of(plus_days(ENDS, EARLIEST_DAYS)) - timedelta(seconds=1))
    with pytest.raises(PresentTooEarlyError) as refused, carried_on(carriable, now):
        pass
    assert {"earliest": plus_days(ENDS, EARLIEST_DAYS)} == refused.value.params
