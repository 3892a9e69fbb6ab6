"""The stage of a rehearsal: an empty ledger in a schema, its key, its writer, its books."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from api.rehearsal.hand import Hand
from api.rehearsal.play import Played, Player
from api.rehearsal.report import Books, report_of
from api.rehearsal.timeline import Timeline
from api.sheets.quarter import Quarter
from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import derive, seeded_sources
from ledger.log.writer import Writer
from ledger.server import OWNER, WRITER, Database
from ledger.transparency.keys import SigningKey
from projections.accounts import Accounts, balances, expired
from projections.acts import Acts, stages
from projections.catalogue import ALL
from projections.follow import Follower
from projections.ranking import Standing, standings
from projections.schema import install
from projections.shop import Shop, stock
from projections.standings import Standings
from projections.totals import Totals, totals
from projections.views import view

ROLL_MAX: Final = 10

Progress = Callable[[str, int, int], None]
"""Told the phase, and how much of it is done of how much."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A played quarter with its report and the seed that would repeat its log.

    ``seconds`` is what it took, from the empty schema to the report; the server's start is not in
    it.
    """

    quarter: Quarter
    played: Played
    report: dict[str, Any]
    roll: list[Standing]
    seed: bytes
    position: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stage:
    """What a quarter is played on; see :func:`staged`."""

    quarter: Quarter
    seed: bytes
    key: SigningKey
    recorder: LedgerRecorder
    hand: Hand
    progress: Progress
    started: float

    def play(self) -> Played:
        """Play the quarter into the empty ledger.

        Raises:
            LedgerError: the ledger could not go on.
        """
        player = Player(
            Timeline(self.quarter),
            self.hand,
            on_progress=lambda done, total: self.progress("play", done, total),
        )
        return player.play(self.key.name, self.key.verifier)

    def follow(self) -> int:
        """Follow all projections to the head of the log, and say where that is."""
        position = self.recorder.head().position
        follower = Follower(self.recorder.log, ALL)
        try:
            follower.catch_up(on_progress=lambda done, _: self.progress("follow", done, position))
        finally:
            follower.stop()
        return position

    def rehearsed(self, played: Played) -> Rehearsed:
        """Follow the log, and read what the books say of what was played."""
        position = self.follow()
        books, roll = read_books(self.recorder.log, self.quarter)
        report = report_of(played, books)
        seconds = round(monotonic() - self.started, 1)
        return Rehearsed(self.quarter, played, report, roll, self.seed, position, seconds)


@contextmanager
def staged(
    quarter: Quarter, database: Database, schema: str, seed: bytes, progress: Progress
) -> Iterator[Stage]:
    """Set the stage in a schema that holds nothing yet; at the end nobody writes any more."""
    started = monotonic()
    owner, writing = database.conninfo(OWNER), database.conninfo(WRITER)
    migrate(owner, schema)
    install(owner, schema, ALL)
    origin = f"rehearsal.invalid/{quarter.community.community}"
    key = SigningKey.from_seed(origin, derive(seed, "signing key"))
    recorder, sources = LedgerRecorder(LogDatastore(writing, schema)), seeded_sources(seed)
    writer = Writer(recorder, sources)
    hand = Hand(writer, recorder, sources)
    try:
        with _tuned():
            yield Stage(quarter, seed, key, recorder, hand, progress, started)
    finally:
        writer.close()
        recorder.close()


def read_books(datastore: LogDatastore, quarter: Quarter) -> tuple[Books, list[Standing]]:
    """What the projections say, all as of one position, and the roll of the quarter's months."""
    months = [f"{day:%Y-%m}" for day in (quarter.community.starts, quarter.community.ends)]
    with view(datastore, Accounts, Acts, Shop, Standings, Totals) as seen:
        found = seen.connection
        books = Books(
            acts=stages(found),
            balances=balances(found),
            expired=expired(found),
            stock=stock(found),
            totals=totals(found),
        )
        return books, standings(found, "member", months[0], months[1], ROLL_MAX)


@contextmanager
def _tuned() -> Iterator[None]:
    """Tune the interpreter for two busy threads that make much and drop little.

    Everything that is made while playing stays until the report, so collecting garbage finds
    none; and the writer, back from the database, should not wait the usual 5 ms for its turn.
    """
    collections, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(200_000, 50, 100)
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        gc.set_threshold(*collections)
        sys.setswitchinterval(interval)
