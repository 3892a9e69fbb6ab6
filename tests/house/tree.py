"""The source tree as the house rules see it: files, modules, parsed code, findings."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ledger", "projections", "api")


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file git knows or would add; in an unpacked archive, every file that is not hidden."""
    # Whoever owns the checkout, reading a list of its files is safe.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not _is_made(path.relative_to(ROOT))]
    return tuple(sorted(path for path in files if path.is_file()))


def _is_made(path: Path) -> bool:
    """Whether a path of an unpacked archive was made by running things in it."""
    made = {"var", "build", "dist", "__pycache__"}
    return any(part in made or part.startswith(".") for part in path.parts)


def name_of(path: Path) -> str:
    """The path as findings give it, from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """The Python files at or under the folders; a folder that is not there yet has none."""
    tops = [ROOT / folder for folder in folders]
    return [
        path
        for path in repository_files()
        if path.suffix == ".py" and any(path.is_relative_to(top) for top in tops)
    ]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(*folders: str) -> Iterator[tuple[str, ast.AST]]:
    """Each node of the code in the folders, with the place it stands at (``path:line``)."""
    for path in python_files(*folders):
        for node in ast.walk(parsed(path)):
            yield f"{name_of(path)}:{getattr(node, 'lineno', 1)}", node


def imported(node: ast.AST) -> list[str]:
    """The modules that an import statement names; nothing for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a chain of names; an empty text when it is not one."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
