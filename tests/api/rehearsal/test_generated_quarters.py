"""The ledger against the independent model of the rules, on generated quarters."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.api.rehearsal.folding import books_of
from tests.api.rehearsal.playing import as_json, report_in_memory
from tests.model import report as model_report
from tests.model.generate import Quarter, quarter, quarters, write

IN_CI = os.environ.get("CI") == "true"


def check(written: Quarter) -> None:
    """The ledger's report equals the model's, section by section."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        write(written, directory)
        expected = as_json(model_report(directory))
        actual = report_in_memory(directory, books_of)
    for section in expected.keys() | actual.keys():
        assert expected.get(section) == actual.get(section), section


@settings(max_examples=150 if IN_CI else 60, suppress_health_check=list(HealthCheck))
@given(quarters())
def test_ledger_and_model_agree(written: Quarter) -> None:
    """Whatever the sheets hold, ledger and model report the same; failures shrink."""
    check(written)


@pytest.mark.parametrize("block", range(10))
def test_ledger_and_model_agree_on_many_seeds(block: int) -> None:
    """The same on plain seeds, which vary more; every seed is the same quarter every time."""
    size = 200 if IN_CI else 30
    for seed in range(block * size, (block + 1) * size):
        check(quarter(seed))
