"""How the embedded server runs: given on its command line, which outranks the cluster's files."""

import hashlib
from pathlib import Path

from ledger.server.accounts import Account
from ledger.server.layout import PORT, Layout
from ledger.server.programs import Programs

SUPERUSER = "postgres"
"""Used by the supervisor only."""

LOGIN = "sunledger"
"""The login role of the application, and the name of its database."""

DATABASE = "sunledger"

_MAP = "sunledger"

SETTINGS = {
    # An acknowledged event survives a power cut.
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Small machines, few connections.
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "off",
    "jit": "off",
    # Nobody outside this machine, nobody without the socket.
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # What a statement carries may be a person's name: neither it nor its parameters are logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "restart_after_crash": "on",
}


def cluster_name(layout: Layout) -> str:
    """Return the name in the title of every process of this home's server."""
    return f"sunledger-{hashlib.sha256(bytes(layout.data)).hexdigest()[:16]}"


def server_command(programs: Programs, layout: Layout, sockets: Path) -> list[str]:
    """Return the command line of the server."""
    settings = SETTINGS | {
        "cluster_name": cluster_name(layout),
        "unix_socket_directories": str(sockets),
        "hba_file": str(layout.hba),
        "ident_file": str(layout.ident),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [str(programs.postgres), "-D", str(layout.data), *options]


def write_access(layout: Layout, starter: Account, account: Account) -> None:
    """Write who may connect: by socket, as themselves, without any password.

    The user who starts the server may act as both database users, the user whom it runs as only as
    the application; nobody else may connect.
    """
    rules = [
        f"local {DATABASE} {LOGIN} peer map={_MAP}",
        f"local all {SUPERUSER} peer map={_MAP}",
    ]
    allowed = {(starter.name, SUPERUSER), (starter.name, LOGIN), (account.name, LOGIN)}
    lines = [f"{_MAP} {_quoted(system)} {database}" for system, database in sorted(allowed)]
    for path, content in ((layout.hba, rules), (layout.ident, lines)):
        path.write_text("\n".join(content) + "\n")
        path.chmod(0o644)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
