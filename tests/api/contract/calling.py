"""The application as its OpenAPI document describes it, and how generated requests are sent."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, settings
from schemathesis import AuthContext, Case, SerializationContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import BaseSchema

from tests.api.authority.table import ROWS
from tests.api.ground import Ground
from tests.support.ledgers import ACTED_ON
from tests.support.live import SESSION

DOCUMENT: Final = "/api/v1/openapi.json"
IN_CI: Final = os.environ.get("CI") == "true"
EXAMPLES: Final = 200 if IN_CI else 5
"""Generated requests a call; those that walk the limits of each field come in addition."""
WALKS: Final = 200 if IN_CI else 20
"""Walks along the links of the document."""
_HALF: Final = 0.5
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")

REFUSING: Final = [400, 401, 403, 404, 405, 406, 409, 415, 422, 428, 429, "5xx"]
ACCEPTING: Final = ["2xx", "3xx", 401, 403, 404, 409, 429, "5xx"]
"""What the checks expect by themselves. A body may be too long as a whole, although or because a
part of it is: no schema can say that, and each call names its 413."""

Call = Case[Any]
"""A generated request."""

many: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # What failed is told as it was sent; making it smaller takes longer than reading it.
    phases=[phase for phase in Phase if phase is not Phase.shrink],
)


def words(ground: Ground) -> Mapping[str, list[str | int]]:
    """What half of the generated requests say at each place, so that many of them succeed."""
    act, objection = ground.objection()
    acts: list[str | int] = [ground.recorded(), ground.reviewed(), act, next(ground.awarded)]
    return {
        "body.card": ["C1", "C2"],
        "body.session": [SESSION, "s1"],
        "body.lines[*].item": ["rice", "oil"],
        "body.lines[*].quantity": [1, 2],
        "body.counted[*].goods": [ground.goods],
        "body.quantity": [1, 2],
        "body.item": ["rice", "oil"],
        "body.member": ["V1", "V2"],
        "body.household": ["H1", "H2"],
        "body.account": ["H1", "H2"],
        "body.grid": ["g1"],
        "body.rule": ["A01", "B001", "L01"],
        "body.officer": ["G", "D"],
        "body.performed_on": [ACTED_ON, "2022-08-01"],
        "body.goods": [ground.goods],
        "body.count": [ground.count(confirmed=True)],
        "path.act": acts,
        "path.exchange": [ground.exchange()],
        "path.write_off": [ground.write_off()],
        "path.count": [ground.count()],
        "path.objection": [objection],
        "path.post": [ground.spare_post()],
        "path.key": [ground.spare_key()],
    }


@schemathesis.serializer("application/x-ndjson")
def lines(context: SerializationContext, value: Any) -> bytes:
    """Text as it is, anything else as one line of JSON; a line ends with its newline."""
    del context
    line = value if isinstance(value, str) else json.dumps(value)
    return line.encode("utf-8", "replace") + b"\n"


def document(app: FastAPI, known: Mapping[str, list[str | int]] | None = None) -> BaseSchema:
    """The document that an application gives."""
    known = known or {}
    config = SchemathesisConfig.from_dict(
        {
            "dictionaries": {place: {"values": values} for place, values in known.items()},
            "checks": {
                "negative_data_rejection": {"expected-statuses": [*REFUSING, 413]},
                "positive_data_acceptance": {"expected-statuses": [*ACCEPTING, 413]},
            },
            "parameters": {place: {"dictionary": place, "probability": _HALF} for place in known},
        }
    )
    loaded: BaseSchema = schemathesis.openapi.from_asgi(DOCUMENT, app, config=config)
    return loaded


def keyed(app: FastAPI, ground: Ground) -> BaseSchema:
    """The document, for somebody who comes with the right key for each call."""

    class Bearer:
        """Puts in the key of an officer who may make the call."""

        def get(self, case: Call, context: AuthContext) -> str | None:
            """The header."""
            del context
            row = ROWS[str(case.operation.definition.raw["operationId"])]
            return f"Bearer {ground.keys[row.officer, row.scope]}" if row.keyed else None

        def set(self, case: Call, data: str, context: AuthContext) -> None:
            """Put it in, unless it is to be seen what happens without."""
            del context
            negative = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
            if not negative or "Authorization" in case.headers:
                case.headers["Authorization"] = data

    loaded = document(app, words(ground))
    loaded.auth(refresh_interval=None)(Bearer)
    return loaded


def prepare(case: Call, community: str) -> None:
    """Send it to the community that is there, with a fresh key of the request."""
    if "community" in (case.path_parameters or {}):
        case.path_parameters["community"] = community
    headers: Any = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and _KEY.fullmatch(key):
        headers["Idempotency-Key"] = uuid4().hex
    if isinstance(case.body, dict):
        case.body = _whole(case.body)


def _whole(value: Any) -> Any:
    """The same with 2.0 as 2.

    JSON Schema takes both for integers, and has no word to refuse the first. We do: points and
    quantities are never read from a number with a fraction, whatever it is.
    """
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_whole(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
