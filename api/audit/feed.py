"""The log itself, event by event: entries for everybody, openings for auditors."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.hosting.house import Caller, House
from api.web.calls import BEARER, POSITION, Served, authenticate
from api.web.documented import ADMITTED, problems
from api.web.problems import error_of
from ledger.commands.base import OfficerUnknown
from ledger.commands.keys import DiscloseOpenings
from ledger.log.canonical import MAX_INTEGER
from ledger.log.entries import LoggedEvent
from ledger.log.requests import Request as LedgerRequest
from ledger.log.requests import fingerprint_of
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from projections.feed import page

LIMIT_MAX: Final = 1_000
NEXT: Final = "Sunledger-Next"
MEDIA_TYPE: Final = "application/x-ndjson"

routes = APIRouter(prefix="/api/v1/{community}", tags=["audit"], dependencies=[BEARER])


@routes.get(
    "/events",
    responses={
        **problems(*ADMITTED, OfficerUnknown),
        200: {
            "description": (
                "One event a line: `position`, `entry` (the stored bytes as they are hashed),"
                " `text` where there is one, and for an auditor `opening`. Ask again with `after`"
                f" as the header `{NEXT}` says; an empty answer is the end."
            ),
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
            "headers": {
                NEXT: {"schema": {"type": "string", "pattern": "^[0-9]+$"}},
                POSITION: {"schema": {"type": "string", "pattern": "^[0-9]+$"}},
            },
        },
    },
    response_class=Response,
    openapi_extra={"security": [{}]},  # a key is welcome and not needed
)
async def read_events(
    request: Request,
    house: Served,
    after: Annotated[int, Query(ge=0, le=MAX_INTEGER, description="Behind this position.")] = 0,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")] = 100,
) -> Response:
    """The events behind a position, in order.

    Without a key, or with one of another scope, the public halves. With an auditor's key the
    private ones too, and that they were given is recorded before they are.
    """
    caller = await _auditor(request, house)
    found, head = await run_in_threadpool(page, house.books, after, limit)
    if caller is None:
        return _answer(found, after, head, private=False)
    if any(logged.event.opening is not None for logged in found):
        await _note(house, caller, after, found)
    return _answer(found, after, head, private=True)


async def _auditor(request: Request, house: House) -> Caller | None:
    """The caller, where they came with an auditor's key; a wrong key is an error, none is not."""
    if "authorization" not in request.headers:
        return None
    caller = await authenticate(request, frozenset(Scope))
    await house.check_key_later(caller)
    return caller if caller.scope is Scope.AUDIT else None


async def _note(house: House, caller: Caller, after: int, found: Sequence[LoggedEvent]) -> None:
    """Record what an auditor is given; the same page again is not recorded again.

    Raises:
        LedgerError: they may not have it, or it could not be recorded.
    """
    post = await house.admit_later(caller, lambda _context, post: post.post, PostKind.SUPERVISOR)
    through = found[-1].position
    openings = sum(logged.event.opening is not None for logged in found)
    command = DiscloseOpenings(after=after, through=through, openings=openings)
    # Of this term: what another one was answered, a refusal too, is not what this one is.
    # Blanks keep it apart from what the officer may send as a key over HTTP.
    key = f"disclose {caller.key} {post} {after} {through} {openings}"
    outcome = await house.submit_later(
        LedgerRequest(
            key,
            caller.principal,
            command,
            fingerprint=fingerprint_of(command),
            credential=caller.key,
        )
    )
    if not outcome.accepted:  # the term ended meanwhile
        raise error_of(outcome, DiscloseOpenings)


def _answer(found: Sequence[LoggedEvent], after: int, head: int, *, private: bool) -> Response:
    lines = [_line(logged, private=private) for logged in found]
    following = found[-1].position if found else after
    headers = {POSITION: str(head), NEXT: str(following)}
    if private:
        headers["Cache-Control"] = "no-store"
    return Response(b"".join(lines), headers=headers, media_type=MEDIA_TYPE)


def _line(logged: LoggedEvent, *, private: bool) -> bytes:
    event = logged.event
    line = {"position": logged.position, "entry": msgspec.Raw(event.data)}
    if event.text is not None:
        line["text"] = msgspec.Raw(event.text)
    if private and event.opening is not None:
        line["opening"] = msgspec.Raw(event.opening)
    return msgspec.json.encode(line) + b"\n"
