"""``sunledger``: the commands, and the one place where errors become sentences."""

import logging
import sys
from typing import Any

import click
import structlog
import typer

from api.cli import demo, rebuild, rehearse, status
from api.cli.console import Exit, StopError, complain
from api.cli.language import LANGUAGE, say
from api.messages import N_, translate
from ledger.errors import LedgerError

_UNEXPECTED = N_(
    "Something went wrong that nobody foresaw ({kind}). Nothing was lost; please report it."
)
_INTERRUPTED = N_("Interrupted. Nothing half-done is left; you can run it again.")
_DISK = N_("{path}: {reason}")
_ABOUT = N_("Sunledger: the points and volunteer ledger of a community.")

app = typer.Typer(
    help=say(_ABOUT), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for command in (rehearse, demo, rebuild, status):
    command.register(app)


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    _configure_log()
    try:
        result: Any = app(arguments, standalone_mode=False)
    except StopError as stop:
        return stop.code
    except LedgerError as error:
        complain(translate(error.message, error.params, LANGUAGE))
        return Exit.FAILED
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        complain(say(_INTERRUPTED))
        return Exit.INTERRUPTED
    except OSError as error:
        complain(say(_DISK, path=error.filename or "", reason=error.strerror or ""))
        return Exit.FAILED
    except Exception as error:
        # The log says more than a person wants to read, and less than a person's data.
        structlog.get_logger("cli").error("unexpected", error=type(error).__name__)
        complain(say(_UNEXPECTED, kind=type(error).__name__))
        return Exit.FAILED
    return result if isinstance(result, int) else Exit.DONE


def _configure_log() -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False)
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(),
        ],
    )
