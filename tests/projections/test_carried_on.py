"""The read model of the community once a rehearsal was carried on."""

from collections.abc import Callable

from ledger.commands.community import CarryOn
from ledger.log.datastore import LogDatastore
from projections.catalogue import ALL
from projections.rebuild import rebuild
from projections.views import view
from tests.projections.conftest import Follow
from tests.projections.story import Story

ENDS = "2022-09-30T15:59:59Z"


def ends_in(datastore: LogDatastore) -> str | None:
    """The end of the period, as readers are told it."""
    with view(datastore, *ALL) as seen:
        row = seen.connection.execute("SELECT ends FROM ledger").fetchone()
    assert row is not None
    found: str | None = row[0]
    return found


def test_the_period_has_no_end_any_more(
    story: Story,
    follow: Follow,
    datastore: LogDatastore,
    owner: str,
    schema: str,
    dumped: Callable[..., bytes],
) -> None:
    """Followed event by event the end goes when it is taken off, and a rebuild says the same."""
    story.open()
    follower = follow(page_events=1)
    follower.catch_up()
    assert ENDS == ends_in(datastore)
    story.office(CarryOn(), ENDS)
    follower.catch_up()
    assert ends_in(datastore) is None
    followed = dumped()
    rebuild(owner, schema, list(ALL))
    assert followed == dumped()
