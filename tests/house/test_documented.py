"""What people can type or set stands where they look for it."""

import ast
import os
import re
import subprocess

from tests.house.tree import ROOMS, ROOT, dotted, name_of, nodes, repository_files

PREFIX = "SUNLEDGER_"
SETTING = re.compile(rf"\b{PREFIX}[A-Z][A-Z0-9_]*[A-Z0-9]\b")


def readme() -> str:
    """The text of README.md."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def settings_named() -> set[str]:
    """Settings written out in code and deployment files."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in repository_files()
        if name_of(path).startswith((*(f"{room}/" for room in ROOMS), "deploy/"))
        and path.suffix in {".py", ".html", ".yml", ".yaml", ".service", ".env", ".md", ".sh"}
    ]
    return {name for text in texts for name in SETTING.findall(text)}


def settings_declared() -> set[str]:
    """Fields of settings classes, which read ``SUNLEDGER_`` and their own name in capitals."""
    return {
        PREFIX + field.target.id.upper()
        for _, node in nodes(*ROOMS)
        if isinstance(node, ast.ClassDef) and "BaseSettings" in map(dotted, node.bases)
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and field.target.id != "model_config"
    }


def commands() -> set[str]:
    """Names of the commands that api/cli declares, by decorator or by a plain call."""
    found = set()
    for _, node in nodes("api/cli"):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= {_command_name(call, node.name) for call in node.decorator_list}
        elif isinstance(node, ast.Call) and len(node.args) == 1:
            found.add(_command_name(node.func, dotted(node.args[0]).rpartition(".")[2]))
    return found - {""}


def groups() -> set[str]:
    """Names of the groups of commands that api/cli declares."""
    return {
        str(keyword.value.value)
        for _, node in nodes("api/cli")
        if isinstance(node, ast.Call) and dotted(node.func).endswith(".add_typer")
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    }


def _command_name(call: ast.AST, function: str) -> str:
    """The name that ``….command(name)`` gives the function; an empty text for any other node."""
    if not isinstance(call, ast.Call) or not dotted(call.func).endswith(".command"):
        return ""
    given = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    return str(given[0]) if given else function.replace("_", "-")


def test_every_setting_stands_in_the_readme() -> None:
    """Each setting the code reads is explained in the README."""
    known = set(SETTING.findall(readme()))
    assert set() == (settings_named() | settings_declared()) - known


def test_every_command_stands_in_the_readme() -> None:
    """Each command of the command line is named in the README, in Chinese and in English."""
    text = readme()
    found = {name: len(re.findall(rf"sunledger ([a-z]+ )?{name}\b", text)) for name in commands()}
    assert {} == {name: times for name, times in found.items() if times < 2}


def test_every_target_stands_in_the_help() -> None:
    """`make` alone lists every target that is meant to be typed."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    assert phony is not None
    # Without what an outer make hands down, which would print more than the list.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    listed = subprocess.run(
        ["make", "-s"], cwd=ROOT, env=alone, capture_output=True, check=True, text=True
    )
    shown = set(re.findall(r"^  make (\S+) +\S", listed.stdout, re.MULTILINE))
    assert set(phony.group(1).split()) == shown


def test_every_make_command_in_the_docs_exists() -> None:
    """No page tells a reader to type a target that is not there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    pages = [path for path in repository_files() if path.suffix == ".md"]
    typed = {
        word
        for page in pages
        for word in re.findall(
            r"(?:`|^ *\$? *)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE
        )
    }
    assert set() == typed - targets


def test_the_readme_promises_no_other_command() -> None:
    """Each command the README names is there, once the command line is."""
    promised = set(re.findall(r"\bsunledger ([a-z]+)\b", readme()))
    there = commands() | groups()
    assert set() == promised - there


def test_every_decision_is_complete_and_listed() -> None:
    """Each page of docs/decisions has its three sections and stands in the index."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    sections = ["## Context", "## Decision", "## Consequences"]
    found = [
        page.name
        for page in sorted(folder.glob("[0-9]*.md"))
        if f"]({page.name})" not in index
        or sections != re.findall(r"^## .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert [] == found
