"""One community at work in this process: its writer, its books, and whoever calls."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread

from api.hosting.errors import NotInOfficeError
from api.hosting.keyring import Keyring
from ledger.clockwork import Clockwork
from ledger.commands.base import Context
from ledger.log.communities import schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import KeyRevokedError, Outcome, Request
from ledger.log.sources import machine_clock, machine_sources
from ledger.log.writer import Writer
from ledger.server import READER, WRITER, Database
from ledger.states.keys import Scope
from ledger.states.officers import OFFICER, Post, PostKind
from ledger.transparency.signers import Signer
from projections.catalogue import ALL
from projections.follow import Follower
from projections.sealing.sealer import Sealer

IDENTITIES_MAX: Final = 10_000
"""Callers that are remembered; what a key is for never changes, whether it holds is asked anew."""

STAFF_READERS_MAX: Final = 4
"""Readers of desk and office at once, who do not queue with those of the board."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the id of the key, its scope, and the officer that it was granted to."""

    key: str
    scope: Scope
    officer: str

    @property
    def principal(self) -> str:
        """The officer, as the ledger names who acts."""
        return OFFICER + self.officer


class House:
    """A community. Safe to use from any thread; ``…_later`` methods are for the event loop."""

    def __init__(
        self, database: Database, community: str, keyring: Keyring, schema: str | None = None
    ) -> None:
        """No connection is made before something is asked or :meth:`start` is called."""
        schema = schema or schema_of(community)
        self.community, self.keyring = community, keyring
        self.clock: Callable[[], str] = machine_clock
        self.store = LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema))
        self.books = LogDatastore(database.conninfo(READER), schema)
        self._staff = LogDatastore(database.conninfo(READER), schema)
        self._staff_room = CapacityLimiter(STAFF_READERS_MAX)
        self.writer = Writer(self.store, machine_sources())
        self.follower = Follower(self.store.log, ALL)
        self.clockwork = Clockwork(self.writer, self.store)
        self.sealer: Sealer | None = None
        self._callers: OrderedDict[str, Caller] = OrderedDict()

    def guarded(self, guard: HeadGuard, key: Signer | None) -> None:
        """Write nothing behind this guard, and seal the log once it is followed.

        Without a ``key`` only another process can seal it.
        """
        self.store.guard(guard)
        self.sealer = Sealer(self.store.log, guard, key)

    def start(self) -> None:
        """Follow and seal the log from now on."""
        self.follower.start()
        if self.sealer is not None:
            self.sealer.start()

    def stop(self) -> None:
        """Answer what was taken on, then give up everything."""
        self.writer.close()
        self.follower.stop()
        if self.sealer is not None:
            self.sealer.stop()
        self.books.close()
        self._staff.close()
        self.store.close()

    def head(self) -> int:
        """The last position of the log.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        return self.store.head().position

    async def submit_later(self, request: Request) -> Outcome:
        """The outcome of a request, once it is durable.

        Raises:
            LedgerError: the ledger could not decide.
        """
        return await asyncio.wrap_future(self.writer.submit(request))

    async def ask_later(self, question: Callable[[Context], T]) -> T:
        """What the states at the head say.

        Raises:
            LedgerError: the ledger could not be asked, or this is the answer.
        """
        return await asyncio.wrap_future(self.writer.asking(question))

    def known_caller(self, key: str) -> Caller | None:
        """Whose key this is, if it has been used here before."""
        digest = self.keyring.digest(self.community, key)
        known = self._callers.get(digest)
        if known is not None:
            self._callers.move_to_end(digest)
        return known

    async def caller_later(self, key: str) -> Caller | None:
        """Whose key this is; None where it was never granted."""
        digest = self.keyring.digest(self.community, key)
        found = await self.ask_later(lambda context: _caller(context, digest))
        if found is not None:
            self._callers[digest] = found
            while len(self._callers) > IDENTITIES_MAX:
                self._callers.popitem(last=False)
        return found

    async def read_later(self, read: Callable[[LogDatastore], T]) -> T:
        """What the books say to staff, on threads and connections that the public cannot use up.

        Raises:
            LedgerError: the books cannot be read.
        """
        return await to_thread.run_sync(read, self._staff, limiter=self._staff_room)

    async def check_key_later(self, caller: Caller) -> None:
        """The key still opens something.

        Raises:
            KeyRevokedError: it was revoked.
        """
        if not await self.ask_later(lambda context: context.states.keys.holds(caller.key)):
            raise KeyRevokedError

    async def admit_later(
        self,
        caller: Caller,
        question: Callable[[Context, Post], T],
        *kinds: PostKind,
    ) -> T:
        """What the states say to a caller who holds one of these posts now (none: any).

        Raises:
            KeyRevokedError: the key opens nothing any more.
            NotInOfficeError: the officer holds no such post.
        """

        def admitted(context: Context) -> T:
            if not context.states.keys.holds(caller.key):
                raise KeyRevokedError
            post = context.states.officers.acting(caller.principal, context.instant, *kinds)
            if post is None:
                raise NotInOfficeError
            return question(context, post)

        return await self.ask_later(admitted)


def _caller(context: Context, digest: str) -> Caller | None:
    keys = context.states.keys
    key = keys.by_digest.get(digest)
    if key is None:
        return None
    return Caller(key, Scope(keys.keys[key].scope), keys.keys[key].officer)
