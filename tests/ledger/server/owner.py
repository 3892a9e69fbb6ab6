"""A program that owns or joins the server of a home until its standard input ends.

Run as `python owner.py HOME [mode…]`. It prints one line of JSON when the database is there. Modes:
`exclusive`; `fork`, which leaves a child that outlives a killed parent; `deaf`, deaf to Ctrl-C.
"""

import json
import os
import signal
import sys
from pathlib import Path

from ledger.server import ServerError, ServerSettings, open_database


def _leave_child() -> int:
    child = os.fork()
    if child == 0:
        sys.stdin.read()
        os._exit(0)
    return child


def _main(home: str, *modes: str) -> None:
    if "deaf" in modes:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open_database(ServerSettings(Path(home)), exclusive="exclusive" in modes) as database:
        child = _leave_child() if "fork" in modes else 0
        facts = {"conninfo": database.conninfo(), "server": database.server_pid(), "child": child}
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    try:
        _main(*sys.argv[1:])
    except ServerError as error:
        sys.exit(f"{error.code}: {error}")
