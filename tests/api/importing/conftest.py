"""Importing into a community of its own on the running database."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from ledger.log.communities import schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LoggedEvent, decode
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import machine_sources
from ledger.log.writer import Writer
from ledger.server import OWNER, WRITER, Database
from projections.audit import History, audit
from tests.api.cli.conftest import Said, Sunledger, sunledger
from tests.api.importing.folder import Folder
from tests.support.whole import check_log

__all__ = ["sunledger"]  # a fixture that these tests share with those of the command line

_numbers = count(1)


@dataclass(frozen=True)
class Town:
    """A community that is imported into: its folder, and the ledger that comes of it."""

    name: str
    folder: Folder
    home: Path
    database: Database
    command: Sunledger

    def run(self, *arguments: object, language: str = "en") -> Said:
        """Import the folder as a person would."""
        settings = {"home": self.home, "database_url": self.database.address}
        return self.command("import", self.folder.path, *arguments, language=language, **settings)

    def counts(self) -> dict[str, tuple[int, int, int, int, int]]:
        """Import the folder; per sheet the rows that are there, new, changed, known, refused."""
        said = self.run("--json")
        sheets = json.loads("\n".join(said.out))["sheets"]
        words = ("rows", "new", "changed", "known", "refused")
        found = {n: tuple(int(sheet[w]) for w in words) for n, sheet in sheets.items()}
        return {n: counts for n, counts in found.items() if counts[0]}  # type: ignore[misc]

    @contextmanager
    def recorder(self) -> Iterator[LedgerRecorder]:
        """The ledger's log."""
        conninfo = self.database.conninfo(WRITER)
        recorder = LedgerRecorder(LogDatastore(conninfo, schema_of(self.name)))
        yield recorder
        recorder.close()

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """A writer of another process, an office's say."""
        with self.recorder() as recorder:
            writer = Writer(recorder, machine_sources())
            yield writer
            writer.close()

    def log(self) -> list[LoggedEvent]:
        """Every event of the ledger, which is whole and in which the audit finds nothing."""
        with self.recorder() as recorder:
            events = check_log(recorder)
            assert [] == audit(History.of(events))
        return events

    def events(self, *topics: str) -> list[dict[str, Any]]:
        """The fields of the events of some types, in their order."""
        return [
            decode(logged).event.as_dict() for logged in self.log() if logged.event.type in topics
        ]


MakeTown = Callable[[], Town]


@pytest.fixture
def make_town(database: Database, tmp_path: Path, sunledger: Sunledger) -> Iterator[MakeTown]:
    """Makes communities that are not there yet, and takes them away at the end."""
    made: list[Town] = []

    def make() -> Town:
        name = f"town{next(_numbers)}"
        folder = Folder(tmp_path / name, name).fill()
        made.append(Town(name, folder, tmp_path / "home", database, sunledger))
        return made[-1]

    yield make
    with psycopg.connect(database.conninfo(OWNER), autocommit=True) as connection:
        for town in made:
            schema = Identifier(schema_of(town.name))
            connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))


@pytest.fixture
def town(make_town: MakeTown) -> Town:
    """One community whose sheets are without fault."""
    return make_town()
