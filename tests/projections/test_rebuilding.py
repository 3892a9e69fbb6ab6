"""Rebuilding: beside the old tables, interruptible, and never seen half done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest

from ledger.commands.people import RegisterHousehold
from ledger.log.datastore import LogDatastore
from ledger.log.store import StoreUnavailableError
from ledger.server import Database
from projections import rebuild as rebuilding
from projections.accounts import Accounts, balances
from projections.catalogue import ALL
from projections.community import Community
from projections.notices import Notices
from projections.people import People
from projections.rebuild import RebuildFailedError, RebuildRunningError, rebuild
from projections.schema import install
from projections.shop import Shop, stock
from projections.totals import Totals, totals
from projections.views import view
from tests.projections.conftest import Follow
from tests.projections.faults import Fragile
from tests.projections.story import BALANCES, STOCK, TOTALS, Story

Dumped = Callable[..., bytes]
PATIENCE_SECONDS = 30
LEFTOVERS = (
    "SELECT count(*) FROM pg_class "
    "WHERE relname LIKE '%%\\_\\_new%%' AND relnamespace = %s::regnamespace"
)


@pytest.fixture
def followed(story: Story, follow: Follow, dumped: Dumped) -> bytes:
    """The tables of the whole story as they were followed."""
    story.play()
    follow().catch_up()
    return dumped()


@contextmanager
def working(work: Callable[[], object]) -> Iterator[None]:
    """Do something over and over, beside the test; a failure of it fails the test."""
    enough, failures = Event(), list[BaseException]()

    def run() -> None:
        try:
            while not enough.is_set():
                work()
        except BaseException as error:
            failures.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()
    assert [] == failures


def leftovers(owner: str, schema: str) -> int:
    """How many tables and indexes of unfinished rebuilds there are."""
    with psycopg.connect(owner, autocommit=True) as connection:
        row = connection.execute(LEFTOVERS, (schema,)).fetchone()
    assert row is not None
    return int(row[0])


def test_a_rebuild_gives_the_same_bytes(
    followed: bytes, dumped: Dumped, story: Story, owner: str, schema: str
) -> None:
    """Rebuilt tables are those that were followed, at the head, and again so."""
    for _ in range(2):
        assert story.store.head().position == rebuild(owner, schema, ALL)
        assert followed == dumped()
    assert 0 == leftovers(owner, schema)


def test_one_projection_may_be_rebuilt_by_itself(
    followed: bytes, dumped: Dumped, follow: Follow, owner: str, schema: str
) -> None:
    """The others stay, and all are followed on."""
    rebuild(owner, schema, [Accounts])
    assert followed == dumped()
    assert 0 == follow().catch_up() - follow(Accounts).catch_up()


def test_a_rebuild_makes_tables_that_were_never_installed(
    story: Story, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """A rebuild needs no followed tables to begin with."""
    story.play()
    rebuild(owner, schema, ALL)
    with view(datastore, *ALL) as seen:
        assert TOTALS == totals(seen.connection)


def test_more_rows_than_memory_may_hold(
    followed: bytes,
    dumped: Dumped,
    owner: str,
    schema: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows that are written in between and loaded again come out the same."""
    monkeypatch.setattr(rebuilding, "ROWS_MAX", 5)
    monkeypatch.setattr(rebuilding, "PAGE_EVENTS", 4)
    monkeypatch.setattr(rebuilding, "GAP_EVENTS_MAX", 10)
    rebuild(owner, schema, ALL)
    assert followed == dumped()


def test_what_was_broken_is_mended(
    followed: bytes, follow: Follow, dumped: Dumped, owner: str, schema: str
) -> None:
    """Tables that somebody spoiled are as they were; a follower goes by the new ones."""
    follower = follow()
    follower.catch_up()
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
        connection.execute("UPDATE accounts SET balance = 1000")
        connection.execute("DELETE FROM statement_lines")
    rebuild(owner, schema, ALL)
    follower.catch_up()
    assert followed == dumped()


def test_old_answers_are_there_until_the_swap(
    followed: bytes, dumped: Dumped, owner: str, schema: str
) -> None:
    """While a rebuild goes on, readers see what they saw before."""
    seen: list[bytes] = []
    rebuild(owner, schema, ALL, on_progress=lambda *_: seen.append(dumped()))
    assert {followed} == set(seen)


def test_no_reader_ever_sees_half_a_swap(
    followed: bytes, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """Readers that read all the time see the whole at every moment of a swap."""

    def read() -> None:
        with view(datastore, Accounts, Shop, Totals) as seen:
            assert TOTALS == totals(seen.connection)
            assert STOCK == stock(seen.connection)
            assert BALANCES == balances(seen.connection)

    with working(read), working(read):
        for _ in range(3):
            rebuild(owner, schema, ALL)
    assert followed


def test_a_reader_makes_the_swap_wait(
    followed: bytes, dumped: Dumped, owner: str, schema: str, datastore: LogDatastore
) -> None:
    """A swap waits for a page that is being read, and the page stays whole."""
    rebuilt = Event()

    def run() -> None:
        rebuild(owner, schema, [Accounts])
        rebuilt.set()

    thread = Thread(target=run)
    with view(datastore, Accounts) as seen:
        thread.start()
        assert not rebuilt.wait(1)
        assert BALANCES == balances(seen.connection)
    assert rebuilt.wait(PATIENCE_SECONDS)
    thread.join()
    assert followed == dumped()


def test_a_rebuild_while_the_ledger_grows(
    story: Story, follow: Follow, dumped: Dumped, owner: str, schema: str
) -> None:
    """Events that come during a rebuild are in, once, followed or rebuilt."""
    story.play()
    follower = follow()
    follower.start()
    number = iter(range(1_000_000))

    def grow() -> None:
        household = f"N{next(number):06}"
        story.office(
            RegisterHousehold(household=household, grid="G1", building="", flat=""),
            "2022-08-10T00:00:00Z",
        )

    with working(grow):
        for _ in range(2):
            rebuild(owner, schema, ALL)
    follower.wait_for(story.store.head().position, PATIENCE_SECONDS)
    follower.stop()
    grown = dumped()
    rebuild(owner, schema, ALL)
    assert grown == dumped()
    assert next(number) > 1


def test_a_killed_rebuild_leaves_the_old_tables(
    followed: bytes, dumped: Dumped, owner: str, schema: str, database: Database
) -> None:
    """A rebuild that dies half way changes nothing, and what it made goes at the next start."""

    def kill(*_: int) -> None:
        with psycopg.connect(database.conninfo(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )

    with pytest.raises(StoreUnavailableError):
        rebuild(owner, schema, ALL, on_progress=kill)
    assert followed == dumped()
    assert leftovers(owner, schema) > 0
    install(owner, schema, ALL)
    assert 0 == leftovers(owner, schema)
    rebuild(owner, schema, ALL)
    assert followed == dumped()


def test_an_interrupted_rebuild_cleans_up(
    followed: bytes, dumped: Dumped, owner: str, schema: str
) -> None:
    """A key pressed on the way leaves nothing behind."""

    def press(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(owner, schema, ALL, on_progress=press)
    assert 0 == leftovers(owner, schema)
    assert followed == dumped()


def test_one_rebuild_at_a_time(followed: bytes, owner: str, schema: str) -> None:
    """A second rebuild of the same community is refused; starting beside one is no harm."""
    refused: list[str] = []

    def try_too(*_: int) -> None:
        install(owner, schema, ALL)
        with pytest.raises(RebuildRunningError) as caught:
            rebuild(owner, schema, ALL)
        refused.append(caught.value.code)

    rebuild(owner, schema, ALL, on_progress=try_too)
    assert "rebuild_running" in refused
    assert followed


def test_a_projection_that_cannot_be_rebuilt_says_so(
    story: Story, follow: Follow, owner: str, schema: str
) -> None:
    """The error names projection, place and kind, and the old tables stay."""
    install(owner, schema, [Fragile])
    story.play()
    with pytest.raises(RebuildFailedError) as caught:
        rebuild(owner, schema, [Fragile])
    assert "fragile" in str(caught.value)
    assert "BrokenError" in str(caught.value)
    assert "H1" not in str(caught.value)
    assert 0 == leftovers(owner, schema)


def test_public_books_stay_when_openings_are_erased(
    followed: bytes, dumped: Dumped, owner: str, schema: str, database: Database
) -> None:
    """Without a single opening the public tables are the same, and the personal ones empty."""
    public = (Community, Shop, Totals, Notices)
    before = dumped(*public)
    with psycopg.connect(database.conninfo("sunledger_eraser"), autocommit=True) as connection:
        connection.execute("SELECT set_config('search_path', %s, false)", (schema,))
        connection.execute("DELETE FROM openings")
    rebuild(owner, schema, ALL)
    assert before == dumped(*public)
    assert b"" == dumped(People)
    assert followed != dumped()
