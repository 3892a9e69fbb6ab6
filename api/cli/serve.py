"""``sunledger serve``: board and interface of every community of the home, until told to end."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import socket
from typing import Annotated

import typer
from rich.text import Text

from api.cli import logs
from api.cli.console import Exit, StopError, complain, err, out, settings
from api.cli.language import say
from api.cli.ledgers import NONE
from api.hosting.opening import at_work, open_houses
from api.messages import N_
from api.server import listen, run
from api.web.limits import Limits
from ledger.server import holds_data, open_database

_HELP = N_("Serve the board and the interface of every community of this home.")
_HOST = N_("The address to listen on. Leave it as it is behind a reverse proxy.")
_PORT = N_("The port to listen on.")
READY = N_("Serving {names} at {address} (Ctrl-C ends it).")
_ADDRESS = N_("Nothing can listen on {address} ({reason}). Choose another with --port.")
_GONE = N_(
    "The database server has ended and does not come back. What was answered is recorded."
    " Look into postgres/log/server.log in {path}, then start Sunledger again."
)
_ENDED = N_("Ended. Everything that was answered is recorded.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=_HELP)(command)


def command(
    host: Annotated[str, typer.Option(help=_HOST)] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_PORT, min=0, max=65_535)] = 8000,
) -> None:
    """Open the database, follow every log, serve."""
    chosen = settings()
    if not holds_data(chosen.server()):
        complain(say(NONE))
        raise StopError(Exit.USAGE)
    logs.configure(logging.WARNING if err.is_terminal else logging.INFO)
    with (
        listening(host, port) as (open_socket, address),
        open_database(chosen.server()) as database,
    ):
        gone = database.gone
        houses = open_houses(database, chosen.key_folder(), chosen.guard_folder())
        if not houses:
            complain(say(NONE))
            raise StopError(Exit.USAGE)
        with at_work(houses) as found, suppress(KeyboardInterrupt):
            ready = say(READY, names=list(found), address=address)
            limits = Limits(key_per_minute=chosen.requests_per_minute)
            run(found, open_socket, limits, lambda: out.print(Text(ready), soft_wrap=True), gone)
        if gone():
            complain(say(_GONE, path=str(chosen.home)))
            raise StopError(Exit.FAILED)
    out.print(say(_ENDED))


@contextmanager
def listening(host: str, port: int) -> Iterator[tuple[socket, str]]:
    """A socket that listens and its address, or an end that says why there is none."""
    try:
        found = listen(host, port)
    except OSError as error:
        place = f"http://{host}:{port}"
        # The library adds what we say ourselves to the system's words.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or type(error).__name__
        complain(say(_ADDRESS, address=place, reason=reason))
        raise StopError(Exit.FAILED) from None
    with found:
        shown = f"[{host}]" if ":" in host else host
        yield found, f"http://{shown}:{found.getsockname()[1]}"
