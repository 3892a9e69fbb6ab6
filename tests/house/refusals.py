"""Which refusals a command can end with, read from the source of the decisions."""

import ast
from collections.abc import Iterator

from tests.house.tree import dotted, parsed, python_files

FOLDER = "ledger/commands"


def _functions() -> Iterator[tuple[str, str, ast.FunctionDef]]:
    """Every function with the class it belongs to (or an empty text) and its name."""
    for path in python_files(FOLDER):
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef):
                yield "", node.name, node
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield node.name, inner.name, inner


def _raised(function: ast.FunctionDef) -> set[str]:
    """The classes that a function raises by name, or hands to somebody who may."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found.add(dotted(called))
        elif isinstance(node, ast.Call):
            found |= {dotted(argument) for argument in node.args}
    return found


def _called(function: ast.FunctionDef) -> set[str]:
    """Names of functions and own methods that a function calls."""
    calls = {dotted(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return {name.removeprefix("self.") for name in calls}


def refusals_of(refusals: set[str]) -> dict[str, set[str]]:
    """Per command class the names of ``refusals`` that its ``decide`` reaches."""
    functions = {(owner, name): node for owner, name, node in _functions()}

    def reached(owner: str, name: str, seen: set[tuple[str, str]]) -> set[str]:
        key = (owner, name) if (owner, name) in functions else ("", name)
        if key not in functions or key in seen:
            return set()
        seen.add(key)
        function = functions[key]
        found = _raised(function) & refusals
        for called in _called(function):
            found |= reached(owner, called, seen)
        return found

    return {owner: reached(owner, "decide", set()) for owner, name in functions if name == "decide"}
