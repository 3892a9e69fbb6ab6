"""What the read models say of the story, against numbers worked out by hand."""

from collections.abc import Iterator

import pytest

from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.server import Database
from ledger.states.act import Stage
from projections.accounts import balances, expired
from projections.acts import stages
from projections.catalogue import ALL
from projections.follow import Follower
from projections.ranking import Kind, Measure, standings
from projections.schema import install
from projections.shop import stock
from projections.totals import totals
from projections.views import View, view
from tests.projections.conftest import Follow, MakeStory
from tests.projections.story import BALANCES, EXPIRED, STOCK, TOTALS, Story

JULY = ("2022-07", "2022-07")


SCHEMA = "sunledger_told"


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
    """The tables once the whole story was followed, as a reader sees them."""
    datastore = LogDatastore(database.conninfo("sunledger_reader"), SCHEMA)
    with view(datastore, *ALL) as found:
        yield found
    datastore.close()


def test_what_the_report_asks_for(seen: View) -> None:
    """Balances, expired points, stock and totals are those worked out by hand."""
    connection = seen.connection
    assert BALANCES == balances(connection)
    assert EXPIRED == expired(connection)
    assert STOCK == stock(connection)
    assert TOTALS == totals(connection)


def test_an_answer_says_as_of_which_position(seen: View, told: Story) -> None:
    """A view knows the position of each projection, and the lowest of them."""
    head = told.store.head().position
    assert head == seen.position
    assert {projection.NAME: head for projection in ALL} == seen.positions


def test_accounts_hold_their_sums(seen: View) -> None:
    """Awards, deductions, net reversals, spending, returns and expiry add up per account."""
    rows = seen.connection.execute(
        "SELECT account, balance, debt, awarded, deducted, reversed, spent, returned, expired "
        "FROM accounts ORDER BY account"
    ).fetchall()
    expected = [
        ("H1", 3, 0, 15, 0, 4, 10, 3, 1),
        ("H2", 1, 0, 5, 7, -3, 0, 0, 0),
        ("H3", 0, 0, 0, 0, 0, 0, 0, 0),
    ]
    assert expected == rows


def test_statement_lines_run_to_the_balance(seen: View) -> None:
    """Each line has its kind, its signed points and the balance after it."""
    rows = seen.connection.execute(
        "SELECT kind, points, balance FROM statement_lines WHERE account = 'H1' ORDER BY position"
    ).fetchall()
    expected = [
        ("awarded", 6, 6),
        ("awarded", 4, 10),
        ("awarded", 5, 15),
        ("reversed", -4, 11),
        ("spent", -10, 1),
        ("returned", 3, 4),
        ("expired", -1, 3),
    ]
    assert expected == rows


def test_debt_is_paid_and_given_back(seen: View) -> None:
    """A deduction without lots goes below zero; reversing it brings the account back."""
    rows = seen.connection.execute(
        "SELECT kind, points, balance FROM statement_lines WHERE account = 'H2' ORDER BY position"
    ).fetchall()
    expected = [("deducted", -3, -3), ("reversed", 3, 0), ("awarded", 5, 5), ("deducted", -4, 1)]
    assert expected == rows


def test_lots_are_what_is_left(seen: View) -> None:
    """Only lots with points left are listed, with the date they end on."""
    rows = seen.connection.execute("SELECT account, points, expires FROM lots ORDER BY account")
    assert [("H1", 3, "2022-08-09"), ("H2", 1, "2022-08-13")] == rows.fetchall()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("member", [(1, "V1", 6, 300), (2, "V2", 5, 0), (3, "V3", 1, 0)]),
        ("household", [(1, "H1", 11, 300), (2, "H2", 1, 0)]),
        ("team", [(1, "volunteers", 7, 300), (2, "cadres", 5, 0)]),
        ("building", [(1, "B1", 11, 300), (2, "B2", 1, 0)]),
        ("grid", [(1, "G1", 12, 300)]),
    ],
)
def test_standings(seen: View, kind: Kind, expected: list[tuple[int, str, int, int]]) -> None:
    """A reversal takes back what was added where the member was then; capped minutes count."""
    found = standings(seen.connection, kind, *JULY, 10)
    assert expected == [(line.rank, line.key, line.points, line.minutes) for line in found]


@pytest.mark.parametrize(
    ("by", "limit", "expected"),
    [
        ("minutes", 1, [(1, "V1")]),
        ("minutes", 2, [(1, "V1"), (2, "V2"), (2, "V3")]),
        ("acts", 10, [(1, "V1"), (2, "V2"), (2, "V3")]),
    ],
)
def test_ties_share_a_rank(
    seen: View, by: Measure, limit: int, expected: list[tuple[int, str]]
) -> None:
    """Equal sums share a rank in the order of keys, and a limit cuts between ranks only."""
    found = standings(seen.connection, "member", *JULY, limit, by=by, at_least=0)
    assert expected == [(line.rank, line.key) for line in found]


def test_standings_are_of_their_months(seen: View) -> None:
    """Months outside the asked ones count nothing."""
    assert [] == standings(seen.connection, "member", "2022-08", "2022-09", 10)


def test_goods_from_gift_to_hand(seen: View) -> None:
    """Each lot closes: received = given - returned + lost + on the shelf."""
    rows = seen.connection.execute(
        "SELECT donor, received, given, returned, lost, stock FROM goods ORDER BY position"
    ).fetchall()
    assert [("Donor A", 3, 2, 1, 1, 1), ("Donor B", 5, 0, 0, -1, 6), ("", 2, 1, 0, 1, 0)] == rows
    assert all(a == given - back + lost + left for _, a, given, back, lost, left in rows)


def test_donors_see_what_was_handed_out(seen: View) -> None:
    """What a donor gave, and how much of it people took home."""
    rows = seen.connection.execute(
        "SELECT donor, lots, received, handed_out, received_value_fen, handed_out_value_fen "
        "FROM donors ORDER BY donor"
    ).fetchall()
    assert [("Donor A", 1, 3, 1, 1500, 500), ("Donor B", 1, 5, 0, 0, 0)] == rows


def test_a_session_from_announcement_to_count(seen: View) -> None:
    """Exchanges, returns, pieces, points, and the count that closed the day."""
    rows = seen.connection.execute(
        "SELECT place, exchanges, returns, quantity, points_spent, points_returned, closed_at, "
        "count = (SELECT count FROM counts) FROM sessions"
    ).fetchall()
    assert [("Shop", 1, 1, 2, 10, 3, "2022-07-09T10:00:00Z", True)] == rows
    items = seen.connection.execute(
        "SELECT item, given, returned, points_spent, points_returned FROM session_items "
        "WHERE session = 'X1' ORDER BY item"
    ).fetchall()
    assert [("OIL", 1, 0, 4, 0), ("RICE", 2, 1, 6, 3)] == items


def test_what_was_lost_has_a_second_officer(seen: View) -> None:
    """A write-off and a count name who proposed and who confirmed."""
    query = (
        "SELECT quantity, reason, proposed_by <> confirmed_by, "
        "(SELECT counted_by <> confirmed_by FROM counts) FROM write_offs"
    )
    assert [(1, "Spoiled", True, True)] == seen.connection.execute(query).fetchall()
    lines = "SELECT expected, counted FROM count_lines ORDER BY expected, counted"
    assert [(0, 0), (2, 1), (5, 6)] == seen.connection.execute(lines).fetchall()


def test_acts_reach_their_stage(seen: View, told: Story) -> None:
    """Every act has the stage and the booked points that it came to."""
    expected = {
        1: (Stage.AWARDED, 6),
        2: (Stage.REVERSED, 4),
        3: (Stage.CAPPED, 0),
        4: (Stage.REVERSED, -3),
        5: (Stage.REFUSED, 0),
        6: (Stage.AWARDED, 5),
        7: (Stage.AWARDED, 5),
        8: (Stage.AWARDED, -4),
    }
    found = stages(seen.connection)
    assert expected == {number: found[act] for number, act in told.acts.items()}


def test_notices_and_objections(seen: View) -> None:
    """Every line of both sheets is closed; both objections are decided."""
    notices = "SELECT acts, open, closes_at FROM notices ORDER BY position"
    assert [(6, 0, "2022-07-06T10:00:00Z"), (2, 0, "2022-07-13T10:00:00Z")] == (
        seen.connection.execute(notices).fetchall()
    )
    objections = "SELECT upheld, reason, statement FROM objections ORDER BY position"
    assert [(True, "Heard", None), (False, "Heard", None)] == (
        seen.connection.execute(objections).fetchall()
    )
    waiting = "SELECT sum(objections)::int, sum(undecided)::int FROM notice_lines"
    assert [(2, 0)] == seen.connection.execute(waiting).fetchall()


def test_months_and_rules_add_up(seen: View) -> None:
    """Totals stand in the local month they were recorded in, and by rule."""
    months = "SELECT month, awarded, expired FROM totals ORDER BY month"
    assert [("2022-07", 20, 0), ("2022-08", 0, 1)] == seen.connection.execute(months).fetchall()
    rules = "SELECT rule, acts, capped, reversals, minutes, points, reversed FROM rule_totals"
    assert [
        ("G", 2, 0, 0, 0, 10, 0),
        ("M", 1, 0, 1, 0, -3, -3),
        ("P", 1, 0, 0, 0, -4, 0),
        ("W", 3, 1, 1, 300, 10, 4),
    ] == seen.connection.execute(rules + " ORDER BY rule").fetchall()


def test_who_is_who(seen: View) -> None:
    """Members are as last changed; cards, posts, places and rules are listed."""
    moved = "SELECT household, team FROM members WHERE member = 'V1'"
    assert [("H2", "cadres")] == seen.connection.execute(moved).fetchall()
    cards = "SELECT card, account, blocked_at IS NOT NULL FROM cards ORDER BY card"
    assert [("C0", "H1", True), ("C1", "H1", False), ("C2", "H2", False)] == (
        seen.connection.execute(cards).fetchall()
    )
    posts = "SELECT kind, officer FROM posts JOIN officers USING (post) ORDER BY kind, officer"
    assert [
        ("clerk", "K"),
        ("grid_leader", "L"),
        ("reviewer", "R"),
        ("secretary", "S"),
        ("storekeeper", "S1"),
        ("storekeeper", "S2"),
        ("supervisor", "T"),
    ] == seen.connection.execute(posts).fetchall()
    counts = "SELECT (SELECT count(*) FROM rules), (SELECT count(*) FROM buildings)"
    assert [(4, 2)] == seen.connection.execute(counts).fetchall()


def test_members_hold_accounts_where_the_genesis_says_so(
    make_story: MakeStory, follow: Follow, datastore: LogDatastore
) -> None:
    """Where the account holder is the member, every member has an account and no household has."""
    story = make_story(holder="member")
    story.open()
    story.register()
    follow().catch_up()
    with view(datastore) as found:
        assert dict.fromkeys(["V1", "V2", "V3", "V4"], 0) == balances(found.connection)
