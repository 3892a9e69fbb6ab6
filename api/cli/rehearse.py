"""``sunledger rehearse``: play a quarter of paper records."""

import json
import time
from pathlib import Path
from typing import Annotated

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
from api.cli.language import say
from api.cli.summary import show
from api.messages import N_
from api.rehearsal.run import Rehearsed, new_seed, rehearse
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
_SEED_IS = N_("Seed (repeats this ledger byte for byte; whoever has it can open it): {seed}")
_TOOK = N_("{rows} rows played in {seconds} s; {events} events recorded.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rehearse", help=say(_HELP))(command)


def command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=say(_DIR))],
    report: Annotated[Path | None, typer.Option(metavar="FILE", help=say(_REPORT))] = None,
    keep: Annotated[Path | None, typer.Option(metavar="HOME", help=say(_KEEP))] = None,
    seed: Annotated[str | None, typer.Option(metavar="HEX", help=say(_SEED))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say(_JSON))] = False,
) -> None:
    """Read, play, write the report, print what a person wants to know."""
    quarter = read_sheets(directory)
    started = time.monotonic()
    rehearsed = play(quarter, keep=keep, seed=_seed(seed))
    seconds = round(time.monotonic() - started, 1)
    if report is not None:
        write_report(report, rehearsed)
    if as_json:
        print_json(
            {
                "seed": rehearsed.seed.hex(),
                "events": rehearsed.position,
                "seconds": seconds,
                "totals": rehearsed.report["totals"],
            }
        )
        return
    show(rehearsed, out)
    out.print(say(_TOOK, rows=_rows(quarter), seconds=seconds, events=rehearsed.position))
    out.print(say(_SEED_IS, seed=rehearsed.seed.hex()), soft_wrap=True)


def read_sheets(directory: Path, *, notices: bool = True) -> Quarter:
    """The quarter, or an end that names every fault; ``notices`` too, cell by cell."""
    reading = read_quarter(directory)
    show_problems(p for p in reading.problems if notices or p.level == "fault")
    if reading.quarter is None:
        complain(say(_NOTHING_PLAYED))
        raise StopError(Exit.INPUT)
    return reading.quarter


def play(quarter: Quarter, *, keep: Path | None, seed: bytes) -> Rehearsed:
    """Play a quarter with progress on the screen."""
    with progress() as told:
        return rehearse(quarter, settings(), seed=seed, keep=keep, progress=told)


def write_report(path: Path, rehearsed: Rehearsed) -> None:
    """Write the report in one piece: a reader sees all of it or the old one."""
    beside = path.with_name(path.name + ".part")
    text = json.dumps(rehearsed.report, ensure_ascii=False, sort_keys=True, indent=1)
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(path)


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
