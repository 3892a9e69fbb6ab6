"""Projections over a real database: installed tables, a played story, followers."""

from collections.abc import Callable, Iterator

import pytest

from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.server import Database
from projections.base import Projection
from projections.catalogue import ALL
from projections.follow import Follower
from projections.schema import install
from projections.views import dump, view
from tests.projections.story import Story


@pytest.fixture
def owner(database: Database) -> str:
    """The owner's connection string."""
    return database.conninfo("sunledger_owner")


MakeStory = Callable[..., Story]


@pytest.fixture
def make_story(recorder: LedgerRecorder, owner: str, schema: str) -> Iterator[MakeStory]:
    """Makes a story that has not begun, in a schema where all projections are installed."""
    install(owner, schema, ALL)
    told: list[Story] = []

    def make(**settings: str) -> Story:
        told.append(Story(recorder, **settings))
        return told[-1]

    yield make
    for story in told:
        story.writer.close()


@pytest.fixture
def story(make_story: MakeStory) -> Story:
    """The story, before its first event."""
    return make_story()


Follow = Callable[..., Follower]


@pytest.fixture
def follow(database: Database, schema: str) -> Iterator[Follow]:
    """Makes followers, each with connections of its own, as other processes would have them."""
    made: list[tuple[Follower, LogDatastore]] = []

    def make(*projections: type[Projection], page_events: int = 5_000) -> Follower:
        datastore = LogDatastore(database.conninfo("sunledger_writer"), schema)
        made.append((Follower(datastore, projections or ALL, page_events=page_events), datastore))
        return made[-1][0]

    yield make
    for follower, datastore in made:
        follower.stop()
        datastore.close()


@pytest.fixture
def dumped(datastore: LogDatastore) -> Callable[..., bytes]:
    """Dumps the tables of some projections, by default of all."""

    def dumps(*projections: type[Projection]) -> bytes:
        with view(datastore, *(projections or ALL)) as seen:
            return dump(seen.connection, *(projections or ALL))

    return dumps
