"""What the board reads of the story, against numbers worked out by hand."""

from collections.abc import Iterator

import pytest

from ledger.events.base import Event, Recorded
from ledger.events.points import ActCapped, AwardReversed, PointsAwarded
from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.server import Database
from projections.base import Read, deal
from projections.board import notices, people, shop, totals
from projections.board.community import community_facts, moment_at
from projections.catalogue import ALL
from projections.earnings import EarningRow, Earnings
from projections.follow import Follower
from projections.schema import install
from projections.tables import Connection, Tables
from projections.views import View, view
from tests.projections.story import Story

SCHEMA = "sunledger_board"


@pytest.fixture(scope="module")
def told(database: Database) -> Iterator[Story]:
    """The whole story, told once for all tests of this module, which only read."""
    owner, writer = database.conninfo("sunledger_owner"), database.conninfo("sunledger_writer")
    migrate(owner, SCHEMA)
    install(owner, SCHEMA, ALL)
    recorder = LedgerRecorder(LogDatastore(writer, SCHEMA))
    story = Story(recorder)
    story.play()
    follower = Follower(recorder.log, ALL)
    follower.catch_up()
    follower.stop()
    yield story
    story.writer.close()
    recorder.close()


@pytest.fixture
def seen(told: Story, database: Database) -> Iterator[View]:
    """The tables as the reader's role sees them."""
    datastore = LogDatastore(database.conninfo("sunledger_reader"), SCHEMA)
    with view(datastore, *ALL) as found:
        yield found
    datastore.close()


@pytest.fixture
def connection(seen: View) -> Connection:
    """What the board reads from."""
    return seen.connection


def test_the_moment_is_that_of_the_event(seen: View) -> None:
    """A position has the time at which its event was recorded; before everything there is none."""
    assert "2022-08-05T16:00:00Z" == moment_at(seen.connection, seen.position).recorded_at
    assert (0, None) == moment_at(seen.connection, 0)


def test_the_community(connection: Connection) -> None:
    """Names, zone, and the settings adopted last."""
    found = ("story", "故事", "Story", "Asia/Shanghai", True, 3, 1)
    assert found == community_facts(connection)


def test_notices_count_what_they_do_not_list(connection: Connection) -> None:
    """Six acts and two, the newest first; the one that cost points is a count on each."""
    newest, oldest = notices.notices(connection, 10)
    counts = [(n.number, n.acts, n.lines, n.deductions, n.objections) for n in (oldest, newest)]
    assert [(1, 6, 5, 1, 2), (2, 2, 1, 1, 0)] == counts
    assert [oldest] == notices.notices(connection, 10, before=newest.position)
    assert [newest] == notices.notices(connection, 1)
    assert newest == notices.notice(connection, newest.notice)
    assert notices.notice(connection, "none") is None


def test_notices_hang_until_they_close(connection: Connection) -> None:
    """At its closing instant a sheet is down."""
    newest, oldest = notices.notices(connection, 10)
    assert [newest] == notices.open_notices(connection, oldest.closes_at, 10)
    assert [newest, oldest] == notices.open_notices(connection, "2022-07-06T09:59:59Z", 10)
    assert [] == notices.open_notices(connection, newest.closes_at, 10)


def test_lines_say_what_became_of_each_act(connection: Connection, told: Story) -> None:
    """Booked, reversed, capped, refused; never the act that cost points."""
    oldest = notices.notices(connection, 10)[1]
    lines = notices.lines(connection, oldest.notice, 10)
    by_act = {line.act: (line.rule, line.minutes, line.stage, line.points) for line in lines}
    assert {
        told.acts[1]: ("W", 180, "awarded", 6),
        told.acts[2]: ("W", 180, "reversed", 4),
        told.acts[3]: ("W", 120, "capped", 0),
        told.acts[5]: ("G", None, "refused", 0),
        told.acts[6]: ("G", None, "awarded", 5),
    } == by_act
    assert {("masked")} == {line.consent for line in lines}
    assert lines[2:4] == notices.lines(connection, oldest.notice, 2, skip=2)
    assert [] == notices.lines(connection, oldest.notice, 10, skip=5)


def test_objections_have_their_outcome(connection: Connection, told: Story) -> None:
    """One upheld, one dismissed; the raw statement is not among what the board reads."""
    found = notices.objections(connection, [told.acts[5], told.acts[6]])
    assert [(told.acts[5], True), (told.acts[6], False)] == [(o.act, o.upheld) for o in found]
    assert {("Heard", None)} == {(o.reason, o.statement) for o in found}


def test_earnings_know_no_deduction(connection: Connection) -> None:
    """The award that was taken back is gone; the deduction lessens nobody's sum; ties share."""
    found = people.earners(connection, "2022-07", "2022-09")
    assert [
        (1, "Name of V1", 6, 300, 2),
        (2, "Name of V2", 5, 0, 1),
        (2, "Name of V3", 5, 0, 1),
    ] == sorted((e.rank, e.name, e.points, e.minutes, e.acts) for e in found)
    assert 1 == len(people.earners(connection, "2022-07", "2022-07", ranks_max=1))
    assert [] == people.earners(connection, "2022-08", "2022-08")
    assert ["2022-07"] == people.months(connection)


def test_an_exchange_day(connection: Connection) -> None:
    """Given 2 and 1 for 10 points, one back for 3."""
    assert [shop.session(connection, "X1")] == shop.sessions(connection)
    day = shop.sessions(connection)[0]
    assert (1, 1, 2, 7) == (day.exchanges, day.returns, day.quantity, day.points)
    found = {h.item: (h.given, h.returned, h.points) for h in shop.handed_out(connection, "X1")}
    assert {"RICE": (2, 1, 3), "OIL": (1, 0, 4)} == found
    assert shop.session(connection, "none") is None


def test_goods_past_their_date_are_apart(connection: Connection) -> None:
    """One bag is good until July 31 and not a day longer."""
    last, after = "2022-07-31", "2022-08-01"
    stock = {day: {i.item: i for i in shop.shelf(connection, day)} for day in (last, after)}
    assert (7, 0) == (stock[last]["RICE"].stock, stock[last]["RICE"].past_date)
    assert (6, 1) == (stock[after]["RICE"].stock, stock[after]["RICE"].past_date)
    assert (3, 2) == (stock[last]["RICE"].price, stock[last]["RICE"].limit)
    assert 21 == shop.shelf_points(connection)


def test_gifts_close_to_zero(connection: Connection) -> None:
    """What came in is handed out, on the shelf, or lost (below 0: found too many)."""
    found = {g.donor: g for g in shop.gifts(connection)}
    assert {"", "Donor A", "Donor B"} == found.keys()
    for gift in found.values():
        assert gift.received == gift.handed_out + gift.on_shelf + gift.lost
    assert (3, 1, 1500) == (found["Donor A"].received, found["Donor A"].on_shelf, 1500)
    assert (2, 0, 8000) == (found[""].received, found[""].on_shelf, found[""].value_fen)


def test_totals_by_month_and_rule(connection: Connection) -> None:
    """The newest month first; what was taken back is not among a rule's acts and points."""
    months = [(m.month, m.awarded, m.spent, m.expired) for m in totals.months(connection)]
    assert [("2022-08", 0, 0, 1), ("2022-07", 20, 10, 0)] == months
    rules = {r.rule: (r.sign, r.acts, r.points) for r in totals.by_rule(connection)}
    assert {"G": (1, 2, 10), "M": (-1, 0, 0), "P": (-1, 1, -4), "W": (1, 2, 6)} == rules


def test_rules_stand_in_the_order_of_the_rulebook(connection: Connection) -> None:
    """As adopted, with units and caps."""
    (book,) = totals.rulebooks(connection)
    found = [(r.rule, r.sign, r.unit, r.points) for r in totals.rules(connection, book.rulebook)]
    assert [
        ("W", 1, "hour", 2),
        ("G", 1, "time", 5),
        ("M", -1, "time", 3),
        ("P", -1, "hour", 4),
    ] == found
    assert [] == totals.rules(connection, "none")


def test_a_line_shows_what_could_be_objected_to() -> None:
    """On notice: what the rule would give, or what is carried over; once booked, the booking."""
    facts = ("act", "Name", "real", "", None, None, "2022-07-01", None, "posted")
    assert 40 == notices._line(*facts, None, 0, 0, 40, None, None, None).points
    assert 5 == notices._line(*facts, None, 0, 0, None, 1, "time", 5).points
    assert 500 == notices._line(*facts, 500, 0, 0, 40, None, None, None).points
    assert notices._line(*facts, None, 0, 0, None, None, None, None).points is None


def folded(*events: Event) -> list[EarningRow]:
    """What earnings make of some events."""
    tables = Tables(Earnings.TABLES)
    tables.reset(complete=True)
    reads = [
        Read(Recorded(place, "2022-07-06T10:00:00Z", "clockwork", event), False)
        for place, event in enumerate(events, 1)
    ]
    earnings = Earnings(tables)
    for dealt in deal(reads, [(Earnings, 0)]):
        earnings.take(dealt)
    row = tables[EarningRow].find(("2022-07", "V1"))
    return [] if row is None else [row]


def award(points: int, rule: str = "W", act: str = "a") -> PointsAwarded:
    return PointsAwarded(
        act=act,
        rule=rule,
        points=points,
        minutes=90,
        performed_on="2022-07-01",
        due_at="2022-07-06T10:00:00Z",
        member="V1",
        account="H1",
        debt_paid=0,
        lot_points=points,
        expires=None,
    )


def reversal(points: int, rule: str = "W") -> AwardReversed:
    return AwardReversed(
        act="a",
        rule=rule,
        corrects=1,
        points=points,
        minutes=90,
        performed_on="2022-07-01",
        member="V1",
        account="H1",
        lot="a",
        taken=[],
        debt_added=0,
        debt_paid=0,
        lot_points=0,
        expires=None,
        reason="",
    )


def test_what_was_carried_over_is_no_earning() -> None:
    """A balance from paper is a balance: neither it nor its reversal stands with the earnings."""
    assert [] == folded(award(500, rule=""))
    assert [EarningRow(period="2022-07", member="V1", points=3, minutes=90, acts=1)] == folded(
        award(500, rule="", act="b"), award(3), reversal(500, rule="")
    )


def test_a_reversal_takes_back_what_was_earned() -> None:
    """What is left of a month may be nothing; a deduction that is given back leaves no trace."""
    capped = ActCapped(
        act="c",
        rule="W",
        minutes=30,
        performed_on="2022-07-01",
        due_at="2022-07-06T10:00:00Z",
        member="V1",
    )
    assert [] == folded(award(4), reversal(4))
    left = EarningRow(period="2022-07", member="V1", points=0, minutes=30, acts=1)
    assert [left] == folded(award(4), capped, reversal(4))
    assert [left] == folded(capped, reversal(-3))
