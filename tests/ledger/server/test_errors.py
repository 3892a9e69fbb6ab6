"""The error tree and its sentences."""

import re
from collections.abc import Iterator

from ledger.log import migrations
from ledger.server import errors
from ledger.server.errors import ServerError


def branches(kind: type[ServerError], depth: int = 0) -> Iterator[tuple[int, str]]:
    """The classes below `kind` with their depth."""
    yield depth, kind.__name__
    for below in kind.__subclasses__():
        yield from branches(below, depth + 1)


def all_kinds(kind: type[ServerError] = ServerError) -> Iterator[type[ServerError]]:
    """`kind` and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)


def test_the_drawn_tree_is_the_tree() -> None:
    """The drawing in the module's docstring shows every class in its place."""
    drawn = re.findall(r"^    ([ │├└─]*)(\w+Error)$", errors.__doc__ or "", re.MULTILINE)
    assert list(branches(ServerError)) == [(len(lead) // 4, name) for lead, name in drawn]


def test_each_error_has_its_own_code_and_sentence() -> None:
    """Codes are unique; leaves say what is wrong and, after a colon, what to do."""
    kinds = list(all_kinds())
    assert len(kinds) == len({kind.code for kind in kinds})
    leaves = [kind for kind in kinds if not kind.__subclasses__()]
    assert [] == [kind for kind in leaves if ": " not in kind.message]


def test_an_error_keeps_message_and_fields_apart() -> None:
    """The message stays a template for translators, its fields are at hand, and str fills it."""
    error = migrations.MigrationGapError(schema="guangsha", number=3)
    assert "{number}" in error.message
    assert {"schema": "guangsha", "number": 3} == error.params
    assert str(error).startswith("Schema guangsha has no record of migration 3")
