"""Communities in a database: only rehearsals are ever dropped."""

from collections.abc import Iterator

import psycopg
import pytest

from ledger.log import communities
from ledger.log.communities import NotARehearsalError, schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import machine_sources
from ledger.server import OWNER, WRITER, Database
from tests.support.ledgers import SmallLedger, writing

NAMES = ("rehearsal_lane", "empty_lane", "bare_lane")


def opened(database: Database, community: str, *, rehearsal: bool) -> LedgerRecorder:
    """A ledger with its genesis."""
    schema = schema_of(community)
    migrate(database.conninfo(OWNER), schema)
    recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema))
    with writing(recorder, None if rehearsal else machine_sources()) as writer:
        SmallLedger(writer, recorder, rehearsal=rehearsal).open()
    return recorder


@pytest.fixture
def real(database: Database) -> Iterator[LedgerRecorder]:
    """A ledger on the real clock, of a community with an unlucky name."""
    recorder = opened(database, "rehearsal_street", rehearsal=False)
    yield recorder
    recorder.close()
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute("DROP SCHEMA sunledger_rehearsal_street CASCADE")


def test_a_real_ledger_is_never_dropped(database: Database, real: LedgerRecorder) -> None:
    """Whatever asks for it, a genesis on the real clock keeps its log."""
    head = real.head().position
    with pytest.raises(NotARehearsalError):
        communities.drop(database, schema_of("rehearsal_street"))
    assert head == real.head().position


def test_a_throw_away_leaves_communities_alone(database: Database, real: LedgerRecorder) -> None:
    """No name that a community may have is taken for a throw-away's."""
    head = real.head().position
    with communities.throw_away(database, schema_of(communities.REHEARSAL + "x")):
        assert "rehearsal_street" in communities.communities(database)
    assert head == real.head().position


def test_a_rehearsal_is_dropped_however_far_it_came(database: Database) -> None:
    """With events, without any, and before its tables were made."""
    opened(database, NAMES[0], rehearsal=True).close()
    migrate(database.conninfo(OWNER), schema_of(NAMES[1]))
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA sunledger_bare_lane")
        for name in NAMES:
            communities.drop(database, schema_of(name))
        left = connection.execute(
            "SELECT count(*) FROM pg_namespace WHERE nspname = ANY(%s)",
            ([schema_of(name) for name in NAMES],),
        ).fetchone()
    assert (0,) == left


def test_what_was_left_behind_goes_at_the_next_throw_away(database: Database) -> None:
    """A throw-away that nobody uses any more is dropped by the next one."""
    left = communities.REHEARSAL + "left"
    opened(database, left, rehearsal=True).close()
    with communities.throw_away(database, schema_of(communities.REHEARSAL + "next")):
        with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_namespace WHERE nspname = %s", (schema_of(left),)
            ).fetchone()
    assert (0,) == found
