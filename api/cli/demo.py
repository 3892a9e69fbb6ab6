"""``sunledger demo``: a made-up community, played, carried on into the present, and served."""

import tempfile
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from api.cli.console import out, progress, settings
from api.cli.language import say
from api.cli.ledgers import as_secretary
from api.cli.rehearse import play, read_sheets
from api.cli.serve import listening
from api.cli.summary import show
from api.hosting.house import House
from api.hosting.keyring import Keyring
from api.hosting.opening import at_work
from api.messages import N_
from api.rehearsal.cast import Cast
from api.rehearsal.demonstration import Demonstration, demonstrated
from api.rehearsal.run import new_seed
from api.server import run
from api.sheets.quarter import Quarter
from api.web.limits import Limits
from ledger.commands.keys import GrantKey
from ledger.log.guard import HeadGuard
from ledger.log.sources import machine_clock
from ledger.states.keys import Scope

_HELP = N_("Play the bundled quarter of a made-up community, carry it on to today, and serve it.")
_ONCE = N_("Play it and end; never serve.")
_PORT = N_("The port to listen on.")
_BOARD = N_("The board:            {address}/{community}")
_INTERFACE = N_("The interface:        {address}/api/v1/openapi.json")
_KEYS = N_("Keys for this demo, as the lines of the README take them:")
_TRY = N_("A card with points on it: {card}. Open now: {session}. Ctrl-C ends the demo.")
BUNDLED = Path(__file__).parent.parent / "demo" / "guangsha-2022q3"
VARIABLES = {Scope.DESK: "DESK_KEY", Scope.OFFICE: "OFFICE_KEY", Scope.AUDIT: "AUDIT_KEY"}
"""What the README's lines call the keys."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", help=_HELP)(command)


def command(
    once: Annotated[bool, typer.Option("--once", help=_ONCE)] = False,
    port: Annotated[int, typer.Option(help=_PORT, min=0, max=65_535)] = 8000,
) -> None:
    """Play and show; then serve a throw-away ledger until told to end."""
    quarter = read_sheets(BUNDLED, notices=False)
    if once:
        show(play(quarter, keep=None, seed=new_seed()), out)
        return
    with ExitStack() as stack:
        socket, address = stack.enter_context(listening("127.0.0.1", port))
        demo = _ready(quarter, stack)
        show(demo.rehearsed, out)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sunledger-keys-")))
        house = House(demo.database, demo.community, Keyring.open(folder), demo.schema)
        guard = HeadGuard(folder / "guard", demo.community, rehearsal=True)
        house.guarded(guard, demo.key)
        houses = stack.enter_context(at_work([house]))
        keys = granted(house, demo.present.cast)
        with suppress(KeyboardInterrupt):
            ready = partial(_tell, demo, address, keys)
            run(houses, socket, Limits(), ready, demo.database.gone)


def _ready(quarter: Quarter, stack: ExitStack) -> Demonstration:
    """The ledger, which lasts as long as the stack; the bars go when it is there."""
    with progress() as told:
        return stack.enter_context(
            demonstrated(quarter, settings(), seed=new_seed(), now=machine_clock(), progress=told)
        )


def granted(house: House, cast: Cast) -> dict[Scope, str]:
    """A fresh key of each scope, for somebody of the cast."""
    holders = {
        Scope.DESK: cast.clerk,
        Scope.OFFICE: cast.secretary,
        Scope.AUDIT: cast.supervisor,
    }
    keys = {scope: house.keyring.new_key(scope) for scope in holders}
    for scope, officer in holders.items():
        digest = house.keyring.digest(house.community, keys[scope])
        as_secretary(house, GrantKey(officer=officer, scope=scope, digest=digest))
    return keys


def _tell(demo: Demonstration, address: str, keys: dict[Scope, str]) -> None:
    lines = [
        say(_BOARD, address=address, community=demo.community),
        say(_INTERFACE, address=address),
        say(_KEYS),
        *(f"export {VARIABLES[scope]}={key}" for scope, key in keys.items()),
        say(_TRY, card=demo.present.cast.card, session=demo.present.session),
    ]
    for line in lines:
        out.print(Text(line), soft_wrap=True)
