"""Canonical JSON: the RFC 8785 profile of the design, section 5.

ASCII keys, strings, integers within ±(2^53−1), booleans, null, arrays and objects; no floats. In
that profile sorted keys and minimal escapes are all that RFC 8785 asks for.
"""

import json
from typing import Any, NoReturn

import msgspec

MAX_INTEGER = 2**53 - 1

_encoder = msgspec.json.Encoder(order="sorted")
encode = _encoder.encode
"""The canonical bytes of a value that keeps the profile (see :func:`check_profile`)."""


class NotCanonicalError(ValueError):
    """Bytes or a value that the profile does not allow; the message is the reason."""


def _refuse_number(token: str) -> NoReturn:
    reason = "syntax" if token in {"NaN", "Infinity", "-Infinity"} else "float"
    raise NotCanonicalError(reason)


def _integer(token: str) -> int:
    if len(token) > len(str(-MAX_INTEGER)) or abs(int(token)) > MAX_INTEGER:
        raise NotCanonicalError("integer-range")
    return int(token)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonicalError("duplicate-key")
    if not all(key.isascii() for key in found):
        raise NotCanonicalError("non-ascii-key")
    return found


_PLAIN = frozenset({str, bool, type(None)})
"""Types whose values keep the profile whatever they are."""


def check_profile(value: Any) -> None:
    """Check what :func:`encode` does not: the numbers and keys of a value.

    Raises:
        NotCanonicalError: with the reason float, integer-range or non-ascii-key.
    """
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        if not all(map(str.isascii, value)):
            raise NotCanonicalError("non-ascii-key")
        value = value.values()
    elif not isinstance(value, list | tuple):
        value = (value,)
    for each in value:
        kind = type(each)
        if kind is int:
            if not -MAX_INTEGER <= each <= MAX_INTEGER:
                raise NotCanonicalError("integer-range")
        elif kind not in _PLAIN and not isinstance(each, str):
            if not isinstance(each, dict | list | tuple | msgspec.Struct):
                raise NotCanonicalError("float")
            check_profile(each)


def _check_characters(value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise NotCanonicalError("lone-surrogate") from error
    elif isinstance(value, list):
        for item in value:
            _check_characters(item)
    elif isinstance(value, dict):
        for item in value.values():
            _check_characters(item)


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_refuse_number,
    parse_int=_integer,
    parse_constant=_refuse_number,
)


def parse(data: bytes) -> Any:
    """Read JSON that keeps the profile, canonical or not.

    Raises:
        NotCanonicalError: with the reason: encoding, syntax, float, integer-range,
            duplicate-key, non-ascii-key or lone-surrogate.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotCanonicalError("encoding") from error
    try:
        value = _decoder.decode(text)
        _check_characters(value)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotCanonicalError("syntax") from error
    return value


def parse_canonical(data: bytes) -> Any:
    """Read canonical bytes; whatever does not re-encode to itself is refused.

    Raises:
        NotCanonicalError: also with the reason ``not-canonical``.
    """
    value = parse(data)
    if encode(value) != data:
        raise NotCanonicalError("not-canonical")
    return value
