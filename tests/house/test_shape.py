"""The shape of modules and tests."""

import ast
import re

from tests.house.tree import ROOMS, name_of, nodes, parsed, python_files, repository_files

LINES_MAX = 300
"""The limit of a module; 250 is the aim."""
# A letter in brackets keeps this file from containing what it looks for.
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
EXCUSES = {"skip", "skipif", "xfail", "importorskip"}


def test_modules_are_short() -> None:
    """No module of the three rooms is longer than its limit."""
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files(*ROOMS)
    }
    assert {} == {name: lines for name, lines in lengths.items() if lines > LINES_MAX}


def test_every_folder_of_modules_is_a_package() -> None:
    """Each folder of the rooms that holds modules has an `__init__.py`, or linters pass it over."""
    folders = {path.parent for path in python_files(*ROOMS)}
    assert [] == sorted(name_of(path) for path in folders if not (path / "__init__.py").exists())


def test_every_module_says_what_it_holds() -> None:
    """Each module starts with a docstring."""
    found = [
        name_of(path)
        for path in python_files(*ROOMS, "tests")
        if path.stat().st_size and not ast.get_docstring(parsed(path))
    ]
    assert [] == found


def test_every_test_says_what_it_shows() -> None:
    """Each test has a docstring."""
    found = [
        f"{place} {node.name}"
        for place, node in nodes("tests")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith(("test_", "bench_"))
        and not ast.get_docstring(node)
    ]
    assert [] == found


def test_no_test_is_excused() -> None:
    """No test is skipped or expected to fail; what cannot run is not written."""
    found = [
        f"{place} {node.attr}"
        for place, node in nodes("tests")
        if isinstance(node, ast.Attribute)
        and node.attr in EXCUSES
        and ast.unparse(node.value) in {"pytest", "pytest.mark", "unittest"}
    ]
    assert [] == found


def test_no_test_sleeps() -> None:
    """Tests wait for what they need, with a limit, and never for time to pass."""
    found = [
        place
        for place, node in nodes("tests")
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]
    assert [] == found


def test_nothing_is_left_unfinished() -> None:
    """No file holds a reminder to finish it, and no function stands in for one to come."""
    marks = [
        f"{name_of(path)}:{number}"
        for path in repository_files()
        if path.suffix in {".py", ".toml", ".sh", ".sql", ".html", ".md"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    stand_ins = [
        place
        for place, node in nodes(*ROOMS)
        if isinstance(node, ast.Raise)
        and node.exc is not None
        and ast.unparse(node.exc).startswith("NotImplemented")
    ]
    assert [] == marks + stand_ins
