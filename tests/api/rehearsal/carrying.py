"""The bundled quarter, played once, and carried on in copies of its schema."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, TypeVar

from psycopg.sql import SQL, Identifier

from api.rehearsal.hand import Hand
from api.rehearsal.play import Played
from api.rehearsal.present import Present, carry_on
from api.rehearsal.stage import staged
from ledger.commands.base import Context
from ledger.log.communities import drop
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LoggedEvent, decode
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.sources import seeded_sources
from ledger.log.writer import Writer
from ledger.server import OWNER, WRITER, Database
from tests.api.rehearsal.playing import GUANGSHA, SEED, quarter_in
from tests.ledger.server.helpers import as_superuser

PLAYED = "sunledger_carried"
LOG = ("head", "events", "openings", "texts", "requests", "snapshots")
EVENTS_MAX = 100_000

T = TypeVar("T")
_copies = count(1)


def unheard(_phase: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Template:
    """The schema ``PLAYED`` holds the log of the played quarter, which ends at ``position``."""

    database: Database
    played: Played
    position: int


@contextmanager
def template(database: Database) -> Iterator[Template]:
    """Play the quarter, once for all copies."""
    with staged(quarter_in(GUANGSHA), database, PLAYED, SEED, unheard) as stage:
        played, position = stage.play(), stage.recorder.head().position
    yield Template(database, played, position)
    drop(database, PLAYED)


def copy(database: Database, schema: str) -> None:
    """Fill a new schema with the log that stands in ``PLAYED``, without its read models."""
    migrate(database.conninfo(OWNER), schema)
    with as_superuser(database) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # no triggers
        connection.execute(SQL("DELETE FROM {}").format(Identifier(schema, "head")))
        for table in LOG:
            new, old = Identifier(schema, table), Identifier(PLAYED, table)
            connection.execute(SQL("INSERT INTO {} SELECT * FROM {}").format(new, old))
            connection.execute(SQL("ANALYZE {}").format(new))


@dataclass
class Carried:
    """A copy that was carried on: ``events`` are all of its log, ``first`` begins what is new."""

    now: str
    present: Present
    recorder: LedgerRecorder
    writer: Writer
    first: int

    def ask(self, question: Callable[[Context], T]) -> T:
        """What the states say at the present's now."""
        return self.writer.ask(question, at=self.now)

    @cached_property
    def events(self) -> list[LoggedEvent]:
        """The stored events as the carrying on left them."""
        return list(self.recorder.read_after(0, EVENTS_MAX))

    @cached_property
    def new(self) -> list[Any]:
        """The recorded events behind the quarter."""
        return [decode(logged) for logged in self.events[self.first :]]

    def happened(self, kind: type[T]) -> list[T]:
        """The new events of one type."""
        return [recorded.event for recorded in self.new if isinstance(recorded.event, kind)]


@contextmanager
def carried_on(played: Template, now: str) -> Iterator[Carried]:
    """Carry a copy on to an instant, by another writer than that of the quarter."""
    schema, sources = f"{PLAYED}_{next(_copies)}", seeded_sources(SEED)
    database = played.database
    copy(database, schema)
    recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema))
    writer = Writer(recorder, sources)
    try:
        present = carry_on(played.played, Hand(writer, recorder, sources), now)
        yield Carried(now, present, recorder, writer, played.position)
    finally:
        writer.close()
        recorder.close()
        drop(database, schema)
