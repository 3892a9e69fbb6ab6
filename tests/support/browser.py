"""A real browser before real pages: Debian's Chromium, driven by Playwright.

Where no Chromium is installed the folder of browser tests is not collected and the header of the
run says so; in CI it is, and fails.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
REQUIRED: Final = os.environ.get("CI") == "true"
ARGUMENTS: Final = (
    "--no-sandbox",  # tests may run as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS_MAX: Final = 30


def pytest_report_header() -> str:
    """Say in front of the run whether pages are looked at."""
    if CHROMIUM is None:
        return "browser: no Chromium is installed, so the pages are not looked at"
    return f"browser: {CHROMIUM}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, for all tests of a run."""
    assert CHROMIUM is not None, "install Chromium (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = Thread(target=server.run, name="served", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(server, thread)}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS_MAX)


def _port(server: uvicorn.Server, thread: Thread) -> int:
    """The port, once the server listens."""
    for _ in range(START_SECONDS_MAX * 20):
        if server.started:
            port: int = server.servers[0].sockets[0].getsockname()[1]
            return port
        thread.join(0.05)
        assert thread.is_alive(), "the server ended"
    raise TimeoutError


class Watch:
    """What a page complains about, and what it asks for beyond its own site."""

    def __init__(self, page: Page, site: str) -> None:
        self.complaints: list[str] = []
        page.on("console", lambda said: self._note(said.type == "error", f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(True, f"script: {error}"))
        page.on("requestfailed", lambda asked: self._note(True, f"failed: {asked.url}"))
        page.on(
            "request",
            lambda asked: self._note(not asked.url.startswith(site), f"foreign: {asked.url}"),
        )
        page.on(
            "response",
            lambda found: self._note(found.status >= 400, f"{found.status}: {found.url}"),
        )

    def _note(self, wrong: bool, complaint: str) -> None:
        if wrong:
            self.complaints.append(complaint)
