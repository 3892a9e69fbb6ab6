"""Every projection of the ledger."""

from typing import Final

from projections.accounts import Accounts
from projections.acts import Acts
from projections.base import Projection
from projections.community import Community
from projections.earnings import Earnings
from projections.notices import Notices
from projections.people import People
from projections.shop import Shop
from projections.standings import Standings
from projections.totals import Totals

ALL: Final[tuple[type[Projection], ...]] = (
    Community,
    People,
    Accounts,
    Acts,
    Notices,
    Standings,
    Earnings,
    Shop,
    Totals,
)
"""All projections, in the order they are folded in."""


def personal_tables() -> dict[str, str]:
    """The tables that an erasure must cover, each with the column that says whom a row is about."""
    rows = [row for projection in ALL for row in projection.TABLES]
    return {row.TABLE: row.PERSON for row in rows if row.PERSON is not None}
