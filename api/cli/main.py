"""``sunledger``: the commands, and the one place where errors become sentences."""

import os
import sys
from io import TextIOWrapper
from typing import Any, Final

import structlog
import typer

from api.cli import interrupt, logs
from api.cli.application import Application
from api.cli.console import Exit, StopError, complain
from api.cli.language import language, say
from api.cli.usage import UsageFault
from api.messages import N_, translate
from ledger.errors import LedgerError

PROGRAM: Final = "sunledger"

_ABOUT = N_("Sunledger: the points and volunteer ledger of a community.")
_DATABASE = N_("The database does not answer, or refuses this. Check that it runs and try again.")
_DISK = N_("The computer could not do this ({reason}). Set that right and try again.")
_FILE = N_("{path} cannot be used ({reason}). Check it, or choose another place.")
_INTERRUPTED = N_("Interrupted. Nothing half-done is left; you can run it again.")
_UNEXPECTED = N_(
    "Something went wrong that nobody foresaw ({kind})."
    " What was recorded is safe; please report it."
)


def application() -> Application:
    """All commands. What they need is loaded here, so that Ctrl-C finds us ready by then."""
    from api.cli import demo, importing, keys, officers, rebuild, rehearse, serve, status

    app = Application(help=_ABOUT)
    for command in (serve, rehearse, importing, demo, keys, officers, rebuild, status):
        command.register(app)
    # Without a callback, typer would take an only command for the whole program.
    app.callback()(lambda: None)
    return app


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that has no Chinese shows question marks instead of failing.
            stream.reconfigure(errors="replace")
    interrupt.listen()
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        logs.configure()
        command: Any = typer.main.get_command(application())
        # Not by its own `main`, which would take Ctrl-C to itself and say nothing.
        with command.make_context(PROGRAM, list(arguments)) as context:
            command.invoke(context)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        return _end(error)
    return Exit.DONE


def _end(error: BaseException) -> int:
    """Say what ended the command, in one sentence, and give its exit code."""
    match error:
        case StopError(code=code) | typer.Exit(exit_code=code):
            return code
        case UsageFault():
            for line in error.lines():
                complain(line)
            return Exit.USAGE
        case KeyboardInterrupt() | typer.Abort():
            complain(say(_INTERRUPTED))
            return Exit.INTERRUPTED
        case BrokenPipeError():
            _mute()
        case _:
            complain(_sentence(error))
    return Exit.FAILED


def _sentence(error: BaseException) -> str:
    """What went wrong, for a person."""
    from psycopg import OperationalError

    match error:
        case LedgerError():
            return translate(error.message, error.params, language())
        case OperationalError():
            return say(_DATABASE)
        case OSError(filename=None):
            return say(_DISK, reason=error.strerror or type(error).__name__)
        case OSError():
            return say(_FILE, path=error.filename, reason=error.strerror)
    # The log says more than a person wants to read, and less than a person's data.
    structlog.get_logger("cli").error("unexpected", error=type(error).__name__)
    return say(_UNEXPECTED, kind=type(error).__name__)


def _mute() -> None:
    """Nobody reads any more (``| head``); keep the interpreter from stumbling over it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
