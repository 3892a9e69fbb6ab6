"""What a caller is told beforehand is what can happen."""

from ledger.commands.base import Command
from ledger.errors import Refusal
from tests.house.reference import errors, import_everything
from tests.house.refusals import refusals_of

ROOM = "ledger.commands."


def commands(kind: type[Command] = Command) -> list[type[Command]]:
    """Every command of the program that has a name."""
    found = [below for below in kind.__subclasses__() if below.__module__.startswith(ROOM)]
    return [c for c in found if c.NAME] + [c for below in found for c in commands(below)]


def test_every_refusal_of_a_command_is_declared() -> None:
    """A command's REFUSALS are the refusals that its decision reaches in the source."""
    import_everything()
    names = {kind.__name__ for kind in errors(Refusal)}
    reached = refusals_of(names)
    expected = {c.__name__: sorted(reached[c.__name__]) for c in commands()}
    actual = {c.__name__: sorted(kind.__name__ for kind in c.REFUSALS) for c in commands()}
    assert expected == actual
