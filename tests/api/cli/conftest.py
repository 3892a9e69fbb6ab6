"""Running the command line: in this process, and as a program of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from api.cli.main import main
from ledger.log.communities import REHEARSAL, schema_of
from ledger.server import Database

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = (sys.executable, "-c", "from api.cli.main import run; run()")


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code and the lines that it wrote."""

    code: int
    out: list[str]
    err: list[str]


Sunledger = Callable[..., Said]


@pytest.fixture
def sunledger(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sunledger:
    """Run a command in this process, in English unless ``language`` says otherwise."""
    for name in [name for name in os.environ if name.startswith("SUNLEDGER_")]:
        monkeypatch.delenv(name)

    def run(*arguments: object, language: str = "en", **settings: object) -> Said:
        monkeypatch.setenv("SUNLEDGER_LANGUAGE", language)
        for name, value in settings.items():
            monkeypatch.setenv(f"SUNLEDGER_{name.upper()}", str(value))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out.splitlines(), said.err.splitlines())

    return run


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user who runs PostgreSQL for root can enter; pytest's own is closed."""
    made = Path(tempfile.mkdtemp(prefix="cli-")).resolve()
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def environment(**more: str) -> dict[str, str]:
    """The environment of a program of its own: ours without settings, and ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUNLEDGER_")}
    return kept | {"PYTHONPATH": str(ROOT), "SUNLEDGER_LANGUAGE": "en"} | more


def run_apart(*arguments: str, stdout: int = subprocess.PIPE, **more: str) -> Said:
    """Run a command as a program of its own."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(**more),
        check=False,
    )
    lines = [(text or b"").decode().splitlines() for text in (done.stdout, done.stderr)]
    return Said(done.returncode, *lines)


def schemas(database: Database) -> set[str]:
    """The schemas of throw-away ledgers in a database."""
    with psycopg.connect(database.conninfo()) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)",
            (schema_of(REHEARSAL),),
        )
        return {name for (name,) in rows}
