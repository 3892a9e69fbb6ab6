"""Which room may import which, and where SQL may stand."""

import ast
import re

from tests.house.tree import ROOMS, imported, name_of, nodes, python_files

ALLOWED = {
    "ledger": {"ledger"},
    "projections": {"projections", "ledger"},
    "api": {"api", "projections", "ledger"},
}
SQL_STARTS = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|COPY|ALTER|DROP|TRUNCATE|WITH|GRANT|REVOKE|LOCK|LISTEN)"
    r"\s+[\w{\"(*]"
)
SQL_PLACES = ("ledger/log/", "ledger/server/", "projections/")


def test_imports_go_one_way() -> None:
    """No room imports from a room above it, and none from the tests."""
    found = [
        f"{place} imports {module}"
        for room in ROOMS
        for place, node in nodes(room)
        for module in imported(node)
        if module.split(".")[0] in {*ROOMS, "tests"} - ALLOWED[room]
    ]
    assert [] == found


def test_imports_are_absolute() -> None:
    """Every import names its room, so that the direction can be read from it."""
    found = [
        place
        for place, node in nodes(*ROOMS)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert [] == found


def test_sql_stands_in_its_places() -> None:
    """Only the log, the server and the projections speak SQL."""
    outside = [
        folder
        for room in ROOMS
        for path in python_files(room)
        if not (folder := name_of(path)).startswith(SQL_PLACES)
    ]
    found = [
        f"{place} {node.value.strip()[:50]!r}"
        for place, node in nodes(*outside)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SQL_STARTS.match(node.value)
    ]
    assert [] == found
