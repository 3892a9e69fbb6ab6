"""The demo's ledger from the sheets to the end of the block in which it is served."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from api.rehearsal.demonstration import Demonstration, demonstrated
from api.rehearsal.present import EARLIEST_DAYS, PresentTooEarlyError
from api.settings import Settings
from ledger.calendar import instant_of, moment_of, plus_days
from ledger.log.communities import communities, schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.server import OWNER, READER, Database
from projections.acts import stages
from projections.catalogue import ALL
from projections.ranking import standings
from projections.rebuild import rebuild
from projections.views import dump, view
from tests.api.cli.conftest import schemas
from tests.api.rehearsal.carrying import EVENTS_MAX, Template, carried_on
from tests.api.rehearsal.playing import GUANGSHA, SEED, quarter_in

NOW = "2026-11-27T06:30:00Z"
ENDS = "2022-09-30T15:59:59Z"


@pytest.fixture(scope="module")
def phases() -> set[str]:
    """The phases of which progress was told."""
    return set()


@pytest.fixture(scope="module")
def demo(database: Database, phases: set[str]) -> Iterator[Demonstration]:
    """The demo's ledger in a configured database, which is empty of it afterwards."""
    before = schemas(database)
    with ExitStack() as stack:
        made = demonstrated(
            quarter_in(GUANGSHA),
            Settings(database_url=database.conninfo()),
            seed=SEED,
            now=NOW,
            progress=lambda phase, _done, _total: phases.add(phase),
        )
        yield stack.enter_context(made)
    assert before == schemas(database)


@pytest.fixture(scope="module")
def recorder(demo: Demonstration) -> Iterator[LedgerRecorder]:
    """The demo's log, as a reader opens it."""
    opened = LedgerRecorder(LogDatastore(demo.database.conninfo(READER), demo.schema))
    yield opened
    opened.close()


def test_a_demo_says_what_it_serves(demo: Demonstration, recorder: LedgerRecorder) -> None:
    """Community, key, head and what happened in the quarter are at hand; real ledgers are not."""
    assert ("guangsha", recorder.head().position) == (demo.community, demo.position)
    assert demo.schema not in {schema_of(name) for name in communities(demo.database)}
    with view(recorder.log, *ALL) as seen:
        row = seen.connection.execute("SELECT key, rehearsal, ends FROM ledger").fetchone()
    assert (demo.key.verifier, True, None) == row
    assert 25_005 == demo.rehearsed.report["totals"]["awarded"]


def test_progress_is_told_of_every_phase(demo: Demonstration, phases: set[str]) -> None:
    """Whoever waits sees the quarter played, the books written and the present reached."""
    del demo
    assert {"play", "follow", "present"} == phases


def test_nothing_of_the_quarter_is_left_over(recorder: LedgerRecorder) -> None:
    """Acts that wait for the office, or hang on a notice, are all of the last weeks."""
    with view(recorder.log, *ALL) as seen:
        found = stages(seen.connection)
        rows = seen.connection.execute("SELECT act, performed_on FROM acts").fetchall()
    days: dict[str, str] = dict(rows)
    under_way = {"recorded", "reviewed", "approved", "posted"}
    latest = [days[act] for act, (stage, _) in found.items() if stage in under_way]
    assert len(latest) > 50
    assert min(latest) > plus_days(NOW, -42)[:10]


def test_the_roll_of_this_quarter_has_names(recorder: LedgerRecorder) -> None:
    """The honour roll of October to December is not that of the quarter that was rehearsed."""
    with view(recorder.log, *ALL) as seen:
        roll = standings(seen.connection, "member", "2026-10", "2026-12", 10)
    assert len(roll) >= 10


def test_the_same_seed_and_now_give_the_same_log(
    recorder: LedgerRecorder, carriable: Template
) -> None:
    """Every stored byte, even where another process carried the quarter on."""
    with carried_on(carriable, NOW) as again:
        assert again.events == list(recorder.read_after(0, EVENTS_MAX))


def test_books_equal_rebuilt_ones(demo: Demonstration, recorder: LedgerRecorder) -> None:
    """Every read model as it was followed is what a rebuild makes of the whole log."""
    with view(recorder.log, *ALL) as seen:
        followed, position = dump(seen.connection, *ALL), seen.position
    assert demo.position == position
    rebuild(demo.database.conninfo(OWNER), demo.schema, list(ALL))
    with view(recorder.log, *ALL) as seen:
        assert followed == dump(seen.connection, *ALL)


def test_a_clock_that_is_too_early_is_said_at_once(database: Database) -> None:
    """Nothing is played for a now before the aftermath of the quarter is over."""
    earliest = plus_days(ENDS, EARLIEST_DAYS)
    now = instant_of(moment_of(earliest).replace(second=58))
    told: list[str] = []
    made = demonstrated(
        quarter_in(GUANGSHA),
        Settings(database_url=database.conninfo()),
        seed=SEED,
        now=now,
        progress=lambda phase, _done, _total: told.append(phase),
    )
    with pytest.raises(PresentTooEarlyError) as refused, made:
        pass
    assert ({"earliest": earliest}, []) == (refused.value.params, told)
