"""Many exchanges in one body: one a line, each with its own key, answered in order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from api.hosting.errors import UnreadableError
from api.hosting.house import Caller, House
from api.messages import language_from_header, translate
from api.web.body import read_body
from api.web.calls import BEARER, IDEMPOTENCY_KEY_MAX, authenticate, house_of, told, written
from api.web.documented import WRITES, problems
from api.web.faults import sentence_of
from api.web.fields import LINES_MAX, QUANTITY_MAX
from api.web.problems import error_of
from ledger.commands.exchanges import ExchangeGoods
from ledger.errors import LedgerError
from ledger.log.requests import Outcome
from ledger.log.requests import Request as LedgerRequest
from ledger.states.keys import Scope

BODY_BYTES_MAX: Final = 8 * 1024 * 1024
LINES_A_BODY_MAX: Final = 10_000
PIECE_MAX: Final = 256
AHEAD_MAX: Final = 4
"""Pieces that are decided while earlier ones are answered."""
MEDIA_TYPE: Final = "application/x-ndjson"
KEY_PATTERN: Final = rf"^[\x21-\x7e]{{1,{IDEMPOTENCY_KEY_MAX}}}$"

_PLACE: Final = re.compile(r" - at `\$\.([^`]+)`$")

_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


_Key = Annotated[str, msgspec.Meta(pattern=KEY_PATTERN)]


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    item: _Code
    quantity: Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class _Basket(msgspec.Struct, forbid_unknown_fields=True):
    """A line: what ``POST /exchanges`` takes, and the key."""

    key: _Key
    card: _Code
    session: _Code
    lines: Annotated[list[_Line], msgspec.Meta(min_length=1, max_length=LINES_MAX)]


class _KeyOnly(msgspec.Struct):
    key: _Key = ""


_read_basket = msgspec.json.Decoder(_Basket).decode
_read_key = msgspec.json.Decoder(_KeyOnly).decode

routes = APIRouter(prefix="/api/v1/{community}", tags=["desk"], dependencies=[BEARER])

_EXAMPLE: Final = (
    '{"key":"0192…","card":"C0001","session":"2022Q3","lines":[{"item":"RICE5","quantity":1}]}\n'
)


@routes.post(
    "/exchanges/batch",
    responses={
        **problems(*WRITES),
        200: {
            "description": (
                "One answer a line, in order: `key`, `status`, and what `POST /exchanges` answers."
                " A key that was sent to `POST /exchanges` is another request here: send it again"
                " to where it went first."
            ),
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            # No schema: lines that cannot be read are answered one by one, whatever they hold.
            "content": {MEDIA_TYPE: {"example": _EXAMPLE}},
        }
    },
    response_class=StreamingResponse,
)
async def exchange_batch(community: str, request: Request) -> Response:
    """Hand many baskets over, for a desk that was offline: one a line, each with its own key."""
    caller = await authenticate(request, frozenset({Scope.DESK}))
    body = await read_body(request, BODY_BYTES_MAX)
    lines = body.splitlines()
    check_lines(len(lines))
    language = language_from_header(request.headers.get("accept-language"))
    answers = answer_lines(house_of(request, community), caller, request.url.path, lines, language)
    return StreamingResponse(answers, media_type=MEDIA_TYPE)


def check_lines(lines: int) -> None:
    """A body has one line or more, and not too many.

    Raises:
        RequestValidationError: it has not.
    """
    where = {"loc": ("body",), "ctx": {"min_length": 1, "max_length": LINES_A_BODY_MAX}}
    if lines < 1:
        raise RequestValidationError([{"type": "too_short", **where}])
    if lines > LINES_A_BODY_MAX:
        raise RequestValidationError([{"type": "too_long", **where}])


def answer_lines(
    house: House, caller: Caller, path: str, lines: Sequence[bytes], language: str
) -> Iterator[bytes]:
    """The answers, piece by piece; some pieces are always ahead, so that the writer never waits."""
    remaining = iter(lines)
    pieces = iter(lambda: list(islice(remaining, PIECE_MAX)), [])
    ahead: list[_Piece] = []
    for piece in pieces:
        ahead.append(_Piece(house, caller, path, piece))
        if len(ahead) > AHEAD_MAX:
            yield b"".join(ahead.pop(0).answers(language))
    for sent in ahead:
        yield b"".join(sent.answers(language))


class _Piece:
    """Some lines on their way; those that cannot be read are answered without the ledger."""

    def __init__(self, house: House, caller: Caller, path: str, lines: Sequence[bytes]) -> None:
        self._keys: list[str] = []
        self._faulty: dict[int, str] = {}
        requests = []
        for number, line in enumerate(lines):
            request = self._request(number, caller, path, line)
            if request is not None:
                requests.append(request)
        self._sent = house.writer.submit_all(requests, wait=True) if requests else None

    def _request(self, number: int, caller: Caller, path: str, line: bytes) -> LedgerRequest | None:
        try:
            basket = _read_basket(line)
        except (msgspec.DecodeError, UnicodeError) as error:
            self._keys.append(_key_of(line))
            self._faulty[number] = _place_of(error)
            return None
        self._keys.append(basket.key)
        lines: list[tuple[str, int | None]] = [(n.item, n.quantity) for n in basket.lines]
        return LedgerRequest(
            basket.key,
            caller.principal,
            ExchangeGoods(card=basket.card, session=basket.session, lines=lines),
            fingerprint=sha256(f"POST\n{path}\n".encode() + line).digest(),
            credential=caller.key,
        )

    def answers(self, language: str) -> Iterable[bytes]:
        """One line for each, once all are durable."""
        decided = iter(self._sent.result() if self._sent is not None else ())
        for number, key in enumerate(self._keys):
            if number in self._faulty:
                answer = _unreadable(self._faulty[number], language)
            else:
                answer = _told(next(decided), language)
            yield written({"key": key, **answer}) + b"\n"


def _told(answer: Outcome | LedgerError, language: str) -> dict[str, Any]:
    if isinstance(answer, Outcome):
        if answer.accepted:
            return {"status": 201, **told(answer)}
        answer = error_of(answer, ExchangeGoods)
    title = translate(answer.message, answer.params, language)
    return {"status": answer.status, "code": answer.code, "title": title}


def _unreadable(place: str, language: str) -> dict[str, Any]:
    fault = sentence_of(
        {"type": "line_unreadable", "loc": ("line", *filter(None, [place]))}, language
    )
    return {**_told(UnreadableError(), language), "errors": [fault]}


def _place_of(error: Exception) -> str:
    """The field that a decoder stumbled over, by names of ours; empty: the line as a whole."""
    found = _PLACE.search(str(error))
    return found[1] if found else ""


def _key_of(line: bytes) -> str:
    """The key of a line that cannot be read otherwise, if that can."""
    try:
        return _read_key(line).key
    except (msgspec.DecodeError, UnicodeError):
        return ""
