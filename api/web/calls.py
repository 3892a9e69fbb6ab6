"""How a call is taken on: who calls is settled first, then the body is read, then the rest."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from hashlib import sha256
from re import compile as pattern
from typing import Annotated, Any, ClassVar, Final

import msgspec
from fastapi import Depends, Header, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from api.hosting.errors import (
    CommunityUnknownError,
    IdempotencyKeyError,
    KeyMissingError,
    KeyNotKnownError,
    ScopeWrongError,
    UnreadableError,
)
from api.hosting.house import Caller, House
from api.hosting.keyring import KEY
from api.web.body import BODY_BYTES_MAX, read_body, read_json
from api.web.limits import Limits
from api.web.problems import refused
from ledger.commands.base import Command, Context, Decided
from ledger.log.requests import Outcome
from ledger.log.requests import Request as LedgerRequest
from ledger.states.keys import Scope

IDEMPOTENCY_KEY_MAX: Final = 200
_IDEMPOTENCY_KEY: Final = r"^[\x21-\x7e]{1,200}$"
_readable_key = pattern(_IDEMPOTENCY_KEY).fullmatch
POSITION: Final = "Sunledger-Position"
"""The header that says as of which position of the log an answer is."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def house_of(request: Request, community: str) -> House:
    """The community that a path names.

    Raises:
        CommunityUnknownError: it is not served here.
    """
    houses: dict[str, House] = request.app.state.houses
    house = houses.get(community)
    if house is None:
        raise CommunityUnknownError
    return house


Served = Annotated[House, Depends(house_of)]


def count_open(request: Request) -> None:
    """Count a call that asks for no key; those that come without one are counted already.

    A made-up key would otherwise be a way around every limit where nobody looks at it.

    Raises:
        TooManyRequestsError: there were too many from the address.
    """
    limits: Limits = request.app.state.limits
    if "authorization" in request.headers:
        limits.check_address(request)


async def authenticate(request: Request, scopes: frozenset[Scope]) -> Caller:
    """Who calls, by the bearer key.

    Raises:
        LedgerError: 401, 403, 404 or 429 of :mod:`api.hosting.errors`.
    """
    house = house_of(request, request.path_params["community"])
    limits: Limits = request.app.state.limits
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not key:
        count_open(request)
        raise KeyMissingError
    key = key.strip()
    # Who guesses keys must not keep those out who have one and share the address.
    caller = house.known_caller(key)
    if caller is None:
        limits.check_failures(request)
        caller = await house.caller_later(key) if KEY.fullmatch(key) else None
    if caller is None:
        limits.count_failure(request)
        raise KeyNotKnownError
    limits.check_key(caller.key)
    if caller.scope not in scopes:
        raise ScopeWrongError
    request.scope["key_id"] = caller.key
    return caller


class Lookup(Command):
    """Stands for a body that cannot be read: only an answer that is known already is given."""

    NAME: ClassVar[str] = "lookup"

    def decide(self, context: Context) -> Decided:
        """Nothing is known of this key.

        Raises:
            UnreadableError: always.
        """
        del context
        raise UnreadableError


@dataclass(frozen=True, slots=True)
class Write:
    """A request that writes: commands go in the caller's name, under the request's key."""

    request: Request
    house: House
    caller: Caller
    key: str
    fingerprint: bytes

    async def __call__(self, command: Command) -> Response:
        """The answer to a command: 201, or the refusal."""
        return self.answer(await self.outcome(command), type(command))

    async def outcome(self, command: Command) -> Outcome:
        """What the ledger decided, now or when the same request came before.

        Raises:
            LedgerError: it could not decide.
        """
        return await self.house.submit_later(
            LedgerRequest(
                self.key,
                self.caller.principal,
                command,
                fingerprint=self.fingerprint,
                credential=self.caller.key,
            )
        )

    def answer(self, outcome: Outcome, command: type[Command]) -> Response:
        """An outcome of a command as HTTP says it."""
        if not outcome.accepted:
            return refused(self.request, outcome, command)
        return Response(
            written(told(outcome)),
            201,
            {POSITION: str(outcome.position), "Cache-Control": "no-store"},
            "application/json",
        )


def told(outcome: Outcome) -> dict[str, Any]:
    """What the caller of an accepted request is told."""
    body: dict[str, Any] = {
        **outcome.answer,
        "position": outcome.position,
        "recorded_at": outcome.recorded_at,
    }
    if outcome.receipt is not None:
        body["receipt"] = outcome.receipt
    return body


def written(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON: the first one and that to a retry, read from the store, byte for byte."""
    return msgspec.json.encode(answer, order="sorted")


def fingerprint_of(request: Request, body: bytes) -> bytes:
    """What a retry must repeat: method, path and raw body."""
    digest = sha256(f"{request.method}\n{request.url.path}\n".encode())
    digest.update(body)
    return digest.digest()


class KeyedRoute(APIRoute):
    """A route for callers with a key of one of ``SCOPES``; the caller is in ``request.state``."""

    SCOPES: ClassVar[frozenset[Scope]] = frozenset()

    def get_route_handler(self) -> Handler:
        """Settle who calls in front of everything else."""
        inner, scopes = super().get_route_handler(), self.SCOPES

        async def handle(request: Request) -> Response:
            request.state.caller = await authenticate(request, scopes)
            body = await read_body(request, BODY_BYTES_MAX)
            if self.body_field is not None:
                read_json(request, body)
            return await inner(request)

        return handle


class WriteRoute(APIRoute):
    """A route that writes. A known key is answered whatever became of the body since."""

    SCOPES: ClassVar[frozenset[Scope]] = frozenset()

    def get_route_handler(self) -> Handler:
        """Settle who calls, read the body, look the key up where the body cannot be read."""
        inner, scopes = super().get_route_handler(), self.SCOPES

        async def handle(request: Request) -> Response:
            caller = await authenticate(request, scopes)
            key = request.headers.get("idempotency-key", "")
            if not _readable_key(key):
                raise IdempotencyKeyError(limit=IDEMPOTENCY_KEY_MAX)
            body = await read_body(request, BODY_BYTES_MAX)
            house = house_of(request, request.path_params["community"])
            fingerprint = fingerprint_of(request, body)
            write = request.state.write = Write(request, house, caller, key, fingerprint)
            try:
                if self.body_field is not None:
                    read_json(request, body)
                return await inner(request)
            except (RequestValidationError, HTTPException) as error:
                try:
                    return write.answer(await write.outcome(Lookup()), Lookup)
                except UnreadableError:
                    raise error from None

        return handle


def keyed(*scopes: Scope) -> type[KeyedRoute]:
    """The class of routes that read, for keys of these scopes."""
    return type("Keyed", (KeyedRoute,), {"SCOPES": frozenset(scopes)})


def writing(*scopes: Scope) -> type[WriteRoute]:
    """The class of routes that write, for keys of these scopes."""
    return type("Writing", (WriteRoute,), {"SCOPES": frozenset(scopes)})


def _write_of(
    request: Request,
    community: str,
    idempotency_key: Annotated[
        str,
        Header(
            pattern=_IDEMPOTENCY_KEY,
            description=(
                "Made before the first try and the same for every retry; a UUIDv7 is best. The same"
                " key with the same body gets the same answer, a refusal too."
            ),
        ),
    ],
) -> Write:
    del community, idempotency_key  # read by the route, and declared here for the documentation
    write: Write = request.state.write
    return write


def _caller_of(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


# Only documents the scheme; the routes look at the key themselves, in front of everything else.
BEARER: Final = Depends(HTTPBearer(auto_error=False, description="A key of an officer."))
OPEN: Final = Depends(count_open)
"""Stands on every router whose calls ask for no key."""
Writing = Annotated[Write, Depends(_write_of)]
Calling = Annotated[Caller, Depends(_caller_of)]
