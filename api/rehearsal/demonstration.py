"""The demo's ledger: the bundled quarter, carried on into the present, until it is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.rehearsal.homes import passing_schema, prepared_database
from api.rehearsal.present import Present, carry_on, check_not_too_early
from api.rehearsal.stage import Progress, Rehearsed, staged
from api.settings import Settings
from api.sheets.quarter import Quarter
from ledger.calendar import instant_of
from ledger.server import Database
from ledger.transparency.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A ledger that is ready to be served: nobody writes to it, and its books are written up.

    ``rehearsed`` tells of the quarter alone, ``position`` is the head of the log after all that
    followed.
    """

    database: Database
    schema: str
    key: SigningKey
    rehearsed: Rehearsed
    present: Present
    position: int

    @property
    def community(self) -> str:
        """The community as its genesis calls it."""
        return self.rehearsed.quarter.community.community


@contextmanager
def demonstrated(
    quarter: Quarter, settings: Settings, *, seed: bytes, now: str, progress: Progress
) -> Iterator[Demonstration]:
    """Play the bundled quarter and carry it on to ``now``; everything goes when the block ends.

    No real ledger is touched: without a configured database the server and its folder are made
    for this alone, with one the schema is. Work is reported before the block begins, so that a
    caller may end the progress bars and still hold the ledger, by an ``ExitStack``.

    Raises:
        PresentTooEarlyError: now lies before the quarter is over and done with.
        LedgerError: the ledger could not go on.
        ServerError: there is no database that will do.
    """
    check_not_too_early(instant_of(quarter.community.ends), now)
    with prepared_database(settings) as database, passing_schema(database) as schema:
        with staged(quarter, database, schema, seed, progress) as stage:
            rehearsed = stage.rehearsed(stage.play())
            present = carry_on(
                rehearsed.played,
                stage.hand,
                now,
                lambda done, total: progress("present", done, total),
            )
            position = stage.follow()
        yield Demonstration(database, schema, stage.key, rehearsed, present, position)
