"""What a database must be before a single event is trusted to it (design, section 9).

The values are those in force in the session: a setting can be changed for one role or database.
"""

from typing import Any

import psycopg

from ledger.server.errors import (
    EncodingRefusedError,
    SettingRefusedError,
    SuperuserRefusedError,
    VersionRefusedError,
)
from ledger.server.programs import MAJOR_LEAST, MAJOR_MOST

SAFE_SETTINGS = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}
"""The values with which a commit that was acknowledged survives a crash of the server's machine."""

_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name"
_UNBOUND = """
SELECT session_user::text, rolname::text
FROM pg_roles
WHERE (rolsuper OR rolbypassrls)
  AND (pg_has_role(session_user, oid, 'MEMBER') OR pg_has_role(current_user, oid, 'MEMBER'))
ORDER BY rolname = session_user DESC, rolname = current_user DESC, rolname
LIMIT 1
"""


def check_database(connection: psycopg.Connection[Any]) -> None:
    """Check version, encoding and durability.

    Raises:
        VersionRefusedError: not PostgreSQL 15 to 18.
        EncodingRefusedError: not UTF-8.
        SettingRefusedError: a setting would lose acknowledged events.
    """
    major = connection.info.server_version // 10000
    if not MAJOR_LEAST <= major <= MAJOR_MOST:
        raise VersionRefusedError(found=major, least=MAJOR_LEAST, most=MAJOR_MOST)
    # Before any query: in a database without an encoding even text is read as bytes.
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise EncodingRefusedError(found=encoding or "an unknown way")
    with connection.transaction():
        settings = connection.execute(_SETTINGS, [list(SAFE_SETTINGS)]).fetchall()
    for name, value in settings:
        if value not in SAFE_SETTINGS[name]:
            raise SettingRefusedError(setting=name, value=value, wanted="on")


def check_writer(connection: psycopg.Connection[Any]) -> None:
    """Check that the user of this connection is bound by the database's refusals.

    Raises:
        SuperuserRefusedError: it is, acts as or may become a superuser or a role with BYPASSRLS.
    """
    with connection.transaction():
        row = connection.execute(_UNBOUND).fetchone()
    if row is not None:
        raise SuperuserRefusedError(user=row[0], role=row[1])
