"""Writes docs/reference.md from the code: ``python -m tests.house.reference``."""

import importlib
import pkgutil
from collections.abc import Iterator

import api
import ledger
import projections
from ledger.errors import LedgerError
from ledger.events import CATALOGUE, Event, FieldClass, field_classes
from tests.house.tree import ROOT

ROOMS = (ledger, projections, api)
NOT_IMPORTED = ("__main__", "watchdog")
"""Modules that run when they are imported, or that are run as a script."""
PAGE = ROOT / "docs" / "reference.md"

HEAD = """\
# Reference

What the ledger writes and what it answers. Written by `make reference`, kept by `tests/house`.

## Event types

Each field has one of three classes: *entry* (public, never goes), *private* (in the opening,
erased with the person), *published* (public, withdrawn by an event with a reason). What they mean
stands in the docstrings of `ledger/events/`.

| type | what it says | entry | private | published |
|---|---|---|---|---|
"""
ERRORS = """
## Refusals and errors

A refusal (409) is stored with its request: the same key gets the same answer. Everything else
stores nothing.

| code | status | sentence |
|---|---|---|
"""
TAIL = """
## Commands and settings

The commands, settings and exit codes of `sunledger` stand in the [README](../README.md).
"""


def import_everything() -> None:
    """Load every module, so that every class is known."""
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if found.name.rpartition(".")[2] not in NOT_IMPORTED:
                importlib.import_module(found.name)


def is_ours(kind: type) -> bool:
    """Whether a class belongs to the program, and not to a test of it."""
    return kind.__module__.partition(".")[0] in {room.__name__ for room in ROOMS}


def errors(kind: type[LedgerError] = LedgerError) -> Iterator[type[LedgerError]]:
    """Every error of the program that has a code of its own."""
    for below in kind.__subclasses__():
        if is_ours(below) and "code" in vars(below):
            yield below
        yield from errors(below)


def event_row(topic: str, kind: type[Event]) -> str:
    """A line of the first table."""
    classes = field_classes(kind)
    cells = [
        ", ".join(f"`{name}`" for name, found in classes.items() if found is wanted) or "–"
        for wanted in FieldClass
    ]
    says = (kind.__doc__ or "").strip().splitlines()[0]
    return f"| `{topic}` | {says} | {' | '.join(cells)} |\n"


def error_rows() -> Iterator[str]:
    """The lines of the second table; errors that share a code share a line."""
    by_code: dict[str, list[type[LedgerError]]] = {}
    for kind in errors():
        by_code.setdefault(kind.code, []).append(kind)
    for code, kinds in sorted(by_code.items()):
        messages = " / ".join(dict.fromkeys(kind.message for kind in kinds))
        statuses = "/".join(dict.fromkeys(str(kind.status) for kind in kinds))
        yield f"| `{code}` | {statuses} | {messages} |\n"


def page() -> str:
    """The whole page."""
    import_everything()
    events = [event_row(t, kind) for t, kind in sorted(CATALOGUE.items()) if is_ours(kind)]
    return HEAD + "".join(events) + ERRORS + "".join(error_rows()) + TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
