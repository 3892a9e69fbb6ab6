"""``sunledger rebuild``: write the books anew from the first event on."""

from typing import Annotated

import typer

from api.cli.console import Exit, StopError, complain, out, progress, settings
from api.cli.language import say
from api.cli.ledgers import one_of
from api.messages import N_
from ledger.log import communities
from ledger.log.communities import schema_of
from ledger.log.migrations import migrate
from ledger.server import OWNER, open_database
from projections.catalogue import ALL
from projections.rebuild import rebuild
from projections.schema import install

_HELP = N_("Write the books of a community anew, from its first event on.")
_NAMES = N_("The books to rebuild; all of them where none is named.")
_COMMUNITY = N_("The community, where the database holds several.")
_UNKNOWN = N_("There is no book called {name}. The books are: {names}.")
_DONE = N_("Rebuilt as of position {position}: {names}.")

PROJECTIONS = {projection.NAME: projection for projection in ALL}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rebuild", help=_HELP)(command)


def command(
    names: Annotated[list[str] | None, typer.Argument(metavar="[BOOK]...", help=_NAMES)] = None,
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
) -> None:
    """Fill new tables beside the old ones, then swap them; readers see the old ones until then."""
    wanted = names or list(PROJECTIONS)
    for name in wanted:
        if name not in PROJECTIONS:
            complain(say(_UNKNOWN, name=name, names=list(PROJECTIONS)))
            raise StopError(Exit.USAGE)
    chosen = settings()
    with open_database(chosen.server()) as database, progress() as told:
        communities.prepare(database)
        schema = schema_of(one_of(communities.communities(database), community))
        owner = database.conninfo(OWNER)
        migrate(owner, schema)
        install(owner, schema, ALL)
        position = rebuild(
            owner,
            schema,
            [PROJECTIONS[name] for name in wanted],
            on_progress=lambda done, total: told("rebuild", done, total),
        )
    out.print(say(_DONE, position=position, names=wanted))
