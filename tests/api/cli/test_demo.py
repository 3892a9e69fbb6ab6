"""The demo as a newcomer meets it: started, tried with the README's own lines, ended."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.tree import ROOT

READY = "AUDIT_KEY="
BLOCK = re.compile(r"^### (?:试一试兑换台|Try the desk)$.*?^```\n(curl .*?)^```", re.M | re.S)
SEALED = re.compile(r"^### (?:签封的账本|The sealed log)$.*?^```\n(curl .*?)^```", re.M | re.S)
PLACE = re.compile(r"^export API=(http://127\.0\.0\.1:8000)(/.*)$", re.M)


@contextmanager
def demo() -> Iterator[tuple["subprocess.Popen[str]", str, dict[str, str]]]:
    """A demo that is ready, its address, and the keys that it printed."""
    program = [sys.executable, "-c", "from api.cli.main import run; run()", "demo", "--port", "0"]
    environment = {**os.environ, "SUNLEDGER_LANGUAGE": "en", "COLUMNS": "200"}
    with subprocess.Popen(
        program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("export " + READY):
                    break
            told = "".join(lines)
            found = re.search(r"(http://127\.0\.0\.1:\d+)/guangsha", told)
            assert found is not None, told
            keys = dict(re.findall(r"^export (\w+_KEY)=(\S+)$", told, re.M))
            yield process, found[1], keys
        finally:
            process.kill()


@pytest.mark.slow
def test_the_lines_of_the_readme_work_as_printed(tmp_path: Path) -> None:
    """Each call of both languages is answered with what the README says, and Ctrl-C ends it."""
    readme = (ROOT / "README.md").read_text("utf-8")
    blocks, place = BLOCK.findall(readme), PLACE.search(readme)
    assert 2 == len(blocks) == len(PLACE.findall(readme))
    assert blocks[0] == blocks[1]
    assert place is not None
    with demo() as (process, address, keys):
        environment = {**os.environ, **keys, "API": address + place[2]}
        run = subprocess.run(
            [
                "bash",
                "-eu",
                "-o",
                "pipefail",
                "-c",
                blocks[0].replace("curl -s", "echo; curl -sS -f"),
            ],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=False,
            text=True,
        )
        assert (0, "") == (run.returncode, run.stderr)
        answers = [line for line in run.stdout.splitlines() if line]
        wanted = ('"shelf"', '"balance"', '"receipt"', '"acts"', '"entry"', '"opening"')
        assert [] == [word for word in wanted if not any(word in answer for answer in answers)]
        check_sealed_lines(readme, environment, tmp_path)
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(timeout=60)


def check_sealed_lines(readme: str, environment: dict[str, str], folder: Path) -> None:
    """The log of the demo is sealed: checkpoint and entries are there for anybody."""
    blocks = SEALED.findall(readme)
    assert 2 == len(blocks)
    assert blocks[0] == blocks[1]
    # The quarter is being sealed while the first lines are typed.
    patient = "curl -sS -f --retry 30 --retry-delay 1 --retry-all-errors"
    run = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", blocks[0].replace("curl -s", patient)],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert 0 == run.returncode, run.stderr
    origin, size, *_ = run.stdout.splitlines()
    assert b"rehearsal.invalid/guangsha" == origin
    assert int(size) > 0
    assert b'"meta":{"actor":' in run.stdout
