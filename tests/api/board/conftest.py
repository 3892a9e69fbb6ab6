"""The boards as a visitor finds them who follows every link, read once for all tests."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.api.board.reading import crawl


@pytest.fixture(scope="session")
def quarter_pages(quarter: TestClient) -> dict[str, Response]:
    """Every page of the bundled quarter's board, in Chinese."""
    return dict(crawl(quarter, "/guangsha", "zh-CN"))


@pytest.fixture(scope="session")
def hostile_pages(hostile: TestClient) -> dict[str, Response]:
    """Every page of the hostile community's board, in both languages."""
    return {**dict(crawl(hostile, "/hostile", "zh-CN")), **dict(crawl(hostile, "/hostile", "en"))}
