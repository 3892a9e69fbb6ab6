"""Hypothesis profiles, and the plugins that every test may count on."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.support.strict",
    "tests.support.database",
    "tests.support.boards",
    "tests.support.browser",
]

# No deadline: commits wait for a disk that others use too. `too_slow` would blame the same disk.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
