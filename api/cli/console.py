"""What every command shares: the reader's language, output, progress and exit codes."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.cli import interrupt
from api.cli.language import language, say
from api.messages import N_, Problem

if TYPE_CHECKING:
    from api.settings import Settings

Told = Callable[[str, int, int], None]
"""Told the phase, and how much of it is done of how much."""


class Exit(IntEnum):
    """Exit codes, as the README lists them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    INPUT = 3
    INTERRUPTED = 130


class StopError(Exception):
    """Ends a command with an exit code; what is to be said has been said."""

    def __init__(self, code: Exit) -> None:
        """End with this code."""
        super().__init__(code)
        self.code = code


PHASES = {
    "play": N_("Playing the sheets"),
    "follow": N_("Writing up the books"),
    "present": N_("Carrying the ledger on to today"),
    "rebuild": N_("Rebuilding"),
    "people": N_("Taking in residents"),
    "offices": N_("Taking in officers and rules"),
    "goods": N_("Taking in goods and exchange days"),
    "balances": N_("Taking in opening balances"),
    "acts": N_("Taking in acts"),
}

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(sentence: str) -> None:
    """Print a sentence where errors go."""
    err.print(sentence, style="bold", markup=False, soft_wrap=True)


def show_problems(problems: Iterable[Problem]) -> None:
    """Print problems, one sentence each."""
    for problem in problems:
        err.print(problem.sentence(language()), markup=False, soft_wrap=True)


def settings() -> "Settings":
    """The settings, or an end with a sentence for each that cannot be read."""
    from api.settings import Settings, read_settings

    found = read_settings()
    if isinstance(found, Settings):
        return found
    show_problems(found)
    raise StopError(Exit.USAGE)


def print_json(value: Any) -> None:
    """Print one JSON document for programs."""
    json.dump(value, sys.stdout, ensure_ascii=False, sort_keys=True, indent=1)
    sys.stdout.write("\n")


@contextmanager
def progress() -> Iterator[Told]:
    """Bars for long work, where a person watches. Told of progress, it is where work can end."""
    with (
        interrupt.deferred(),
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        ) as bars,
    ):
        tasks = {}

        def told(phase: str, done: int, total: int) -> None:
            interrupt.point()
            if phase not in tasks:
                tasks[phase] = bars.add_task(say(PHASES[phase]), total=total)
            bars.update(tasks[phase], completed=done, total=total)

        yield told
