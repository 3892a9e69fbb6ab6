"""Reading pages as a visitor does: their text, their links, and where those lead."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi.testclient import TestClient
from httpx2 import Response

PAGES_MAX = 400
"""More pages than a small board has: a crawl that goes on has lost its way."""


class Page(HTMLParser):
    """A page: its text, its links, the tags it is made of, and their attributes."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.language = ""
        self._text: list[str] = []
        self.feed(body)

    @property
    def text(self) -> str:
        """What is read, blanks made one."""
        return " ".join(" ".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        found = dict(attrs)
        if tag == "a" and (href := found.get("href")):
            self.links.append(href)
        if tag == "html":
            self.language = found.get("lang") or ""

    def handle_data(self, data: str) -> None:
        self._text.append(data)


def crawl(client: TestClient, start: str, language: str) -> Iterator[tuple[str, Response]]:
    """Every address in a language that links lead to from ``start`` on, each once, answered."""
    waiting, met = [f"{start}?lang={language}"], {f"{start}?lang={language}"}
    while waiting:
        assert len(met) < PAGES_MAX
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in Page(answer.text).links:
            spoken = parse_qs(urlsplit(link).query).get("lang", [language])
            if link.startswith("/") and link not in met and spoken == [language]:
                met.add(link)
                waiting.append(link)


def paged(client: TestClient, path: str, key: str, **params: Any) -> list[dict[str, Any]]:
    """All that a paged answer lists under ``key``, page by page."""
    found: list[dict[str, Any]] = []
    answer = client.get(path, params=params).json()
    while True:
        found += answer[key]
        if answer["next"] is None:
            return found
        answer = client.get(path, params={**params, "after": answer["next"]}).json()
