"""Bodies: read within their limits, and JSON that says one thing only."""

import asyncio
import json
from typing import Any, Final, NoReturn

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError

from api.hosting.errors import BodySlowError, BodyTooLargeError

BODY_BYTES_MAX: Final = 64 * 1024
BODY_SECONDS_MAX: Final = 10.0


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The whole body, which is kept for whoever reads it again.

    Raises:
        BodyTooLargeError: it is longer than ``bytes_max``.
        BodySlowError: it did not come in time.
    """
    stated = request.headers.get("content-length", "0")
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > bytes_max:
        raise BodyTooLargeError(limit=bytes_max)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for piece in request.stream():
                size += len(piece)
                if size > bytes_max:
                    raise BodyTooLargeError(limit=bytes_max)
                pieces.append(piece)
    except TimeoutError:
        raise BodySlowError(seconds=int(BODY_SECONDS_MAX)) from None
    body = b"".join(pieces)
    request._body = body
    return body


def read_json(request: Request, body: bytes) -> None:
    """Read a body as JSON for whoever asks the request for it.

    Two programs must never read two things in one body: no field stands twice in an object, and
    there is no ``NaN`` or ``Infinity`` (RFC 8259; I-JSON, RFC 7493).

    Raises:
        HTTPException: 415, the body does not say that it is JSON.
        RequestValidationError: it is none.
    """
    if not body:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    request._json = parsed(body)


def parsed(body: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        RequestValidationError: it is no JSON, or says two things.
    """
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        _refuse("json_deep")
    except (UnicodeDecodeError, json.JSONDecodeError):
        _refuse("json_invalid")
    except ValueError:  # more digits than are read
        _refuse("json_number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("json_repeated")
    return found


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(token)


def _refuse(kind: str) -> NoReturn:
    raise RequestValidationError([{"type": kind, "loc": ("body",)}]) from None
