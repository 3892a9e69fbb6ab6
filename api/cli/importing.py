"""``sunledger import``: take the sheets of a community into its ledger."""

from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Annotated, NoReturn

import typer
from rich.table import Table

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
from api.cli.language import language, say
from api.importing.intake import read_intake
from api.importing.run import Imported, import_sheets
from api.messages import N_, Problem

_HELP = N_("Take the sheets of a community into its ledger, which is opened if there is none yet.")
_DIR = N_("The folder with the sheets, CSV or XLSX.")
_COMMUNITY = N_("The community, where the database holds several and the folder does not say.")
_JSON = N_("Print one JSON document instead of tables.")
_NOTHING = N_("Nothing was imported. Correct what is named and run it again.")
_SOME_REFUSED = N_(
    "What is named above did not go in. Correct it and run the same command again: "
    "what went in stays, and comes in only once."
)
_TITLE = N_("Imported into {community}: {events} events are recorded now")
_FILE, _ROWS, _NEW = N_("File"), N_("Rows"), N_("New")
_CHANGED, _KNOWN, _REFUSED = N_("Changed"), N_("Known before"), N_("Refused")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", help=_HELP)(command)


def command(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=_DIR)],
    community: Annotated[str | None, typer.Option(metavar="NAME", help=_COMMUNITY)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False,
) -> None:
    """Read, take in, name every bad row, print the sums."""
    intake = read_intake(directory)
    if isinstance(intake, Problem):
        _end_without([intake])
    with progress() as told:
        imported = import_sheets(intake, settings(), community, told)
    if not isinstance(imported, Imported):
        _end_without(imported)
    show_problems(imported.problems)
    if as_json:
        print_json(_document(imported))
    else:
        out.print(_table(imported))
    if any(problem.level == "fault" for problem in imported.problems):
        complain(say(_SOME_REFUSED))
        raise StopError(Exit.INPUT)


def _end_without(problems: list[Problem]) -> NoReturn:
    show_problems(problems)
    complain(say(_NOTHING))
    raise StopError(Exit.INPUT)


def _table(imported: Imported) -> Table:
    """What became of the rows of each sheet; sheets that are not there are left out."""
    title = say(_TITLE, community=imported.community, events=imported.position)
    table = Table(title=title, title_justify="left")
    for number, column in enumerate((_FILE, _ROWS, _NEW, _CHANGED, _KNOWN, _REFUSED)):
        table.add_column(say(column), justify="left" if number == 0 else "right")
    for count in imported.counts.values():
        if count.rows:
            numbers = (count.rows, count.new, count.changed, count.known, count.refused)
            table.add_row(count.file, *map(str, numbers))
    return table


def _document(imported: Imported) -> dict[str, object]:
    """The same for programs; a problem's sentence is in the caller's language."""
    return {
        "community": imported.community,
        "events": imported.position,
        "sheets": {PurePath(name).stem: asdict(c) for name, c in imported.counts.items()},
        "problems": [
            {
                **asdict(problem.where),
                "level": problem.level,
                "sentence": problem.sentence(language()),
            }
            for problem in imported.problems
        ],
    }
