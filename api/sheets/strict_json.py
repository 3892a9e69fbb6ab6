"""JSON as a person hands it in: UTF-8, ordinary numbers, and no key twice in one object."""

import json
from collections import Counter
from typing import Any, NoReturn

from api.messages import N_, ProblemList, excerpt
from api.sheets.files import FileRefused

_NOT_UTF8 = N_("The file is not UTF-8 (see offset {offset}). Save it again in UTF-8.")
_NOT_JSON = N_("The file is not JSON; see line {line}, character {character}.")
_NUMBER = N_("The file holds a number that JSON does not allow, or one that is far too long.")
_TOO_DEEP = N_("The file is nested too deeply.")
_REPEATED = N_("This key stands more than once in its object.")


class _Repeated(list[str]):
    """Collects the keys that stand twice in an object while JSON is parsed."""

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.extend(key for key, count in counts.items() if count > 1)
        return found


def _refuse_number(token: str) -> NoReturn:
    raise ValueError(token)


def parse_json(data: bytes, problems: ProblemList) -> Any:
    """The value of a JSON text; each key that stands twice becomes a fault in ``problems``.

    Raises:
        FileRefused: it is no JSON in UTF-8 (a byte order mark is allowed).
    """
    repeated = _Repeated()
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=repeated.read_object,
            parse_constant=_refuse_number,
        )
    except UnicodeDecodeError as error:
        raise FileRefused(_NOT_UTF8, offset=error.start) from error
    except json.JSONDecodeError as error:
        raise FileRefused(_NOT_JSON, line=error.lineno, character=error.colno) from error
    except RecursionError as error:
        raise FileRefused(_TOO_DEEP) from error
    except ValueError as error:
        raise FileRefused(_NUMBER) from error
    for key in repeated:
        problems.fault(_REPEATED, column=excerpt(key))
    return value
