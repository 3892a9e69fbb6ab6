"""What is wrong with a command as it was typed, in the reader's language.

The library that reads the arguments says so in English alone. Its errors are told apart by what
they carry, since it keeps their classes to itself.
"""

from difflib import get_close_matches
from typing import Any

from api.cli.language import say
from api.messages import N_, excerpt

_NO_COMMAND = N_("There is no command {name}. The commands are: {names}.")
_NO_COMMAND_BUT = N_("There is no command {name}. Did you mean {names}?")
_NO_OPTION = N_("There is no option {name}.")
_NO_OPTION_BUT = N_("There is no option {name}. Did you mean {names}?")
_NO_VALUE = N_("The option {name} takes no value. Leave the value out.")
_VALUE_MISSING = N_("The option {name} needs a value behind it.")
_MISSING = N_("{name} is missing. Add it to the command.")
_NOT_USABLE = N_("The value given for {name} cannot be used.")
_TOO_MANY = N_("There is nothing that {names} could stand for. Leave it out.")
_UNCLEAR = N_("The command cannot be understood as it was typed.")
_USAGE = N_("Usage: {usage}")
_MORE = N_("More about it: {command} --help")
_OPTIONS = N_("[OPTIONS]")
_COMMAND = N_("COMMAND")


class UsageFault(Exception):
    """A command that was not typed as it should be: one sentence, and how it is written."""

    def __init__(self, context: Any, message: str, **params: object) -> None:
        """Keep the sentence's id, its values and the command that they concern."""
        super().__init__(message)
        self.context, self.message, self.params = context, message, params

    def lines(self) -> list[str]:
        """How the command is written, where to read more, and last what is wrong."""
        return [
            usage_line(self.context),
            say(_MORE, command=self.context.command_path),
            say(self.message, **self.params),
        ]


def name_of(parameter: Any) -> str:
    """How a person writes an option or argument: ``--report`` or ``DIR``."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper()).strip("[].")


def usage_line(context: Any) -> str:
    """How the command of a context is written: its path, options and arguments."""
    command = context.command
    pieces = [context.command_path, say(_OPTIONS)]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            shown = str(parameter.metavar or parameter.name.upper())
            pieces.append(shown if parameter.required or "[" in shown else f"[{shown}]")
    if hasattr(command, "commands"):
        pieces.append(say(_COMMAND))
    return say(_USAGE, usage=" ".join(pieces))


def no_command(context: Any, name: str) -> UsageFault:
    """There is no such command; with those that look like it, or else all of them."""
    names = context.command.list_commands(context)
    close = get_close_matches(name, names)
    message = _NO_COMMAND_BUT if close else _NO_COMMAND
    return UsageFault(context, message, name=excerpt(name), names=close or names)


def too_many(context: Any, left_over: list[str]) -> UsageFault:
    """Words that stand for no argument of the command."""
    return UsageFault(context, _TOO_MANY, names=[excerpt(word) for word in left_over])


def fault_of(error: Any, context: Any) -> UsageFault:
    """The library's own error as a sentence of ours."""
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if hasattr(error, "possibilities"):
        names = [name for p in context.command.params for name in p.opts if name[0] == "-"]
        close = get_close_matches(option or "", [*names, "--help"], cutoff=0.7)
        message = _NO_OPTION_BUT if close else _NO_OPTION
        return UsageFault(context, message, name=excerpt(option or ""), names=close)
    if option is not None:
        flags = {o for p in context.command.params if getattr(p, "is_flag", False) for o in p.opts}
        message = _NO_VALUE if option in {*flags, "--help"} else _VALUE_MISSING
        return UsageFault(context, message, name=excerpt(option))
    if parameter is None:
        return UsageFault(context, _UNCLEAR)
    message = _MISSING if hasattr(error, "param_type") else _NOT_USABLE
    return UsageFault(context, message, name=name_of(parameter))
