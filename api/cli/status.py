"""``sunledger status``: what lies in the database, and whether the books are up to date."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import out, print_json, settings
from api.cli.language import say
from api.cli.ledgers import NONE
from api.messages import N_
from api.settings import Settings
from ledger.log import communities
from ledger.log.communities import schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard, check_not_behind
from ledger.log.recorder import LedgerRecorder
from ledger.server import READER, Database, holds_data, open_database
from projections.status import LedgerStatus, status_of

_HELP = N_("Show the communities of this home, and how far their books are.")
_JSON = N_("Print one JSON document instead of tables.")
_LEDGER = N_("{community}: {events} events, the last recorded at {recorded_at}")
_REHEARSAL = N_("  a rehearsal on a simulated clock")
_BOOK = N_("  {name}: as of position {position}")
_BEHIND = N_("  {name}: as of position {position}, {behind} behind")
_STALE = N_("  {name}: must be rebuilt (sunledger rebuild)")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status", help=_HELP)(command)


def command(as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False) -> None:
    """Look, and change nothing."""
    chosen = settings()
    found = look(chosen) if holds_data(chosen.server()) else {}
    if as_json:
        print_json({"communities": {name: asdict(ledger) for name, ledger in found.items()}})
        return
    if not found:
        out.print(say(NONE), soft_wrap=True)
    for name, ledger in found.items():
        _show(name, ledger)


def look(chosen: Settings) -> dict[str, LedgerStatus]:
    """Every community of the database."""
    with open_database(chosen.server()) as database:
        communities.prepare(database)
        return {
            name: describe(database, chosen.guard_folder(), name)
            for name in communities.communities(database)
        }


def describe(database: Database, guards: Path, community: str) -> LedgerStatus:
    """Head and books of one community, which the head guard must know.

    Raises:
        LedgerBehindError: an older backup was restored.
    """
    datastore = LogDatastore(database.conninfo(READER), schema_of(community))
    recorder = LedgerRecorder(datastore)
    try:
        found = status_of(recorder)
        check_not_behind(recorder, HeadGuard(guards, community, rehearsal=found.rehearsal))
        return found
    finally:
        recorder.close()


def _show(name: str, ledger: LedgerStatus) -> None:
    head = ledger.events
    out.print(say(_LEDGER, community=name, events=head, recorded_at=ledger.recorded_at))
    if ledger.rehearsal:
        out.print(say(_REHEARSAL))
    for book, found in ledger.projections.items():
        behind = head - found.position
        message = _STALE if found.stale else _BEHIND if behind else _BOOK
        out.print(say(message, name=book, position=found.position, behind=behind))
