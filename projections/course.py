"""The course of one projection: its position, its rows in memory, and whether it is well."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import psycopg
import structlog

from ledger.events.base import Event
from projections.base import Dealt, Projection
from projections.tables import Connection, Tables
from projections.tracking import PositionRecorder, Standing

CACHED_ROWS_MAX: Final = 200_000
"""Rows of one projection that stay in memory between pages."""

log = structlog.get_logger("projections.follow")


class State(StrEnum):
    """How a projection does."""

    MISSING = "missing"
    """Its tables were not made, or not looked at yet."""
    FOLLOWING = "following"
    STOPPED = "stopped"
    """It failed on an event; the others go on. A rebuild, or a new start, tries again."""
    REBUILD = "rebuild"
    """Its tables are those of another version of the program."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a projection does: ``error`` is the kind of the exception that stopped it."""

    name: str
    state: State
    position: int
    error: str | None


class Course:
    """One projection as a process follows it."""

    def __init__(self, projection: type[Projection], suffix: str = "") -> None:
        """Nothing is known; ``suffix`` names the tables that a rebuild fills."""
        self.kind = projection
        self.name = projection.NAME
        self.tables = Tables(projection.TABLES, suffix)
        self.fold = projection(self.tables)
        self.position, self.generation = 0, 0
        self.state = State.MISSING
        self.stale = True
        self.error: str | None = None

    @property
    def handled(self) -> Collection[type[Event]]:
        """The event types that the projection folds."""
        return self.kind.HANDLERS

    def status(self) -> Status:
        """How it does."""
        return Status(self.name, self.state, self.position, self.error)

    def meet(self, standing: Standing | None) -> None:
        """Take over what the database says.

        Rows in memory are those of the tables as long as position and generation are what this
        process left; else another one was there, and they are forgotten.
        """
        if standing is None or not standing.fits(self.kind):
            self.state = State.MISSING if standing is None else State.REBUILD
            self.forget()
            return
        same = (self.position, self.generation) == standing.position_and_generation
        if self.state is State.STOPPED and self.generation == standing.generation:
            return
        if self.stale or self.state is not State.FOLLOWING or not same:
            self.position, self.generation = standing.position_and_generation
            self.tables.reset(complete=self.position == 0)
        self.state, self.stale, self.error = State.FOLLOWING, False, None

    def forget(self) -> None:
        """Rows in memory may not be those of the tables any more: look at both again."""
        self.tables.reset(complete=False)
        self.stale = True

    @property
    def unsettled(self) -> bool:
        """Whether the database must be asked before this course's position counts."""
        return self.stale or self.state in {State.MISSING, State.REBUILD}

    def take(self, dealt: Sequence[Dealt], connection: Connection) -> None:
        """Fold a page; a failure of the fold stops this projection only."""
        self.tables.using(connection)
        try:
            self.fold.take(dealt)
        except psycopg.Error:
            raise
        except Exception as error:
            self.stop(error)
        finally:
            self.tables.using(None)

    def stop(self, error: Exception) -> None:
        """Follow no further. The log names the failure's kind only: its text may name people."""
        before, now = (self.state, self.error), (State.STOPPED, type(error).__name__)
        self.state, self.error = now
        self.tables.reset(complete=False)
        if before != now:
            log.error(
                "projection-stopped", projection=self.name, position=self.position, error=self.error
            )

    def write(self, connection: Connection, recorder: PositionRecorder, position: int) -> None:
        """Write the tables and move the position, in the connection's transaction."""
        self.tables.write(connection)
        recorder.move(connection, self.name, position)

    def arrive(self, position: int) -> None:
        """The page is committed."""
        self.position = position
        if len(self.tables) > CACHED_ROWS_MAX:
            self.tables.reset(complete=False)
