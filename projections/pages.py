"""Reading the log in pages: where many follow, the next one is fetched while the last is folded."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

import psycopg

from ledger.log.datastore import LogDatastore
from projections.base import Read
from projections.reading import Stored, fetch_page, read
from projections.tables import Connection

PAGE_EVENTS: Final = 5_000


class Wanted(NamedTuple):
    """A page: ``after`` < position <= ``through``, of some types."""

    after: int
    through: int
    topics: tuple[str, ...]

    def next(self, aim: int) -> "Wanted":
        """The page behind it, up to ``aim`` and no longer than this one."""
        through = min(aim, 2 * self.through - self.after)
        return Wanted(self.through, through, self.topics)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Let the garbage collector wait until a page is done.

    A page is many small objects that all go at its end without it; looking at them again and again
    costs more than folding them.
    """
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


class Pages:
    """Pages of one log, in order. Events never change, so a page may be fetched before its turn.

    A thread and a connection of its own are held only while more than one page is missing.
    """

    def __init__(self, datastore: LogDatastore) -> None:
        """Nothing is fetched yet."""
        self._datastore = datastore
        self._ahead: tuple[Wanted, Future[list[Stored]]] | None = None
        self._fetcher: ThreadPoolExecutor | None = None
        self._connection: Connection | None = None

    def page(
        self, connection: Connection, after: int, through: int, topics: Sequence[str], aim: int
    ) -> list[Read]:
        """The events of a page; the next one follows at once if the log goes on up to ``aim``.

        Raises:
            EntryError: an event cannot be read.
            psycopg.OperationalError: the database does not answer.
        """
        wanted = Wanted(after, through, tuple(topics))
        stored = self._fetched(wanted)
        if stored is None:
            stored = fetch_page(connection, *wanted)
        if through < aim:
            self._fetch(wanted.next(aim))
        else:
            self.close()
        return [read(event) for event in stored]

    def close(self) -> None:
        """Give thread and connection back."""
        if self._fetcher is not None:
            self._fetcher.shutdown(cancel_futures=True)
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._ahead = self._fetcher = self._connection = None

    def _fetched(self, wanted: Wanted) -> list[Stored] | None:
        """What was fetched ahead, if it is this page."""
        if self._ahead is None:
            return None
        page, future = self._ahead
        self._ahead = None
        stored = future.result()
        return stored if page == wanted else None

    def _fetch(self, wanted: Wanted) -> None:
        if self._fetcher is None:
            self._fetcher = ThreadPoolExecutor(1, thread_name_prefix="projections-ahead")
        self._ahead = wanted, self._fetcher.submit(self._work, wanted)

    def _work(self, wanted: Wanted) -> list[Stored]:
        if self._connection is None:
            self._connection = self._datastore.connect()
        return fetch_page(self._connection, *wanted)
