"""Following: every event once, whoever follows, whatever breaks."""

from collections.abc import Callable
from threading import Thread

import psycopg
import pytest
from structlog.testing import capture_logs

from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.log.store import StoreUnavailableError
from ledger.server import Database
from projections.accounts import Accounts, balances
from projections.catalogue import ALL
from projections.course import State
from projections.errors import ProjectionBehindError, ProjectionStaleError
from projections.follow import Follower
from projections.rebuild import rebuild
from projections.schema import install
from projections.views import view
from tests.projections.conftest import Follow
from tests.projections.faults import Fragile, Sturdy, Twice, interrupt
from tests.projections.story import BALANCES, Story

Dumped = Callable[..., bytes]
PATIENCE_SECONDS = 30


def anew(owner: str, schema: str, dumped: Dumped) -> bytes:
    """What the tables hold after a rebuild."""
    rebuild(owner, schema, ALL)
    return dumped()


@pytest.mark.parametrize("page_events", [1, 7])
def test_pages_of_any_size_give_the_same(
    story: Story, follow: Follow, dumped: Dumped, owner: str, schema: str, page_events: int
) -> None:
    """Followed in pages of any size, the tables are byte for byte those of a rebuild."""
    story.play()
    follow(page_events=page_events).catch_up()
    followed = dumped()
    assert anew(owner, schema, dumped) == followed


def test_a_follower_that_starts_anywhere_gives_the_same(
    story: Story, follow: Follow, dumped: Dumped, owner: str, schema: str
) -> None:
    """A new process at every page, with nothing in memory, changes nothing."""
    story.play()
    head = story.store.head().position
    reached = 0
    while reached < head:
        follower = follow()
        assert min(reached + 9, head) == follower.catch_up(limit=9)
        reached = follower.position
        follower.stop()
    followed = dumped()
    assert anew(owner, schema, dumped) == followed


def test_progress_is_told(story: Story, follow: Follow) -> None:
    """The caller hears of every page how far it is and where it ends."""
    story.open()
    head = story.store.head().position
    told: list[tuple[int, int]] = []
    reached = follow(page_events=2).catch_up(on_progress=lambda *at: told.append(at))
    assert head == reached
    assert [(2, head), (head, head)] == told


def test_nothing_new_is_no_work(story: Story, follow: Follow) -> None:
    """Catching up with a log that has not grown leaves everything as it is."""
    story.open()
    follower = follow()
    assert follower.catch_up() == follower.catch_up() == story.store.head().position


def test_two_processes_may_follow_at_once(
    story: Story, follow: Follow, dumped: Dumped, owner: str, schema: str
) -> None:
    """Two followers, awake all the time while the ledger grows, fold each event once."""
    followers = [follow(page_events=size) for size in (3, 4)]
    for follower in followers:
        follower.start()
    story.play()
    for follower in followers:
        follower.wait_for(story.store.head().position, PATIENCE_SECONDS)
        assert {State.FOLLOWING} == {status.state for status in follower.status()}
        follower.stop()
    followed = dumped()
    assert anew(owner, schema, dumped) == followed


def test_two_threads_may_use_one_follower(
    story: Story, follow: Follow, dumped: Dumped, owner: str, schema: str
) -> None:
    """Calls from several threads take turns."""
    story.play()
    follower = follow(page_events=5)
    threads = [Thread(target=follower.catch_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    followed = dumped()
    assert anew(owner, schema, dumped) == followed


def test_a_crash_between_tables_and_position_leaves_nothing(
    story: Story, follow: Follow, dumped: Dumped, datastore: LogDatastore
) -> None:
    """What was written before the position is gone with it; the next attempt does the page."""
    story.open()
    follower = follow()
    follower.catch_up()
    before, position = dumped(), follower.positions()
    story.register()
    interrupt(follower, datastore, times=1)
    with pytest.raises(StoreUnavailableError):
        follower.catch_up()
    assert before == dumped()
    assert position == follower.positions()
    assert story.store.head().position == follower.catch_up()


def test_a_lost_connection_is_made_again(
    story: Story, follow: Follow, database: Database, dumped: Dumped, owner: str, schema: str
) -> None:
    """Followers whose connections are cut go on by themselves and miss nothing."""
    follower = follow(page_events=5)
    follower.start()
    story.open()
    follower.wait_for(story.store.head().position, PATIENCE_SECONDS)
    story.writer.close()
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND usename = session_user AND datname = current_database()"
    )
    with psycopg.connect(database.conninfo(), autocommit=True) as connection:
        connection.execute(cut)
    again = Story(story.store)
    again.secretary, again.supervisor, again.number = story.secretary, story.supervisor, 1
    again.register()
    again.writer.close()
    follower.wait_for(story.store.head().position, PATIENCE_SECONDS)
    followed = dumped()
    assert anew(owner, schema, dumped) == followed


def test_a_lost_notify_stalls_nothing(story: Story, database: Database, schema: str) -> None:
    """A follower that never hears a NOTIFY polls."""
    deaf = LogDatastore(database.conninfo("sunledger_writer"), schema)
    deaf.channel = "another_channel"
    follower = Follower(deaf, ALL)
    follower.start()
    story.play()
    follower.wait_for(story.store.head().position, PATIENCE_SECONDS)
    follower.stop()
    with view(deaf, Accounts) as seen:
        assert BALANCES == balances(seen.connection)
    deaf.close()


def test_waiting_for_another_process(story: Story, follow: Follow) -> None:
    """Who waits is content when somebody else has followed."""
    waiting, working = follow(), follow()
    story.open()
    working.catch_up()
    waiting.wait_for(story.store.head().position, PATIENCE_SECONDS)
    assert working.positions() == waiting.positions()


def test_waiting_has_an_end(story: Story, follow: Follow) -> None:
    """A position that is not reached in time is refused with a code of its own."""
    story.open()
    follower = follow()
    follower.catch_up()
    with pytest.raises(ProjectionBehindError) as caught:
        follower.wait_for(10_000, 0.01)
    assert ("projection_behind", 503) == (caught.value.code, caught.value.status)


def test_a_projection_that_fails_stops_alone(
    story: Story, follow: Follow, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """The others go on; the log names the projection and the kind of error, and nobody."""
    install(owner, schema, [Fragile])
    story.play()
    follower = follow(Fragile, Accounts)
    with capture_logs() as logs:
        follower.catch_up()
    states = {status.name: (status.state, status.error) for status in follower.status()}
    assert {
        "fragile": (State.STOPPED, "BrokenError"),
        "accounts": (State.FOLLOWING, None),
    } == states
    with view(datastore, Accounts) as seen:
        assert BALANCES == balances(seen.connection)
    assert ["projection-stopped"] == [line["event"] for line in logs]
    assert "H1" not in repr(logs)
    assert follower.positions()["fragile"] < follower.positions()["accounts"]


def test_waiting_for_a_stopped_projection_is_not_waiting(
    story: Story, follow: Follow, owner: str, schema: str
) -> None:
    """Nobody waits for what will not come."""
    install(owner, schema, [Fragile])
    story.play()
    follower = follow(Fragile)
    follower.catch_up()
    with pytest.raises(ProjectionBehindError):
        follower.wait_for(story.store.head().position, 10 * PATIENCE_SECONDS)


def test_rows_that_a_table_refuses_stop_one_projection(
    story: Story, follow: Follow, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """What only the database notices stops the projection that wrote it, and no other."""
    install(owner, schema, [Twice])
    story.play()
    follower = follow(Twice, Accounts)
    follower.catch_up()
    states = {status.name: status.state for status in follower.status()}
    assert {"twice": State.STOPPED, "accounts": State.FOLLOWING} == states
    with view(datastore, Accounts) as seen:
        assert BALANCES == balances(seen.connection)


def test_a_new_version_waits_for_its_rebuild(
    story: Story, follow: Follow, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """Tables of another version are not followed; a rebuild makes them anew."""
    install(owner, schema, [Fragile])
    story.play()
    old = follow(Fragile)
    old.catch_up()
    assert ["fragile"] == install(owner, schema, [Sturdy])
    with pytest.raises(ProjectionStaleError), view(datastore, Sturdy):
        pass
    new = follow(Sturdy)
    new.catch_up()
    assert [State.REBUILD] == [status.state for status in new.status()]
    rebuild(owner, schema, [Sturdy])
    new.catch_up()
    assert [State.FOLLOWING] == [status.state for status in new.status()]
    assert story.store.head().position == new.position
    assert [] == install(owner, schema, [Sturdy, Fragile])
    old.catch_up()
    assert [State.REBUILD] == [status.state for status in old.status()]


def test_tables_that_were_never_made_cannot_be_read(datastore: LogDatastore) -> None:
    """Reading before the first install is an error of one sentence."""
    with pytest.raises(ProjectionStaleError), view(datastore, Accounts):
        pass


def test_projections_start_when_they_are_installed(
    recorder: LedgerRecorder, follow: Follow, owner: str, schema: str
) -> None:
    """A follower that was there before its tables says so, and begins once they are made."""
    follower = follow()
    with pytest.raises(ProjectionStaleError):
        follower.catch_up()
    follower.start()
    story = Story(recorder)
    story.open()
    install(owner, schema, ALL)
    follower.wait_for(recorder.head().position, PATIENCE_SECONDS)
    story.writer.close()
