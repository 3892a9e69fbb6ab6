"""The ledger that a command works on: one community of the configured home."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

from api.cli.console import Exit, StopError, complain, settings
from api.cli.language import language, say
from api.hosting.house import House
from api.hosting.keyring import Keyring
from api.hosting.opening import open_house
from api.messages import N_, translate
from api.web.problems import error_of
from ledger.commands.base import CLOCKWORK, Command, Context
from ledger.log import communities
from ledger.log.requests import Outcome, Request
from ledger.server import holds_data, open_database
from ledger.states.officers import POST, PostKind

WHICH: Final = N_("Name the community with --community: {names}.")
NONE: Final = N_(
    "There is no ledger here yet. Try: sunledger import DIR, or sunledger rehearse DIR --keep HOME"
)


@contextmanager
def one_house(community: str | None) -> Iterator[House]:
    """The house of the community that is meant, not started; an end where none is."""
    chosen = settings()
    if not holds_data(chosen.server()):
        complain(say(NONE))
        raise StopError(Exit.USAGE)
    with open_database(chosen.server()) as database:
        communities.prepare(database)
        name = one_of(communities.communities(database), community)
        keyring = Keyring.open(chosen.key_folder())
        house = open_house(database, name, keyring, chosen.guard_folder())
        try:
            yield house
        finally:
            house.stop()


def one_of(found: list[str], community: str | None) -> str:
    """The community that is meant, or an end that lists what there is."""
    if community in found or (community is None and len(found) == 1):
        return community or found[0]
    complain(say(WHICH, names=found) if found else say(NONE))
    raise StopError(Exit.USAGE)


def as_secretary(house: House, command: Command) -> Outcome:
    """Run a command in the name of the secretary in office; a refusal ends with its sentence.

    Where none is in office it is the house's own, which may do one thing: appoint a secretary.
    """
    principal = house.writer.ask(_principal)
    request = Request(str(uuid4()), principal, command)
    outcome = house.writer.submit(request, wait=True).result()
    if not outcome.accepted:
        error = error_of(outcome, type(command))
        complain(translate(error.message, error.params, language()))
        raise StopError(Exit.FAILED)
    return outcome


def _principal(context: Context) -> str:
    found = context.states.officers.in_office(PostKind.SECRETARY, context.instant)
    return POST + found[0] if found else CLOCKWORK
