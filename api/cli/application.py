"""The command line's frame: typer, with help and faults in the reader's language.

Help texts are given as message ids and translated only when somebody reads them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import typer
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from api.cli.console import Exit, err, out
from api.cli.language import say
from api.cli.usage import fault_of, name_of, no_command, too_many, usage_line
from api.messages import N_

# The library's own words for the option that it adds to each command.
N_("Show this message and exit.")

_ARGUMENTS = N_("Arguments")
_OPTIONS = N_("Options")
_COMMANDS = N_("Commands")
_DEFAULT = N_("{help} (default: {default})")


class Command(TyperCommand):
    """A command whose help and faults are in the reader's language."""

    # What is left over is looked at below, where it gets our own sentence.
    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments.

        Raises:
            UsageFault: they are not what the command takes.
        """
        try:
            left_over = super().parse_args(ctx, args)
        except typer.TyperException as error:
            raise fault_of(error, ctx) from None
        if left_over:
            raise too_many(ctx, left_over)
        return left_over

    def get_help(self, ctx: Any) -> str:
        """The page that ``--help`` shows."""
        return _page(ctx).rstrip()


class Group(TyperGroup):
    """A group of commands whose help and faults are in the reader's language."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read what stands before the command's name; without any name, show the help.

        Raises:
            UsageFault: an option that there is not.
        """
        if not args:
            err.print(Text(_page(ctx)), end="", soft_wrap=True)
            raise typer.Exit(Exit.USAGE)
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            raise fault_of(error, ctx) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of that name.

        Raises:
            UsageFault: there is none.
        """
        if self.get_command(ctx, args[0]) is None:
            raise no_command(ctx, args[0])
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: Any) -> str:
        """The page that ``--help`` shows."""
        return _page(ctx).rstrip()


class Application(typer.Typer):
    """A typer application of such commands and groups."""

    def __init__(self, **options: Any) -> None:
        """Make one; options as for :class:`typer.Typer`."""
        chosen: dict[str, Any] = {"cls": Group, "rich_markup_mode": None} | options
        super().__init__(add_completion=False, pretty_exceptions_enable=False, **chosen)

    def command(self, name: str | None = None, **options: Any) -> Callable[..., Any]:
        """Add a command; options as for :meth:`typer.Typer.command`."""
        return super().command(name, **({"cls": Command} | options))


def _page(context: Any) -> str:
    """Usage, what the command does, and each thing that can be typed, in plain columns."""
    command = context.command
    parameters = [p for p in command.get_params(context) if not getattr(p, "hidden", False)]
    arguments = [(name_of(p), p.help) for p in parameters if p.param_type_name == "argument"]
    options = [(_spelling(p), _described(p)) for p in parameters if p.param_type_name == "option"]
    found = getattr(command, "commands", {})
    commands = [(name, found[name].help) for name in found if not found[name].hidden]
    with out.capture() as captured:
        out.print(Text(usage_line(context)))
        out.print(Text(f"\n{say(command.help or '')}"))
        for heading, rows in (
            (_COMMANDS, commands),
            (_ARGUMENTS, arguments),
            (_OPTIONS, options),
        ):
            if rows:
                out.print(Text(f"\n{say(heading)}"))
                out.print(_columns(rows))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _columns(rows: Sequence[tuple[str, str | None]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(f"  {name}"), Text(say(text or "")))
    return table


def _spelling(option: Any) -> str:
    """An option as it is typed, with what stands behind it."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    if getattr(option, "is_flag", False):
        return names
    return f"{names} {option.metavar or option.name.upper()}"


def _described(option: Any) -> str:
    """What an option is for, and its value where none is given."""
    shown = option.default is not None and not callable(option.default)
    if not shown or getattr(option, "is_flag", False) or option.name == "help":
        return say(option.help or "")
    return say(_DEFAULT, help=say(option.help or ""), default=option.default)
