"""The published test vectors (tests/data/vectors, see the README there)."""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ledger.transparency.errors import TransparencyError

FOLDER = Path(__file__).parents[2] / "data" / "vectors"

Case = dict[str, Any]
Found = TypeVar("Found")


def load(path: str) -> Any:
    """One file."""
    return json.loads((FOLDER / path).read_text("utf-8"))


def cases(path: str, key: str = "cases") -> list[Case]:
    """The cases of a file; every one has a name of its own."""
    found: list[Case] = load(path)[key] if key else load(path)
    names = [case["name"] for case in found]
    assert len(set(names)) == len(names) > 0
    return found


def name(case: Case) -> str:
    """What a case is called in the list of tests."""
    return str(case["name"])


def given(case: Case, key: str) -> bytes:
    """The bytes of a case, which stand as text or as hex."""
    return bytes.fromhex(case[f"{key}Hex"]) if f"{key}Hex" in case else case[key].encode()


def hashes(texts: list[str]) -> list[bytes]:
    """Many base64 texts."""
    return [b64decode(text) for text in texts]


def refused(error: TransparencyError | None) -> str:
    """``accept`` or ``refuse``, as the vectors say it."""
    return "accept" if error is None else "refuse"


def attempt(read: Callable[[], Found]) -> Found | None:
    """What is read, or nothing when it is refused; any other error goes through."""
    try:
        return read()
    except TransparencyError:
        return None
