"""``sunledger keys``: the keys that officers' programs carry."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.application import Application
from api.cli.console import out, print_json
from api.cli.language import say
from api.cli.ledgers import as_secretary, one_house
from api.messages import N_
from ledger.commands.keys import GrantKey, RevokeKey
from ledger.states.keys import Scope

_HELP = N_("Grant, list and revoke the keys of officers.")
_GRANT = N_("Grant an officer a key. It is shown once and kept nowhere.")
_LIST = N_("List the keys that were granted.")
_REVOKE = N_("Revoke a key: it opens nothing from now on.")
_OFFICER = N_("The officer's number.")
_SCOPE = N_("What the key is for: desk, office or audit.")
_COMMUNITY = N_("The community, where the database holds several.")
_KEY = N_("The key's public id, as the list shows it.")
_JSON = N_("Print one JSON document instead of tables.")
_GRANTED = N_("Key {id} for officer {officer} ({scope}). Keep it safe; it is shown only now:")
_REVOKED = N_("Key {id} is revoked.")
_COLUMNS = (N_("Key"), N_("Scope"), N_("Officer"), N_("In use"))
_YES, _NO = N_("yes"), N_("no")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = Application(help=_HELP)
    keys.command("grant", help=_GRANT)(grant)
    keys.command("list", help=_LIST)(list_keys)
    keys.command("revoke", help=_REVOKE)(revoke)
    app.add_typer(keys, name="keys")


def grant(
    officer: Annotated[str, typer.Option(help=_OFFICER)],
    scope: Annotated[Scope, typer.Option(help=_SCOPE)],
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False,
) -> None:
    """Grant a key and show it."""
    with one_house(community) as house:
        key = house.keyring.new_key(scope)
        digest = house.keyring.digest(house.community, key)
        outcome = as_secretary(house, GrantKey(officer=officer, scope=scope, digest=digest))
    granted = outcome.answer["key"]
    if as_json:
        print_json({"id": granted, "officer": officer, "scope": scope, "key": key})
        return
    out.print(Text(say(_GRANTED, id=granted, officer=officer, scope=scope)))
    out.print(Text(key), soft_wrap=True)


def list_keys(
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False,
) -> None:
    """Show every key by its id."""
    with one_house(community) as house:
        found = house.writer.ask(lambda context: dict(context.states.keys.keys))
    if as_json:
        rows = [
            {"id": key, "scope": k.scope, "officer": k.officer, "revoked": k.revoked}
            for key, k in found.items()
        ]
        print_json(rows)
        return
    table = Table(*map(say, _COLUMNS))
    for key, k in found.items():
        table.add_row(key, k.scope, Text(k.officer), say(_NO if k.revoked else _YES))
    out.print(table)


def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help=_KEY)],
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
) -> None:
    """Revoke a key."""
    with one_house(community) as house:
        as_secretary(house, RevokeKey(key=key))
    out.print(Text(say(_REVOKED, id=key)))
