"""Ctrl-C while a quarter is played: nothing half-done is left, and it can be run again."""

import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from ledger.server import Database
from tests.api.cli.conftest import PROGRAM, Sunledger, environment, schemas
from tests.api.sheets.build import GUANGSHA, write_quarter

UNDER_WAY = re.compile(rb"Playing the sheets.*?[1-9]\d*/\d+", re.DOTALL)
"""The bar on the terminal, once something is played."""


class Terminal:
    """A program whose errors and progress go to a terminal that we read."""

    def __init__(self, process: subprocess.Popen[bytes], reading: int) -> None:
        """Watch the process from here on."""
        self.process = process
        self._reading = reading
        self.shown = b""

    def wait_for(self, pattern: re.Pattern[bytes]) -> None:
        """Read until the pattern has been shown."""
        while not pattern.search(self.shown):
            self.shown += self._more() or pytest.fail(self.shown.decode())

    def end(self) -> int:
        """Read what is left and return the exit code."""
        while more := self._more():
            self.shown += more
        return self.process.wait()

    def _more(self) -> bytes:
        with suppress(OSError):  # Linux answers EIO when the other side is closed
            return os.read(self._reading, 65_536)
        return b""


@contextmanager
def rehearsing(*arguments: str, **settings: str) -> Iterator[Terminal]:
    """The bundled quarter being played by a program of its own."""
    reading, writing = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "rehearse", str(GUANGSHA), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=writing,
        env=environment(TERM="xterm", COLUMNS="100", **settings),
    )
    os.close(writing)
    try:
        terminal = Terminal(process, reading)
        terminal.wait_for(UNDER_WAY)
        yield terminal
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def processes_of(folder: Path) -> list[str]:
    """Command lines of running processes that name a folder."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "command="], check=True, capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


def check_said_once(shown: bytes) -> None:
    """One sentence about the interruption, and no traceback."""
    assert 1 == shown.count(b"Interrupted. Nothing half-done is left; you can run it again.")
    assert b"Traceback" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_throw_away_ledger_goes_with_its_server(
    folder: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """No server process, no folder and no half report; the old report is as it was."""
    report = tmp_path / "report.json"
    report.write_text("the report of last time")
    with rehearsing("--report", str(report), TMPDIR=str(folder)) as terminal:
        assert processes_of(folder)
        terminal.process.send_signal(number)
        assert 130 == terminal.end()
    check_said_once(terminal.shown)
    assert [] == list(folder.iterdir())
    assert [] == processes_of(folder)
    assert [report] == list(tmp_path.iterdir())
    assert "the report of last time" == report.read_text()


@pytest.mark.slow
def test_impatience_changes_nothing(database: Database, tmp_path: Path) -> None:
    """Ctrl-C pressed again and again still leaves no schema in a configured database."""
    before = schemas(database)
    settings = {"SUNLEDGER_DATABASE_URL": database.conninfo(), "TMPDIR": str(tmp_path)}
    with rehearsing(**settings) as terminal:
        assert before < schemas(database)
        for _ in range(20):
            terminal.process.send_signal(signal.SIGINT)
        assert 130 == terminal.end()
    check_said_once(terminal.shown)
    assert before == schemas(database)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_kept_ledger_that_was_interrupted_is_played_anew(
    sunledger: Sunledger, folder: Path, tmp_path: Path
) -> None:
    """The home of an interrupted rehearsal takes the next one, from its first event on."""
    home = folder / "home"
    with rehearsing("--keep", str(home), TMPDIR=str(tmp_path)) as terminal:
        terminal.process.send_signal(signal.SIGINT)
        assert 130 == terminal.end()
    check_said_once(terminal.shown)
    assert [] == processes_of(home)
    quarter = tmp_path / "quarter"
    quarter.mkdir()
    said = sunledger("rehearse", write_quarter(quarter), "--keep", home)
    assert (0, []) == (said.code, said.err)


def test_ctrl_c_before_anything_has_begun(tmp_path: Path) -> None:
    """An interruption while the program still loads is one sentence as well."""
    code = "import os; from api.cli import main; "
    code += "main.application = lambda: os.kill(os.getpid(), 2); main.run()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        check=False,
    )
    assert 130 == done.returncode
    check_said_once(done.stderr)
