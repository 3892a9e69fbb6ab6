"""``sunledger demo``: the bundled quarter, played for whoever wants to look."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import out
from api.cli.rehearse import play, read_sheets
from api.cli.summary import show
from api.messages import N_
from api.rehearsal.run import new_seed

_HELP = N_("Play the bundled quarter of a made-up community and show what became of it.")
_ONCE = N_("Play it and end; never serve.")
BUNDLED = Path(__file__).parent.parent / "demo" / "guangsha-2022q3"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=_HELP)(command)


def command(
    once: Annotated[bool, typer.Option("--once", help=_ONCE)] = False,
) -> None:
    """Play and show; there is nothing to serve yet, so ``--once`` changes nothing."""
    del once
    quarter = read_sheets(BUNDLED, notices=False)
    show(play(quarter, keep=None, seed=new_seed()), out)
