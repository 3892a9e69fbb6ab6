"""The bundled quarter on PostgreSQL: its report, its bytes, its books and its privacy."""

import csv
import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.rehearsal.play import Played
from api.rehearsal.report import report_of
from api.rehearsal.stage import read_books
from ledger.events.base import private_tags, public_tags
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LoggedEvent, decode
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.server import OWNER, WRITER, Database
from projections.catalogue import ALL
from projections.follow import Follower
from projections.rebuild import rebuild
from projections.schema import install
from projections.views import dump, view
from tests.api.rehearsal.playing import EXPECTED, GUANGSHA, as_json, play, quarter_in

SCHEMA = "sunledger_bundled"
EVENTS_MAX = 100_000


def new_ledger(database: Database, schema: str) -> LedgerRecorder:
    """An empty ledger with its read models."""
    migrate(database.conninfo(OWNER), schema)
    install(database.conninfo(OWNER), schema, ALL)
    return LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema))


@pytest.fixture(scope="module")
def recorder(database: Database) -> Iterator[LedgerRecorder]:
    """The ledger that the quarter is played into, once."""
    opened = new_ledger(database, SCHEMA)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def played(recorder: LedgerRecorder) -> Played:
    """The played quarter, followed to the head of the log."""
    found: Played = play(quarter_in(GUANGSHA), recorder)
    follower = Follower(recorder.log, ALL)
    follower.catch_up()
    follower.stop()
    return found


@pytest.fixture(scope="module")
def log(recorder: LedgerRecorder, played: Played) -> list[LoggedEvent]:
    """Every event of the played quarter."""
    del played
    return list(recorder.read_after(0, EVENTS_MAX))


@pytest.mark.parametrize("section", sorted(json.loads(EXPECTED.read_text())))
def test_the_report_is_the_expected_one(
    recorder: LedgerRecorder, played: Played, section: str
) -> None:
    """Each section of the report equals that of expected.json."""
    books, _ = read_books(recorder.log, played.timeline.quarter)
    expected = json.loads(EXPECTED.read_text())
    actual = as_json(report_of(played, books))
    assert expected.keys() == actual.keys()
    assert expected[section] == actual[section]


def test_the_same_seed_gives_the_same_log(database: Database, log: list[LoggedEvent]) -> None:
    """A second rehearsal with the same seed repeats every stored byte."""
    again = new_ledger(database, SCHEMA + "_again")
    play(quarter_in(GUANGSHA), again)
    repeated = list(again.read_after(0, EVENTS_MAX))
    again.close()
    assert log == repeated


def test_every_projection_rebuilt_equals_the_followed_one(
    database: Database, recorder: LedgerRecorder, played: Played
) -> None:
    """Rebuilding from position 0 gives every table as it was followed, byte for byte."""
    del played
    with view(recorder.log, *ALL) as seen:
        followed, position = dump(seen.connection, *ALL), seen.position
    assert position == rebuild(database.conninfo(OWNER), SCHEMA, list(ALL))
    with view(recorder.log, *ALL) as seen:
        assert followed == dump(seen.connection, *ALL)


def test_tags_are_what_entry_and_opening_give(log: list[LoggedEvent]) -> None:
    """Tags recomputed from entry and opening equal the stored ones, at every position."""
    for logged in log:
        event = decode(logged).event
        assert public_tags(event) == logged.event.tags, logged.position
        expected = private_tags(event) if logged.event.opening is not None else []
        assert expected == logged.event.private_tags, logged.position


def test_positions_are_gapless(log: list[LoggedEvent]) -> None:
    """The log counts 1, 2, 3 … without gaps."""
    assert list(range(1, len(log) + 1)) == [logged.position for logged in log]


def test_no_entry_holds_a_personal_value(log: list[LoggedEvent]) -> None:
    """No JSON value of an entry is a name, phone, flat, card, household or volunteer number."""
    personal = personal_values()
    assert len(personal) > 5_000
    for logged in log:
        found = personal & set(values_of(json.loads(logged.event.data)))
        assert not found, (logged.position, logged.event.type)


def personal_values() -> set[str]:
    """All personal cells of the sheets."""
    columns = ("志愿者编号", "姓名", "户号", "室", "电话", "卡号")
    with (GUANGSHA / "residents.csv").open(encoding="gb18030") as file:
        residents = {row[c] for row in csv.DictReader(file) for c in columns}
    with (GUANGSHA / "officers.csv").open(encoding="utf-8-sig") as file:
        officers = {row[c] for row in csv.DictReader(file) for c in ("工号", "姓名")}
    return (residents | officers) - {""}


def values_of(value: Any) -> Iterator[str]:
    """Every string that is a value, at any depth; keys are not values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from values_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from values_of(each)
