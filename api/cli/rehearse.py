"""``sunledger rehearse``: play a quarter of paper records."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, TextIO

import typer

from api.cli.console import (
    Exit,
    StopError,
    complain,
    out,
    print_json,
    progress,
    settings,
    show_problems,
)
from api.cli.files import whole_file
from api.cli.language import say
from api.cli.summary import show
from api.messages import N_
from api.rehearsal.run import new_seed, rehearse
from api.rehearsal.stage import Rehearsed
from api.sheets.quarter import Quarter, read_quarter
from ledger.log.sources import SEED_BYTES

_HELP = N_("Play a quarter of paper records through a ledger and report what became of them.")
_DIR = N_("The folder with the sheets.")
_REPORT = N_("Write the report to this file, as JSON.")
_KEEP = N_("Keep the ledger in this folder instead of throwing it away.")
_SEED = N_("Repeat the ledger of an earlier rehearsal: 64 hexadecimal digits.")
_JSON = N_("Print one JSON document instead of tables.")
_SEED_WRONG = N_("The seed must be {digits} hexadecimal digits.")
_NOTHING_PLAYED = N_("The sheets have faults: nothing was played. Correct them and run it again.")
_SEED_IS = N_(
    "Seed, to repeat this ledger byte for byte"
    " (keep it to yourself, it opens what is private): {seed}"
)
_TOOK = N_("{rows} rows played in {seconds} s; {events} events recorded.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rehearse", help=_HELP)(command)


def command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=_DIR)],
    report: Annotated[Path | None, typer.Option(metavar="FILE", help=_REPORT)] = None,
    keep: Annotated[Path | None, typer.Option(metavar="HOME", help=_KEEP)] = None,
    seed: Annotated[str | None, typer.Option(metavar="HEX", help=_SEED)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False,
) -> None:
    """Read, play, write the report, print what a person wants to know."""
    chosen = _seed(seed)
    with whole_file(report) if report else nullcontext() as file:
        quarter = read_sheets(directory)
        rehearsed = play(quarter, keep=keep, seed=chosen)
        if file is not None:
            write_report(file, rehearsed)
    if as_json:
        print_json(
            {
                "seed": rehearsed.seed.hex(),
                "events": rehearsed.position,
                "seconds": rehearsed.seconds,
                "totals": rehearsed.report["totals"],
            }
        )
        return
    show(rehearsed, out)
    out.print(say(_TOOK, rows=_rows(quarter), seconds=rehearsed.seconds, events=rehearsed.position))
    out.print(say(_SEED_IS, seed=rehearsed.seed.hex()), soft_wrap=True)


def read_sheets(directory: Path, *, notices: bool = True) -> Quarter:
    """The quarter, or an end that names every fault; where there is none, ``notices`` instead."""
    reading = read_quarter(directory)
    # What has to be corrected is not to drown in what is only to be known.
    faults = [problem for problem in reading.problems if problem.level == "fault"]
    show_problems(faults or (reading.problems if notices else ()))
    if reading.quarter is None:
        complain(say(_NOTHING_PLAYED))
        raise StopError(Exit.INPUT)
    return reading.quarter


def play(quarter: Quarter, *, keep: Path | None, seed: bytes) -> Rehearsed:
    """Play a quarter with progress on the screen."""
    with progress() as told:
        return rehearse(quarter, settings(), seed=seed, keep=keep, progress=told)


def write_report(file: TextIO, rehearsed: Rehearsed) -> None:
    """Write the report as JSON with sorted keys."""
    json.dump(rehearsed.report, file, ensure_ascii=False, sort_keys=True, indent=1)
    file.write("\n")


def _seed(text: str | None) -> bytes:
    if text is None:
        return new_seed()
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        complain(say(_SEED_WRONG, digits=2 * SEED_BYTES))
        raise StopError(Exit.USAGE)
    return seed


def _rows(quarter: Quarter) -> int:
    sheets = (
        quarter.acts,
        quarter.objections,
        quarter.reversals,
        quarter.slips,
        quarter.returns,
    )
    return sum(len(sheet) for sheet in sheets)
