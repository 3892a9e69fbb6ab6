"""Both boards on one site. Without a Chromium, outside CI, nothing here is collected."""

from collections.abc import Iterator

import pytest

from api.hosting.house import House
from tests.support.browser import CHROMIUM, REQUIRED, serving
from tests.support.live import app_of

if CHROMIUM is None and not REQUIRED:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def site(quarter_house: House, hostile_house: House) -> Iterator[str]:
    """The address of a site with the bundled quarter and the hostile community."""
    houses = {house.community: house for house in (quarter_house, hostile_house)}
    with serving(app_of(houses)) as address:
        yield address
