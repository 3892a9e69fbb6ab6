"""What the caller chooses (`ServerSettings`) and what it gets (`Database`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class ServerSettings:
    """Where the database is or shall be.

    `home` holds everything that Sunledger keeps (SUNLEDGER_HOME). `database_url` names a PostgreSQL
    that somebody else runs. `bin_directory` holds the programs `postgres` and `initdb` to use
    instead of the wheel's. `system_user` is who runs PostgreSQL when root starts Sunledger.
    """

    home: Path
    database_url: str | None = None
    bin_directory: Path | None = None
    system_user: str | None = None


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Database:
    """A database that accepts connections for as long as its context is open.

    `address` is the libpq address of the login user. `embedded` tells our own server from a
    configured one. `data` is the embedded server's data directory. `gone` tells whether the
    embedded server will not come back at this address; one that is merely down is not gone.
    """

    address: str
    embedded: bool
    data: Path | None = None
    gone: Callable[[], bool] = field(default=_never, compare=False, repr=False)

    def conninfo(self, role: str | None = None) -> str:
        """Return the libpq address of the login user, acting as `role` where one is named.

        Raises:
            ValueError: `role` is not a plain lower-case name.
        """
        if role is None:
            return self.address
        if not _ROLE.fullmatch(role):
            raise ValueError(f"not a role name: {role!r}")
        before = conninfo_to_dict(self.address).get("options") or ""
        return make_conninfo(self.address, options=f"{before} -c role={role}".strip())

    def server_pid(self) -> int | None:
        """Return the process id of the embedded postmaster, or None where none is known."""
        if self.data is None:
            return None
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
