"""What CI requires is never skipped there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.tree import ROOT

EXCUSED = {
    "called": "import pytest\ndef test_one():\n    pytest.{skip}('no server')\n",
    "marked": "import pytest\n@pytest.mark.{skip}\ndef test_one():\n    pass\n",
    "expected": "import pytest\n@pytest.mark.{xfail}\ndef test_one():\n    assert False\n",
    "passed after all": "import pytest\n@pytest.mark.{xfail}\ndef test_one():\n    pass\n",
    "whole module": "import pytest\npytest.importor{skip}('no_such_module')\n",
}


def run_excused(folder: Path, *, ci: str) -> dict[str, int]:
    """How pytest counts the excused tests in a folder that has our conftest, by outcome."""
    shutil.copy(ROOT / "tests" / "support" / "strict.py", folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\n")
    for how, program in EXCUSED.items():
        text = program.format(skip="skip", xfail="xfail")
        (folder / f"test_{how.replace(' ', '_')}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "--continue-on-collection-errors", str(folder)],
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        check=False,
        text=True,
    )
    closing = run.stdout.strip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", closing)}


def test_every_excuse_fails_in_ci(tmp_path: Path) -> None:
    """A test or module that is skipped or expected to fail counts as failed when CI=true."""
    assert {"failed": 3, "errors": 2} == run_excused(tmp_path, ci="true")


def test_an_excuse_is_let_be_elsewhere(tmp_path: Path) -> None:
    """Outside CI the same tests are reported as what they are."""
    assert {"skipped": 3, "xfailed": 1, "xpassed": 1} == run_excused(tmp_path, ci="")
