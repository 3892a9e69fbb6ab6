"""The one way to a database: the configured one, or the embedded one, started or joined."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ledger.server.accounts import Account, server_account
from ledger.server.database import Database, ServerSettings
from ledger.server.errors import (
    AddressError,
    AlreadyRunningError,
    HomeOwnerError,
    HomeUnusableError,
    StartError,
    UnreachableError,
)
from ledger.server.layout import Layout
from ledger.server.locks import Lock, holder_pid
from ledger.server.programs import find_programs, runnable_by
from ledger.server.supervisor import READY_SECONDS_MAX, EmbeddedServer, address, running

CONNECT_SECONDS_MAX = 10
_POLL_SECONDS = 0.02


@contextmanager
def open_database(settings: ServerSettings, *, exclusive: bool = False) -> Iterator[Database]:
    """Give a database that accepts connections for the length of the block.

    Order: the configured address, programs in the configured directory, programs of the wheel. The
    process that starts the embedded server owns it and stops it at the end of the block; others on
    the same home join it, and lose it when the owner ends. With `exclusive` this process must be
    the owner. An external database has no owner, and `exclusive` says nothing about it.

    Raises:
        ServerError: one of its kinds, each a sentence for the person who starts the program.
    """
    if settings.database_url is not None:
        yield _external(settings.database_url)
        return
    layout = Layout(settings.home.resolve() / "postgres")
    server = _prepare(settings, layout)
    lock = _own_or_join(layout, exclusive)
    if isinstance(lock, Database):
        yield lock
        return
    try:
        with running(server) as database:
            yield database
    finally:
        lock.release()


def holds_data(settings: ServerSettings) -> bool:
    """Whether there is a database to open, so that opening it would not make a new one."""
    if settings.database_url is not None:
        return True
    return Layout(settings.home.resolve() / "postgres").data.exists()


def _external(url: str) -> Database:
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise AddressError from None
    try:
        timeout = parts.get("connect_timeout") or CONNECT_SECONDS_MAX
        psycopg.connect(url, connect_timeout=timeout).close()
    except psycopg.OperationalError:
        # The driver's own text is left out: it may repeat the address with its password.
        place = {name: str(parts.get(name) or "(default)") for name in ("host", "dbname")}
        raise UnreachableError(database=place["dbname"], host=place["host"]) from None
    return Database(url, embedded=False)


def _prepare(settings: ServerSettings, layout: Layout) -> EmbeddedServer:
    """Check everything that can be checked before the locks: users, folders, programs."""
    try:
        account = server_account(settings.system_user, layout.data)
        programs = find_programs(settings.bin_directory, layout.data)
        layout.make(account)
        return EmbeddedServer(layout, account, runnable_by(programs, account, layout.programs))
    except OSError as error:
        path = str(error.filename or layout.root)
        raise HomeUnusableError(path=path, reason=error.strerror or "unknown") from error


def _own_or_join(layout: Layout, exclusive: bool) -> Lock | Database:
    """Return the owner's lock, or the server of another process once it is ready."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while (lock := Lock.take(layout.owner_lock)) is None:
        if exclusive:
            pid = holder_pid(layout.owner_lock)
            raise AlreadyRunningError(home=str(layout.root.parent), pid=pid)
        if (database := _join(layout)) is not None:
            return database
        if time.monotonic() > deadline:
            raise StartError(reason="its owner never got it ready", log=str(layout.log))
        time.sleep(_POLL_SECONDS)
    return lock


def _join(layout: Layout) -> Database | None:
    """Return the running server of this home, or None while it is not ready."""
    state = layout.read_state()
    if state is None or not state.ready:
        return None
    user = Account.current().name
    if state.user != user:
        raise HomeOwnerError(path=str(layout.data), owner=state.user, user=user)
    try:
        psycopg.connect(address(state.sockets), connect_timeout=CONNECT_SECONDS_MAX).close()
    except psycopg.OperationalError:
        return None

    def moved() -> bool:
        # Another owner may listen elsewhere; one that starts again in the same place is joined.
        now = layout.read_state()
        return now is not None and now.sockets != state.sockets

    return Database(address(state.sockets), embedded=True, data=layout.data, gone=moved)
