"""Decisions are pure, points are whole numbers, and the public half names nobody."""

import ast

import pytest

from tests.house.tree import dotted, imported, nodes

DECIDING = ("ledger/commands", "ledger/states", "ledger/events")
IMPURE_MODULES = set(
    "asyncio io logging multiprocessing os pathlib psycopg psycopg_pool random secrets shutil"
    " socket sqlite3 structlog subprocess tempfile threading time urllib uuid".split()
)
IMPURE_CALLS = set("open print input exec eval breakpoint __import__".split())
CLOCKS = set(
    "datetime.now datetime.utcnow datetime.today date.today datetime.fromtimestamp".split()
)
PERSONAL = set(
    "phone flat member household account card volunteer_number holder display_name"
    " recipient relatives evidence remark note".split()
)


def impurity(node: ast.AST) -> str:
    """What a node reaches outside the decision for; an empty text when nothing."""
    for module in imported(node):
        if module.split(".")[0] in IMPURE_MODULES:
            return f"imports {module}"
    if isinstance(node, ast.Call) and dotted(node.func) in IMPURE_CALLS:
        return f"calls {dotted(node.func)}"
    if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in CLOCKS:
        return f"asks the clock: {dotted(node)}"
    return ""


def inexactness(node: ast.AST) -> str:
    """What makes a node's value a floating-point number; an empty text when nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"the literal {node.value}"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        return "true division, where // is meant"
    if isinstance(node, ast.Name) and node.id == "float":
        return "float"
    return ""


def test_decisions_reach_for_nothing_outside() -> None:
    """Commands, states and events use no clock, randomness, environment or I/O."""
    found = [f"{place} {what}" for place, node in nodes(*DECIDING) if (what := impurity(node))]
    assert [] == found


def test_no_float_comes_near_points() -> None:
    """Commands, states and events hold no float literal, no true division and no float type."""
    found = [f"{place} {what}" for place, node in nodes(*DECIDING) if (what := inexactness(node))]
    assert [] == found


def test_no_personal_field_in_an_entry() -> None:
    """No field that says who or which account is declared as part of the public half."""
    found = [
        f"{place} {node.target.id}"
        for place, node in nodes("ledger/events")
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Subscript)
        and dotted(node.annotation.value).endswith("Entry")
        and node.target.id in PERSONAL
    ]
    assert [] == found


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime; datetime.now()",
        "import datetime; datetime.datetime.now()",
        "import uuid",
        "from os import environ",
        "open('x')",
    ],
)
def test_impurity_is_noticed(line: str) -> None:
    """The check above finds what it looks for."""
    assert any(impurity(node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize("line", ["context.now", "datetime.fromisoformat(text)", "a.open(b)"])
def test_purity_is_let_be(line: str) -> None:
    """The check above is silent about the context's time and about methods of other names."""
    assert not any(impurity(node) for node in ast.walk(ast.parse(line)))
