"""A sealer in a process of its own, as fast as it can, until its standard input ends.

Run as `python -m tests.support.sealing CONNINFO SCHEMA GUARD`; it says `ready` once it works.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from ledger.log.datastore import LogDatastore
from ledger.log.guard import HeadGuard
from projections.sealing import sealer
from projections.sealing.sealer import Sealer
from tests.support.desk import ROOT
from tests.support.ledgers import LOG_KEY


def main(conninfo: str, schema: str, guard: str) -> None:
    """Seal without a pause."""
    # What is logged while the database is away must not come in front of the word.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    sealer.PACE_SECONDS = 0.0  # type: ignore[misc] # so that kills fall into seals
    running = Sealer(LogDatastore(conninfo, schema), HeadGuard(Path(guard), "test"), LOG_KEY)
    running.start()
    os.write(1, b"ready\n")
    sys.stdin.read()
    running.stop()


@contextmanager
def sealing(conninfo: str, schema: str, guard: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """The process for the length of the block; then it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.sealing", conninfo, schema, str(guard)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        try:
            assert process.stdout is not None
            assert b"ready\n" == process.stdout.readline()
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
