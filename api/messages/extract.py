"""Collects the message ids that the source marks, without importing it.

Three marks count: a call ``N_("…")``, the class attribute ``message = "…"`` that error classes
have (also annotated, ``message: ClassVar[str] = "…"``), and in a template a call ``_("…")``. All
need a plain string: what is built at run time cannot be translated.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from api.messages.translation import FIELD

ROOMS = ("api", "projections", "ledger")
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Mark:
    """A message id, and where it is marked. ``message`` is None for what is no plain string."""

    message: str | None
    file: str
    line: int

    @property
    def fault(self) -> str | None:
        """What is wrong with the mark, for a developer; None if nothing is."""
        if self.message is None:
            return "a mark needs one plain string"
        if not self.message.strip():
            return "the message is empty"
        if re.search(r"[{}]", FIELD.sub("", self.message)):
            return "only plain {named} fields may stand in braces"
        return None


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_mark(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else None
    return (function.id if isinstance(function, ast.Name) else name) == "N_"


def _class_message(statement: ast.stmt) -> ast.expr | None:
    """The value of a class attribute ``message``, if the statement gives it one."""
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    else:
        return None
    named = any(isinstance(target, ast.Name) and target.id == "message" for target in targets)
    return value if named else None


def _in_class(node: ast.ClassDef, file: str) -> Iterator[Mark]:
    for statement in node.body:
        value = _class_message(statement)
        message = _string(value) if value is not None else None
        if message:  # a base class may leave it empty
            yield Mark(message, file, statement.lineno)


def marks_in(source: str, file: str) -> Iterator[Mark]:
    """The marks of one module.

    Raises:
        SyntaxError: the source is not Python.
    """
    for node in ast.walk(ast.parse(source, file)):
        if isinstance(node, ast.ClassDef):
            yield from _in_class(node, file)
        elif isinstance(node, ast.Call) and _is_mark(node.func):
            plain = len(node.args) == 1 and not node.keywords
            yield Mark(_string(node.args[0]) if plain else None, file, node.lineno)


def marks_in_template(source: str, file: str) -> Iterator[Mark]:
    """The marks of one page template: ``_("…", field=value)``.

    Raises:
        jinja2.TemplateSyntaxError: the source is no template.
    """
    for call in Environment(autoescape=True).parse(source, filename=file).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            first = call.args[0] if len(call.args) == 1 else None
            plain = isinstance(first, nodes.Const) and isinstance(first.value, str)
            yield Mark(first.value if plain else None, file, call.lineno)  # type: ignore[union-attr]


_MARKERS = {".py": marks_in, ".html": marks_in_template}


def marks(root: Path = ROOT, rooms: Iterable[str] = ROOMS) -> list[Mark]:
    """The marks of all modules and templates of the rooms, in the order of file and line."""
    found: list[Mark] = []
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _MARKERS:
                file = path.relative_to(root).as_posix()
                found.extend(_MARKERS[path.suffix](path.read_text(encoding="utf-8"), file))
    return sorted(found, key=lambda mark: (mark.file, mark.line))


def messages(found: Iterable[Mark]) -> dict[str, list[str]]:
    """The files in which each well-formed message id is marked, both sorted."""
    files: dict[str, set[str]] = {}
    for mark in found:
        if mark.message is not None and mark.fault is None:
            files.setdefault(mark.message, set()).add(mark.file)
    return {message: sorted(files[message]) for message in sorted(files)}
