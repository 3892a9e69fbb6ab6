"""Opening balances in the books: points that count, of a time that does not."""

import pytest

from ledger.commands import opening, points
from ledger.commands.base import CLOCKWORK
from ledger.commands.notices import PostNotice
from ledger.commands.reviews import ReviewAct
from ledger.log.datastore import LogDatastore
from projections.accounts import AccountRow, Accounts, LineRow, LotRow
from projections.acts import ActRow, Acts
from projections.base import Projection
from projections.catalogue import ALL
from projections.notices import NoticeLineRow, Notices
from projections.rows import Row
from projections.standings import PersonStandingRow, Standings
from projections.tables import Connection
from projections.totals import RuleRow, Totals, totals
from projections.views import view
from tests.projections.conftest import Follow
from tests.projections.story import Story

RECORDED = "2022-07-02T01:00:00Z"
POSTED = "2022-07-03T10:00:00Z"
BOOKED = "2022-07-06T10:00:00Z"
UNDONE = "2022-07-07T01:00:00Z"


@pytest.fixture
def carried(story: Story) -> str:
    """An act of 5 points on July 2nd and a balance of 40 brought along, both of V2 and booked."""
    story.open()
    story.register()
    story.act(1, "V2", "G", "2022-07-02")
    balance = opening.RecordOpeningBalance(
        member="V2", points=40, performed_on="2022-06-30", remark="第 3 页"
    )
    act = str(story.do(balance, "officer:L", RECORDED)["act"])
    story.do(ReviewAct(act=act, approve=True), "officer:R", RECORDED)
    story.do(PostNotice(), CLOCKWORK, POSTED)
    for each in (act, story.acts[1]):
        story.do(points.CloseAct(act=each), CLOCKWORK, BOOKED)
    return act


def rows(connection: Connection, row: type[Row], column: str) -> list[tuple[object, ...]]:
    """Some column of every row, with the rows in the order of the table's key."""
    return connection.execute(
        f"SELECT {column} FROM {row.TABLE} ORDER BY {', '.join(row.KEY)}"  # noqa: S608 (constants)
    ).fetchall()


def followed(follow: Follow, *projections: type[Projection]) -> None:
    """The books are up to date."""
    follow(*(projections or ALL)).catch_up()


def test_a_balance_counts_in_the_account_and_not_in_the_standings(
    carried: str, follow: Follow, datastore: LogDatastore
) -> None:
    """Points and lot are there; the standings of June and July hold the one act alone."""
    followed(follow)
    with view(datastore, Accounts, Standings, Totals) as seen:
        found = seen.connection
        accounts = rows(found, AccountRow, "account, balance, awarded")
        assert ("H1", 45, 45) in accounts
        assert {(carried, 40)} < set(rows(found, LotRow, "lot, points"))
        assert {("awarded", 40, "")} < set(rows(found, LineRow, "kind, points, rule"))
        standings = rows(found, PersonStandingRow, "kind, period, points, acts")
        assert [("household", "2022-07", 5, 1), ("member", "2022-07", 5, 1)] == standings
        assert ("", 1, 40, 0) in rows(found, RuleRow, "rule, acts, points, minutes")
        assert (45, 45) == (totals(found)["awarded"], totals(found)["outstanding"])


def test_a_balance_is_an_act_without_a_rule(
    carried: str, follow: Follow, datastore: LogDatastore
) -> None:
    """The office sees what was carried over, by whom and of which day; the notice has its line."""
    followed(follow)
    with view(datastore, Acts, Notices) as seen:
        columns = "act, carried, rule, performed_on, stage, points, remark"
        acts = rows(seen.connection, ActRow, columns)
        assert (carried, 40, "", "2022-06-30", "awarded", 40, "第 3 页") in acts
        assert [None, 40] == sorted((a[1] for a in acts), key=lambda n: n is not None)
        assert {(carried, "awarded", 40)} < set(
            rows(seen.connection, NoticeLineRow, "act, stage, points")
        )


def test_a_balance_taken_back_hurts_nobodys_standing(
    carried: str, story: Story, follow: Follow, datastore: LogDatastore
) -> None:
    """A reversal takes the points from the account and leaves the standings as they are."""
    story.do(points.ReverseAward(act=carried, reason="看错"), story.secretary, UNDONE)
    followed(follow)
    with view(datastore, Accounts, Acts, Standings, Totals) as seen:
        found = seen.connection
        assert ("H1", 5, 40) in rows(found, AccountRow, "account, balance, reversed")
        assert (carried, "reversed") in rows(found, ActRow, "act, stage")
        standings = rows(found, PersonStandingRow, "kind, period, points, acts")
        assert [("household", "2022-07", 5, 1), ("member", "2022-07", 5, 1)] == standings
        assert ("", 1, 40) in rows(found, RuleRow, "rule, reversals, reversed")
