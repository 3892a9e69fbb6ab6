"""Where a rehearsal's ledger lives: in a home that keeps it, or nowhere for long."""

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from api.settings import Settings
from ledger.errors import LedgerError
from ledger.log import communities
from ledger.server import Database, open_database

MARK: Final = "rehearsal.json"
"""In a kept home: which community was rehearsed there, and whether it was played to the end."""


class HomeTakenError(LedgerError):
    """The home holds a ledger that is not to be played over."""

    code = "home_taken"
    status = 409
    message = "{home} holds the ledger of {community} already. Choose another folder to keep this."


@contextmanager
def prepared_database(settings: Settings, keep: Path | None = None) -> Iterator[Database]:
    """The server of the kept home, or one in a folder that goes with it; checked, with its roles.

    Raises:
        ServerError: there is no database that will do.
    """
    with ExitStack() as stack:
        home = keep
        if home is None and settings.database_url is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sunledger-")))
            # PostgreSQL may run as another user than root, who must be let through.
            home.chmod(0o711)
        server = settings.server(home)
        database = stack.enter_context(open_database(server, exclusive=keep is not None))
        communities.prepare(database)
        yield database


@contextmanager
def passing_schema(database: Database) -> Iterator[str]:
    """A schema for one ledger that is thrown away at the end, however that comes."""
    schema = communities.schema_of(f"{communities.REHEARSAL}{secrets.token_hex(8)}")
    with communities.throw_away(database, schema):
        yield schema


@contextmanager
def kept_schema(database: Database, community: str, keep: Path) -> Iterator[str]:
    """The schema of a community in a kept home, marked as complete at the end.

    Raises:
        HomeTakenError: the home holds a whole ledger of that name, or a real one.
    """
    schema, mark = communities.schema_of(community), keep / MARK
    if _is_complete(mark) is not False and community in communities.communities(database):
        raise HomeTakenError(home=str(keep), community=community)
    # What an interrupted rehearsal left half-done is played again from the start.
    communities.drop(database, schema)
    _write_mark(mark, community, complete=False)
    yield schema
    _write_mark(mark, community, complete=True)


def _is_complete(mark: Path) -> bool | None:
    try:
        return bool(json.loads(mark.read_text())["complete"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_mark(mark: Path, community: str, *, complete: bool) -> None:
    beside = mark.with_suffix(".part")
    beside.write_text(json.dumps({"community": community, "complete": complete}))
    beside.replace(mark)
