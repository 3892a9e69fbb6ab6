"""A quarter from the command line: played, kept, looked at, rebuilt, repeated."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ledger.log.communities import schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LoggedEvent
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import machine_sources
from ledger.server import OWNER, READER, WRITER, Database, ServerSettings, open_database
from projections.catalogue import ALL
from tests.api.cli.conftest import Said, Sunledger
from tests.api.sheets.build import write_quarter
from tests.model import report as model_report
from tests.model.generate import quarter as generated
from tests.model.generate import write
from tests.support.ledgers import SmallLedger, writing

EVENTS_MAX = 1000
SEED = "07" * 32


@pytest.fixture
def quarter(tmp_path: Path) -> Path:
    """A folder with the small quarter."""
    made = tmp_path / "quarter"
    made.mkdir()
    return write_quarter(made)


def told(said: Said) -> Any:
    """The one JSON document that a command wrote."""
    assert (0, []) == (said.code, said.err)
    return json.loads("\n".join(said.out))


def log_of(home: Path) -> list[LoggedEvent]:
    """Every event of a kept ledger."""
    with open_database(ServerSettings(home)) as database:
        recorder = LedgerRecorder(LogDatastore(database.conninfo(READER), "sunledger_guangsha"))
        try:
            return list(recorder.read_after(0, EVENTS_MAX))
        finally:
            recorder.close()


def test_a_thrown_away_rehearsal_reports_what_the_model_says(
    sunledger: Sunledger, tmp_path: Path, database: Database
) -> None:
    """The report file is that of the independent model, in sorted JSON, with nothing beside it."""
    quarter, path = tmp_path / "quarter", tmp_path / "report.json"
    quarter.mkdir()
    write(generated(4), quarter)
    path.write_text("the report of last time")
    settings = {"database_url": database.conninfo()}
    ended = sunledger("rehearse", quarter, "--report", path, "--json", **settings)
    assert 0 == ended.code
    said = json.loads("\n".join(ended.out))
    report = json.loads(path.read_text())
    assert json.loads(json.dumps(model_report(quarter))) == report
    assert (
        json.dumps(report, ensure_ascii=False, sort_keys=True, indent=1) + "\n" == path.read_text()
    )
    assert report["totals"] == said["totals"]
    assert {"events", "seconds", "seed", "totals"} == said.keys()
    assert [path, quarter] == sorted(tmp_path.iterdir(), reverse=True)


@pytest.mark.parametrize(("language", "words"), [("en", "Acts"), ("zh-CN", "善行")])
def test_the_summary_is_for_people(
    sunledger: Sunledger, quarter: Path, database: Database, language: str, words: str
) -> None:
    """Without --json there are tables in the reader's language, and the seed at the end."""
    said = sunledger(
        "rehearse", quarter, "--seed", SEED, language=language, database_url=database.conninfo()
    )
    assert (0, []) == (said.code, said.err)
    assert any(line.startswith(words) for line in said.out)
    assert said.out[-1].endswith(SEED)


def test_a_kept_ledger_is_looked_at_rebuilt_and_not_played_over(
    sunledger: Sunledger, quarter: Path, folder: Path
) -> None:
    """rehearse --keep, status, rebuild; a second --keep into the same home is refused."""
    home = folder / "home"
    played = told(sunledger("rehearse", quarter, "--keep", home, "--json"))
    ledger = told(sunledger("status", "--json", home=home))["communities"]["guangsha"]
    books = {p.NAME: {"position": played["events"], "stale": False} for p in ALL}
    assert played["events"] == ledger["events"]
    assert ledger["rehearsal"]
    assert books == ledger["projections"]

    said = sunledger("rebuild", "accounts", home=home)
    assert (0, []) == (said.code, said.err)
    assert [f"Rebuilt as of position {played['events']}: accounts."] == said.out
    said = sunledger("rebuild", "--community", "elsewhere", home=home, language="zh-CN")
    assert (2, ["请用 --community 指明是哪个社区：guangsha。"]) == (said.code, said.err)

    said = sunledger("rehearse", quarter, "--keep", home)
    sentence = f"{home} holds the ledger of guangsha already. Choose another folder to keep this."
    assert (1, [], [sentence]) == (said.code, said.out, said.err)
    assert played["events"] == len(log_of(home))


def test_the_printed_seed_repeats_the_ledger(
    sunledger: Sunledger, quarter: Path, folder: Path
) -> None:
    """The same sheets with the seed of an earlier rehearsal give the same log, byte for byte."""
    homes = folder / "first", folder / "second"
    seed = told(sunledger("rehearse", quarter, "--keep", homes[0], "--json"))["seed"]
    again = told(sunledger("rehearse", quarter, "--keep", homes[1], "--json", "--seed", seed))
    assert seed == again["seed"]
    log = log_of(homes[0])
    assert again["events"] == len(log)
    assert log == log_of(homes[1])


def test_an_empty_home_holds_no_ledger(sunledger: Sunledger, folder: Path) -> None:
    """Status says so and is content; rebuild cannot do anything."""
    said = sunledger("status", home=folder / "home")
    sentence = (
        "There is no ledger here yet."
        " Try: sunledger import DIR, or sunledger rehearse DIR --keep HOME"
    )
    assert (0, [sentence], []) == (said.code, said.out, said.err)
    said = sunledger("rebuild", home=folder / "home")
    assert (2, [], [sentence]) == (said.code, said.out, said.err)


def test_a_stale_mark_never_costs_a_real_ledger(
    sunledger: Sunledger, database: Database, quarter: Path, folder: Path
) -> None:
    """A half-played folder and another database with a real ledger of the name: it stays."""
    schema = schema_of("guangsha")
    migrate(database.conninfo(OWNER), schema)
    recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema))
    with writing(recorder, machine_sources()) as writer:
        SmallLedger(writer, recorder, rehearsal=False).open()
    head = recorder.head().position
    (folder / "rehearsal.json").write_text('{"community": "guangsha", "complete": false}')
    said = sunledger("rehearse", quarter, "--keep", folder, database_url=database.address)
    assert 1 == said.code
    assert "guangsha is a real ledger" in said.err[-1]
    assert head == recorder.head().position
    recorder.close()
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        connection.execute("DROP SCHEMA sunledger_guangsha CASCADE")
