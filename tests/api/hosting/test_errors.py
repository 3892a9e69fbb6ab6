"""The errors that callers are told before the ledger is asked."""

import inspect
import re

from api.hosting import errors
from ledger.errors import LedgerError

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, LedgerError) and kind.__module__ == errors.__name__
]


def test_the_drawn_tree_is_the_tree() -> None:
    """The drawing in the module's docstring has each class with its code and status."""
    drawn = re.findall(r"^    (\w+Error) +(\w+) +(\d{3})$", errors.__doc__ or "", re.MULTILINE)
    there = [(kind.__name__, kind.code, str(kind.status)) for kind in KINDS]
    assert sorted(there) == sorted(drawn)
    assert {LedgerError} == {kind.__base__ for kind in KINDS}


def test_each_error_has_its_own_code_and_says_what_to_do() -> None:
    """Codes are unique, and each message is a sentence or more."""
    assert len(KINDS) == len({kind.code for kind in KINDS})
    assert [] == [kind.__name__ for kind in KINDS if not kind.message.endswith(".")]
