"""Every error as a problem (RFC 9457) in the caller's language: the one error path of HTTP."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.hosting.errors import KeyMissingError, NotFoundError, UnreadableError
from api.messages import language_from_header, translate
from api.web.faults import sentence_of
from ledger.commands.base import Command
from ledger.errors import LedgerError
from ledger.log.requests import Outcome, UnexpectedError

MEDIA_TYPE: Final = "application/problem+json"
ERRORS_MAX: Final = 20
"""Faults of one body that are listed."""
RETRY_SECONDS: Final = 1


class MethodNotAllowedError(LedgerError):
    """The address knows other methods."""

    code = "method_not_allowed"
    status = 405
    message = "This address does not take this method."


class MediaTypeError(LedgerError):
    """The body is not of the kind that the call takes."""

    code = "media_type_unsupported"
    status = 415
    message = "Send the body as the media type that the documentation names."


_HTTP: Final[Mapping[int, type[LedgerError]]] = {
    404: NotFoundError,
    405: MethodNotAllowedError,
    415: MediaTypeError,
}


def problem(
    request: Request,
    error: LedgerError,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer that tells of an error."""
    language = language_from_header(request.headers.get("accept-language"))
    body: dict[str, Any] = {
        "type": f"urn:sunledger:problem:{error.code}",
        "title": translate(error.message, error.params, language),
        "status": error.status,
        "code": error.code,
        "request": request.scope.get("request_id", ""),
    }
    if errors:
        body["errors"] = errors
    more = {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})}
    if error.status in {429, 503}:
        more["Retry-After"] = str(error.params.get("seconds", RETRY_SECONDS))
    if error.status == KeyMissingError.status:
        more["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, error.status, more, MEDIA_TYPE)


def refused(request: Request, outcome: Outcome, command: type[Command]) -> JSONResponse:
    """The answer that tells of a stored refusal, also to a retry."""
    return problem(request, error_of(outcome, command))


def error_of(outcome: Outcome, command: type[Command]) -> LedgerError:
    """The refusal that a stored outcome of a command stands for.

    Refusals may share a code and say it in other words; the command knows which is its own. One
    that no longer refuses so, or is not known any more, is answered by whoever has the code.
    """
    for kind in (*command.REFUSALS, *_below(LedgerError)):
        if kind.code == outcome.code:
            return kind(**outcome.params)
    return LedgerError()


def _below(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def handle_problems(app: FastAPI) -> None:
    """Let every error of an application leave as a problem."""
    app.add_exception_handler(LedgerError, _ledger_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)


async def _ledger_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LedgerError)  # noqa: S101 (for the type checker)
    return problem(request, error)


async def _unreadable(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (for the type checker)
    language = language_from_header(request.headers.get("accept-language"))
    faults = [sentence_of(fault, language) for fault in error.errors()[:ERRORS_MAX]]
    return problem(request, UnreadableError(), errors=faults)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (for the type checker)
    kind = _HTTP.get(error.status_code, UnreadableError)
    if error.status_code >= 500:
        kind = UnexpectedError
    headers = dict(error.headers or {})
    if kind is MethodNotAllowedError:
        headers["Allow"] = ", ".join(_allowed(request)) or headers["Allow"]
    return problem(request, kind(), headers=headers)


def _allowed(request: Request) -> Sequence[str]:
    """Every method of the address: several routes may share one, and each knows only its own."""
    address = getattr(request.scope.get("route"), "path", "")
    return sorted(map(str.upper, request.app.openapi()["paths"].get(address, ())))
