"""Playing quarters in tests: in memory for many small ones, in PostgreSQL for the real thing."""

import json
from pathlib import Path
from typing import Any

from api.rehearsal.hand import Hand
from api.rehearsal.play import Player
from api.rehearsal.report import Books, report_of
from api.rehearsal.timeline import Timeline
from api.sheets.quarter import Quarter, read_quarter
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import seeded_sources
from ledger.log.writer import Writer

SEED = bytes(range(32))
ROOT = Path(__file__).resolve().parents[3]
GUANGSHA = ROOT / "api" / "demo" / "guangsha-2022q3"
EXPECTED = ROOT / "tests" / "data" / "guangsha-2022q3" / "expected.json"


def quarter_in(directory: Path) -> Quarter:
    """The quarter of a folder without faults."""
    reading = read_quarter(directory)
    assert reading.quarter is not None, [p.sentence("en") for p in reading.problems]
    return reading.quarter


def play(quarter: Quarter, store: MemoryStore | LedgerRecorder, seed: bytes = SEED) -> Any:
    """Play a quarter into a store."""
    sources = seeded_sources(seed)
    writer = Writer(store, sources)
    try:
        return Player(Timeline(quarter), Hand(writer, store, sources)).play("origin.invalid", "key")
    finally:
        writer.close()


def as_json(value: Any) -> Any:
    """A value as a reader of the report gets it."""
    return json.loads(json.dumps(value))


def report_in_memory(directory: Path, books_of: Any) -> Any:
    """The report of a folder's quarter, played in memory; ``books_of`` folds the log."""
    store = MemoryStore()
    played = play(quarter_in(directory), store)
    books: Books = books_of(store.logged())
    return as_json(report_of(played, books))
