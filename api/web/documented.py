"""What a call can be answered, for the OpenAPI document: each refusal by its code and sentence."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import Field

from api.hosting.errors import (
    BodySlowError,
    BodyTooLargeError,
    CommunityUnknownError,
    IdempotencyKeyError,
    KeyMissingError,
    KeyNotKnownError,
    NotInOfficeError,
    OverloadedError,
    PositionUnknownError,
    ScopeWrongError,
    TooManyRequestsError,
    UnreadableError,
)
from api.web.calls import POSITION
from api.web.fields import Shown
from api.web.problems import MEDIA_TYPE, MediaTypeError
from ledger.commands.base import Command
from ledger.errors import LedgerError
from ledger.log.guard import GuardUnreadableError, LedgerBehindError
from ledger.log.requests import (
    ClockSuspiciousError,
    KeyReusedError,
    KeyRevokedError,
    NotStorableError,
    QueueFullError,
    UnexpectedError,
    WriterClosedError,
)
from ledger.log.store import StoreUnavailableError
from projections.errors import ProjectionBehindError, ProjectionStaleError

Responses = dict[int | str, dict[str, Any]]
Kinds = Iterable[type[LedgerError]]
Links = Iterable[tuple[str, dict[str, Any]]]

EVERY: Final[tuple[type[LedgerError], ...]] = (
    TooManyRequestsError,
    OverloadedError,
    UnexpectedError,
)
SERVED: Final[tuple[type[LedgerError], ...]] = (*EVERY, CommunityUnknownError, UnreadableError)
KEYED: Final[tuple[type[LedgerError], ...]] = (
    *SERVED,
    KeyMissingError,
    KeyNotKnownError,
    KeyRevokedError,
    ScopeWrongError,
    BodyTooLargeError,
    BodySlowError,
    MediaTypeError,
    QueueFullError,
    WriterClosedError,
    StoreUnavailableError,
    LedgerBehindError,
    GuardUnreadableError,
)
ADMITTED: Final[tuple[type[LedgerError], ...]] = (*KEYED, NotInOfficeError)
WRITES: Final[tuple[type[LedgerError], ...]] = (
    *KEYED,
    IdempotencyKeyError,
    KeyReusedError,
    NotStorableError,
    ClockSuspiciousError,
)
BOOKS: Final[tuple[type[LedgerError], ...]] = (
    *SERVED,
    PositionUnknownError,
    ProjectionBehindError,
    ProjectionStaleError,
    StoreUnavailableError,
)


class Fault(Shown):
    """One thing that cannot be read."""

    where: str = Field(examples=["body.lines[0].quantity"])
    sentence: str


class Problem(Shown):
    """A problem (RFC 9457): a stable ``code``, and a sentence in the caller's language."""

    type: str = Field(examples=["urn:sunledger:problem:card_blocked"])
    title: str
    status: int
    code: str
    request: str = Field(description="The id of the request, as the log has it.")
    errors: Annotated[list[Fault], Field(default_factory=list)]


HEADERS: Final[dict[str, Any]] = {
    POSITION: {
        "description": "As of which position of the log this is.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}


def problems(*kinds: type[LedgerError]) -> Responses:
    """The responses for these errors, one for each status."""
    by_status: dict[int, dict[str, str]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, {})[kind.code] = kind.message
    return {status: _response(codes) for status, codes in sorted(by_status.items())}


def writes(*commands: type[Command], more: Kinds = (), links: Links = ()) -> Responses:
    """The responses of a call that submits one of these commands, and what may come after it."""
    refusals = [refusal for command in commands for refusal in command.REFUSALS]
    accepted = {"headers": HEADERS, **linked(*links)}
    return {**problems(*refusals, *WRITES, *more), 201: accepted}


def link(operation: str, *, path: Iterable[str] = (), **body: str) -> tuple[str, dict[str, Any]]:
    """Where a call can go on: which parameters of the next one its answer or its address gives.

    ``body`` has the pointer into the answer for each parameter, ``path`` names those that both
    addresses have; the community is one of them.
    """
    parameters = {name: f"$request.path.{name}" for name in ("community", *path)}
    parameters |= {name: f"$response.body#/{place}" for name, place in body.items()}
    return operation, {"operationId": operation, "parameters": parameters}


def linked(*links: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """The links of a response (OpenAPI 3.1, Link Object), by the call that they lead to."""
    return {"links": dict(links)} if links else {}


def _response(codes: dict[str, str]) -> dict[str, Any]:
    said = "\n".join(f"- `{code}`: {message}" for code, message in sorted(codes.items()))
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {"properties": {"code": {"enum": sorted(codes)}}},
        ]
    }
    return {"description": said, "content": {MEDIA_TYPE: {"schema": schema}}}
