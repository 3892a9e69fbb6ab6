"""Hypothesis profiles, and the rule that nothing CI requires is skipped there."""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.database"]

IN_CI = os.environ.get("CI") == "true"

# No deadline: commits wait for a disk that others use too. `too_slow` would blame the same disk.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


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
