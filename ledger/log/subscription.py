"""Waking up when the log grows: LISTEN, and a poll beside it."""

from threading import Event, Thread
from typing import Final

import psycopg
from eventsourcing.dcb.api import DCBQuery, TDCBRecorder_co
from eventsourcing.dcb.persistence import DCBListenNotifySubscription
from psycopg.sql import SQL, Identifier

from ledger.log.datastore import LogDatastore

POLL_SECONDS: Final = 0.25


class LogListener:
    """Sets an event whenever the log may have grown: at a NOTIFY, and every poll interval."""

    def __init__(self, datastore: LogDatastore, wake: Event) -> None:
        """Nothing runs before :meth:`start`."""
        self._datastore, self._wake = datastore, wake
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="log-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg.Error:
                # The database is away: poll on, for it may be back before a LISTEN is.
                self._wake.set()
                self._stopped.wait(POLL_SECONDS)

    def _listen(self) -> None:
        with self._datastore.connect() as connection:
            channel = Identifier(self._datastore.channel)
            connection.execute(SQL("LISTEN {}").format(channel))
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
                self._wake.set()


class LogSubscription(DCBListenNotifySubscription[TDCBRecorder_co]):
    """The protocol's subscription over :class:`LogListener`."""

    def __init__(
        self,
        recorder: TDCBRecorder_co,
        datastore: LogDatastore,
        query: DCBQuery | None = None,
        after: int | None = None,
    ) -> None:
        """Start pulling at once."""
        super().__init__(recorder=recorder, query=query, after=after)
        self._listener = LogListener(datastore, self._has_been_notified)
        self._listener.start()

    def stop(self) -> None:
        """Stop pulling and listening."""
        super().stop()
        self._listener.stop()
