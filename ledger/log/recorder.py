"""The log in PostgreSQL: the library's recorder protocol over entries, openings and texts.

A batch is one transaction. Its steps, in order: take the head lock and look the keys up; prepare;
write events, openings, texts, outcomes, snapshots; move the head; commit. A crash before the
commit leaves nothing; a crash after it leaves everything, and the keys say so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
)
from eventsourcing.dcb.popo import SimpleDCBReadResponse
from eventsourcing.postgres import PostgresRecorder
from psycopg.rows import tuple_row

from ledger.log import copying
from ledger.log import statements as sql
from ledger.log.appending import batch_of
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LogEvent, LoggedEvent, check_entry
from ledger.log.guard import HeadGuard, Watch
from ledger.log.store import (
    Batch,
    Head,
    Locked,
    RequestKey,
    Snapshot,
    StoredOutcome,
    StoreUnavailableError,
)
from ledger.log.subscription import LogSubscription
from ledger.server.checks import check_database, check_writer

Connection = psycopg.Connection[tuple[Any, ...]]
Row = tuple[Any, ...]

AWAY = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,
)
"""The database is away, busy or now a standby: the same batch may well succeed later."""


def logged_event(row: Row) -> LoggedEvent:
    """A row of :data:`ledger.log.statements.EVENT_COLUMNS` as an event."""
    position, kind, tags, entry, opening, private, text = row
    event = LogEvent(kind, entry, tags, "", opening, private or [], text)
    return LoggedEvent(event, position)


class LedgerRecorder(PostgresRecorder, DCBRecorder):
    """A :class:`ledger.log.store.Store` in one schema of a PostgreSQL database.

    ``checked`` adds what production wants: every event appended must be an entry.
    """

    def __init__(self, datastore: LogDatastore, *, checked: bool = True) -> None:
        """The tables are made by the migrations."""
        super().__init__(datastore)
        self.log = datastore
        self.checked = checked
        self._connection: Connection | None = None
        self._watch: Watch | None = None

    def guard(self, guard: HeadGuard) -> None:
        """Append nothing from now on to a log that does not hold what the guard has seen."""
        self._watch = Watch(guard)

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        """See :class:`ledger.log.store.Store`."""
        try:
            connection = self._connect()
            locked = self._lock(connection, keys)
            if self._watch is not None:
                self._watch.check(locked)
            batch = prepare(locked)
            head = self._write(connection, locked.head, batch)
            self._commit(connection)
        except psycopg.errors.ProgramLimitExceeded:
            # An operational error by its class, but it is the fault of one too long key or tag.
            self._roll_back()
            raise
        except AWAY as error:
            self.release()
            raise StoreUnavailableError from error
        except BaseException:
            self._roll_back()
            raise
        return head

    def _connect(self) -> Connection:
        if self._connection is None or self._connection.closed:
            connection = self.log.connect()
            try:
                # Every time: settings and roles may have changed since the last connection.
                check_database(connection)
                check_writer(connection)
            except BaseException:
                connection.close()
                raise
            if self._watch is not None:
                self._watch.forget()
            self._connection = connection
        return self._connection

    def _lock(self, connection: Connection, keys: Sequence[RequestKey]) -> "_HeadLock":
        with connection.pipeline():
            connection.execute("BEGIN")
            head = connection.execute(sql.LOCK_HEAD)
            known = connection.execute(sql.KNOWN_REQUESTS, ([key.key for key in keys],))
        row = head.fetchone()
        if row is None:
            message = "the head of the log is missing"
            raise psycopg.DataError(message)
        wanted = set(keys)
        outcomes = {
            RequestKey(key, owner): StoredOutcome(fingerprint, outcome)
            for key, owner, fingerprint, outcome in known.fetchall()
            if (key, owner) in wanted
        }
        return _HeadLock(connection, Head(*row), outcomes)

    def _write(self, connection: Connection, head: Head, batch: Batch) -> Head:
        numbered = list(enumerate(batch.events, start=head.position + 1))
        self._write_events(connection, numbered)
        self._write_openings(connection, numbered)
        self._write_texts(connection, numbered)
        self._write_outcomes(connection, batch)
        self._write_snapshots(connection, batch)
        return self._move_head(connection, head, batch)

    def _write_events(self, connection: Connection, numbered: copying.Numbered) -> None:
        if self.checked:
            for _, event in numbered:
                check_entry(event)
        _copy(connection, sql.COPY_EVENTS, copying.events(numbered))

    def _write_openings(self, connection: Connection, numbered: copying.Numbered) -> None:
        _copy(connection, sql.COPY_OPENINGS, copying.openings(numbered))

    def _write_texts(self, connection: Connection, numbered: copying.Numbered) -> None:
        _copy(connection, sql.COPY_TEXTS, copying.published(numbered))

    def _write_outcomes(self, connection: Connection, batch: Batch) -> None:
        _copy(connection, sql.COPY_REQUESTS, copying.requests(batch.answered))

    def _write_snapshots(self, connection: Connection, batch: Batch) -> None:
        for snapshot in batch.snapshots:
            connection.execute(sql.UPSERT_SNAPSHOT, snapshot)

    def _move_head(self, connection: Connection, head: Head, batch: Batch) -> Head:
        if not batch.events:
            return head
        moved = Head(head.position + len(batch.events), batch.events[-1].recorded_at, head.now)
        with connection.pipeline():
            connection.execute(sql.MOVE_HEAD, (moved.position, moved.recorded_at))
            connection.execute(sql.NOTIFY, (self.log.channel, str(moved.position)))
        return moved

    def _commit(self, connection: Connection) -> None:
        # PostgreSQL answers the COMMIT of a failed transaction with a silent ROLLBACK.
        if connection.execute("COMMIT").statusmessage != "COMMIT":
            message = "the transaction was rolled back"
            raise psycopg.OperationalError(message)

    def _roll_back(self) -> None:
        if self._connection is not None and not self._connection.closed:
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")
                return
        self.release()

    def release(self) -> None:
        """Close the writing connection."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def close(self) -> None:
        """Close every connection."""
        self.release()
        self.datastore.close()

    def head(self) -> Head:
        """The end of the log."""
        with self.log.reading() as connection:
            row = connection.execute(sql.READ_HEAD).fetchone()
        if row is None:
            raise StoreUnavailableError
        return Head(*row)

    def outcomes(self, keys: Sequence[str]) -> dict[RequestKey, StoredOutcome]:
        """What was answered to requests with these keys, whoever owned them."""
        with self.log.reading() as connection:
            rows = connection.execute(sql.KNOWN_REQUESTS, (list(keys),)).fetchall()
        return {RequestKey(key, owner): StoredOutcome(*stored) for key, owner, *stored in rows}

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events behind a position, in order."""
        with self.log.reading() as connection:
            rows = connection.execute(sql.READ_AFTER, (position, limit)).fetchall()
        return [logged_event(row) for row in rows]

    def tagged_after(self, tag: str, position: int, limit: int) -> Sequence[LoggedEvent]:
        """Events with one private tag behind a position, in order."""
        with self.log.reading() as connection:
            rows = connection.execute(sql.TAGGED_AFTER, ([tag], position, limit)).fetchall()
        return [logged_event(row) for row in rows]

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """The protocol's way to write: a batch of its own.

        Raises:
            IntegrityError: an event matches the condition.
        """
        return self.append_batch((), batch_of(self, events, condition)).position

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """The protocol's way to read: for its tests and for try-outs, not for the hot path."""
        where, values = sql.query_condition(query)
        with self.log.reading() as connection:
            head = connection.execute(sql.READ_HEAD).fetchone()
            rows = connection.execute(
                sql.read_matching(where), [after or 0, *values, limit]
            ).fetchall()
        found: list[DCBSequencedEvent] = [logged_event(row) for row in rows]
        if limit is not None:
            return SimpleDCBReadResponse(iter(found), found[-1].position if found else None)
        last = max([head[0] if head else 0, *(event.position for event in found)])
        return SimpleDCBReadResponse(iter(found), last or None)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> "LogSubscription[LedgerRecorder]":
        """Events as they come; polls beside LISTEN, for a lost NOTIFY must not stall anything."""
        return LogSubscription(self, self.log, query=query, after=after)


class _HeadLock:
    """See :class:`ledger.log.store.Locked`."""

    def __init__(
        self, connection: Connection, head: Head, outcomes: Mapping[RequestKey, StoredOutcome]
    ) -> None:
        self.head = head
        self._connection, self._outcomes = connection, outcomes

    def outcomes(self) -> Mapping[RequestKey, StoredOutcome]:
        return self._outcomes

    def read_after(self, position: int, limit: int) -> Sequence[LoggedEvent]:
        rows = self._connection.execute(sql.READ_AFTER, (position, limit)).fetchall()
        return [logged_event(row) for row in rows]

    def tagged(self, wanted: Mapping[str, int]) -> Iterable[LoggedEvent]:
        values = (list(wanted), list(wanted.values()))
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            for row in cursor.execute(sql.TAGGED, values):
                yield logged_event(row)

    def snapshots(self, names: Sequence[str]) -> Mapping[str, Snapshot]:
        rows = self._connection.execute(sql.READ_SNAPSHOTS, (list(names),)).fetchall()
        return {row[0]: Snapshot(*row) for row in rows}


def _copy(connection: Connection, statement: str, stream: bytes) -> None:
    if stream:
        with connection.cursor().copy(statement) as target:
            target.write(stream)
