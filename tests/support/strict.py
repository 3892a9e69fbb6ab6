"""Nothing that CI requires is skipped there: an excuse is a failure when CI=true."""

import os
from collections.abc import Generator

import pytest

IN_CI = os.environ.get("CI") == "true"


def _fail_unrun(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip, an expected failure or an unexpected pass into a failure, in CI only."""
    excused = report.skipped or hasattr(report, "wasxfail")
    if IN_CI and excused:
        why = getattr(report, "wasxfail", None) or report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"skipped or excused, which CI does not accept: {why}"
        report.__dict__.pop("wasxfail", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail tests that were skipped or excused."""
    report = yield
    _fail_unrun(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail modules that were skipped as a whole."""
    report = yield
    _fail_unrun(report)
    return report
