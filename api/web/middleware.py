"""Around every request: its id, its log line, its figures, and a bound on how many there are."""

import re
import secrets
from time import perf_counter
from typing import Any, Final

import structlog
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.hosting.errors import OverloadedError
from api.web.limits import Limits
from api.web.metrics import Metrics, known_method
from api.web.problems import RETRY_SECONDS, problem
from ledger.errors import LedgerError
from ledger.log.requests import UnexpectedError

IN_FLIGHT_MAX: Final = 512
"""Below what there may be of connections, so that who is too many is told so."""
REQUEST_ID: Final = b"x-request-id"
_READABLE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}").fullmatch
HUNG_UP: Final = 499
"""What log and figures say of a request whose caller is gone; nobody is sent it."""
UNMATCHED: Final = "unmatched"
SAFE: Final = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        b" base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
"""Headers of every answer: no script at all, and nothing from elsewhere."""
log = structlog.get_logger("api")


class Frame:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, limits: Limits) -> None:
        """Wrap an application."""
        self._app, self._metrics, self._limits = app, metrics, limits
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = _request_id(scope)
        answered = _Answered(scope["request_id"], send)
        started = perf_counter()
        self._in_flight += 1
        try:
            await self._serve(scope, receive, answered)
        finally:
            self._in_flight -= 1
            self._note(scope, answered.status, perf_counter() - started)

    async def _serve(self, scope: Scope, receive: Receive, answered: "_Answered") -> None:
        request = Request(scope, receive)
        try:
            if self._in_flight > IN_FLIGHT_MAX:
                raise OverloadedError(seconds=RETRY_SECONDS)
            if "authorization" not in request.headers:
                self._limits.check_address(request)
            await self._app(scope, receive, answered)
        except LedgerError as error:
            await problem(request, error)(scope, receive, answered)
        except ClientDisconnect:  # in the middle of its body: nothing was asked for
            answered.status = HUNG_UP
        except Exception as error:  # nobody foresaw it; the log names its kind only
            log.error("request-failed", error=type(error).__name__, request=scope["request_id"])
            if answered.status:
                raise
            await problem(request, UnexpectedError())(scope, receive, answered)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self._metrics.served(scope["method"], route, status, seconds)
        log.info(
            "served",
            method=known_method(scope["method"]),
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            request=scope["request_id"],
            key=scope.get("key_id"),
        )


class _Answered:
    """Sends on, and remembers the status."""

    def __init__(self, request_id: str, send: Send) -> None:
        self.status = 0
        self._id, self._send = request_id, send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (REQUEST_ID, self._id.encode())]
            there = {name.lower() for name, _ in headers}
            headers += [pair for pair in SAFE if pair[0] not in there]
            message = {**message, "headers": headers}
        await self._send(message)


def _request_id(scope: Scope) -> str:
    """The caller's own id where it can be used, or a fresh one."""
    given: bytes = next((v for name, v in scope["headers"] if name == REQUEST_ID), b"")
    return given.decode() if _READABLE_ID(given) else secrets.token_hex(8)


def route_of(scope: Scope) -> str:
    """The template of the address, never the address itself: that may name things."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", UNMATCHED))
