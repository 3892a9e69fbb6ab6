"""The log in pages for whoever reads it from outside."""

from collections.abc import Sequence
from typing import Final

from ledger.log import statements as sql
from ledger.log.datastore import LogDatastore
from ledger.log.entries import LoggedEvent
from ledger.log.recorder import logged_event
from projections.reading import head_position

PAGE_BYTES_MAX: Final = 8 * 1024 * 1024
"""A page ends behind the event that exceeds this."""


def page(datastore: LogDatastore, after: int, limit: int) -> tuple[Sequence[LoggedEvent], int]:
    """At most ``limit`` events behind a position, in order, and the position of the head.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    with datastore.reading() as connection:
        head = head_position(connection)
        found, size = [], 0
        for row in connection.execute(sql.READ_AFTER, (after, limit)):
            logged = logged_event(row)
            found.append(logged)
            event = logged.event
            size += len(event.data) + len(event.opening or b"") + len(event.text or b"")
            if size > PAGE_BYTES_MAX:
                break
    return found, head
