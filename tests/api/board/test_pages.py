"""The pages hang together, in both languages, and say what they are."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.board.assets import ASSETS, STYLE
from api.hosting.house import House
from tests.api.board.reading import Page
from tests.support.live import app_of

SECTIONS = ("", "/notices", "/roll", "/earned", "/exchange", "/donors", "/totals", "/rules")


def test_every_page_is_reached_by_links(
    quarter_pages: dict[str, Response], hostile_pages: dict[str, Response]
) -> None:
    """From the front page every page of the board is reached, and no link leads to nowhere."""
    for community, pages in (("guangsha", quarter_pages), ("hostile", hostile_pages)):
        assert {200} == {answer.status_code for answer in pages.values()}
        reached = {urlsplit(address).path.removeprefix(f"/{community}") for address in pages}
        assert set(SECTIONS) <= reached


def test_links_keep_the_language(
    quarter_pages: dict[str, Response], hostile_pages: dict[str, Response]
) -> None:
    """A page is in the language of its address, and one link alone leads to its twin."""
    for address, answer in {**quarter_pages, **hostile_pages}.items():
        if urlsplit(address).path.startswith("/api/"):
            continue
        page, wanted = Page(answer.text), parse_qs(urlsplit(address).query)["lang"][0]
        assert wanted == page.language == answer.headers["content-language"]
        langs = [parse_qs(urlsplit(link).query).get("lang") for link in page.links]
        local = [link.startswith(("/guangsha", "/hostile")) for link in page.links]
        others = [
            lang for lang, here in zip(langs, local, strict=True) if here and lang != [wanted]
        ]
        assert [[{"en": "zh-CN", "zh-CN": "en"}[wanted]]] == others, address
        assert 1 == page.tags.count("h1") == page.tags.count("main"), address


@pytest.mark.parametrize("section", SECTIONS)
def test_a_page_says_as_of_when_it_is(quarter: TestClient, section: str) -> None:
    """Position and time of the moment stand on the page and in its header."""
    head = quarter.get("/api/v1/guangsha/totals").json()["as_of"]
    answer = quarter.get(f"/guangsha{section}?lang=en")
    assert str(head["position"]) == answer.headers["sunledger-position"]
    assert f"As of position {head['position']:,}" in Page(answer.text).text
    assert f'<time datetime="{head["recorded_at"]}">' in answer.text


def test_the_language_is_the_readers(quarter: TestClient) -> None:
    """The address decides, then the browser; who speaks neither reads Chinese."""
    for header, query, expected in (
        ("en-GB,en;q=0.9", "", "en"),
        ("zh-TW", "", "zh-CN"),
        ("fr", "", "zh-CN"),
        ("en", "?lang=zh-CN", "zh-CN"),
        ("zh", "?lang=en", "en"),
        ("en", "?lang=tlh", "en"),
    ):
        answer = quarter.get(f"/guangsha{query}", headers={"Accept-Language": header})
        assert expected == Page(answer.text).language


def test_what_a_browser_has_is_not_sent_again(quarter: TestClient) -> None:
    """The tag is that of the content: the same in one language, another in the other."""
    first = quarter.get("/guangsha/totals?lang=en")
    again = quarter.get(
        "/guangsha/totals?lang=en", headers={"If-None-Match": first.headers["etag"]}
    )
    other = quarter.get(
        "/guangsha/totals?lang=zh-CN", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (304, b"") == (again.status_code, again.content)
    assert 200 == other.status_code
    assert "max-age=15" in first.headers["cache-control"]


def test_pages_run_nothing_and_load_nothing_from_elsewhere(
    hostile_pages: dict[str, Response],
) -> None:
    """No script, no inline style, no foreign address; the policy forbids all of them."""
    for address, answer in hostile_pages.items():
        if address.startswith("/api/"):
            continue
        page = Page(answer.text)
        assert not {"script", "style", "iframe", "img", "base", "i", "u", "b"} & set(page.tags)
        names = {name for name, _ in page.attributes}
        assert not {name for name in names if name == "style" or name.startswith("on")}, address
        loaded = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]*href="([^"]*)"', answer.text)
        assert [f"/static/{STYLE}"] == [href for href in loaded if href.endswith(".css")]
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy


def test_files_are_kept_for_ever(quarter: TestClient) -> None:
    """Style sheet and icon stand under the digest of their content; nothing else is there."""
    for name, asset in ASSETS.items():
        answer = quarter.get(f"/static/{name}")
        assert (200, asset.content) == (answer.status_code, answer.content)
        assert "immutable" in answer.headers["cache-control"]
        assert asset.media_type == answer.headers["content-type"]
    assert 404 == quarter.get("/static/board.css").status_code
    assert b"url(" not in ASSETS[STYLE].content


def test_the_only_community_is_at_the_root(quarter: TestClient) -> None:
    """Whoever comes to the bare address is led on, in their language."""
    answer = quarter.get("/", headers={"Accept-Language": "en"}, follow_redirects=False)
    assert (302, "/guangsha?lang=en") == (answer.status_code, answer.headers["location"])


def test_several_communities_are_listed(quarter_house: House, hostile_house: House) -> None:
    """With more than one, the root names each; with none it says so."""
    houses = {house.community: house for house in (quarter_house, hostile_house)}
    with TestClient(app_of(houses)) as client:
        page = Page(client.get("/?lang=zh-CN").text)
        assert {"/guangsha?lang=zh-CN", "/hostile?lang=zh-CN"} == set(page.links) - {"#main"}
        assert "广厦社区" in page.text
    with TestClient(app_of({})) as client:
        assert "No community keeps its ledger here yet." in client.get("/?lang=en").text


def test_behind_a_proxy_links_keep_the_prefix(quarter_house: House) -> None:
    """A board that is served below a path links below that path."""
    app = app_of({"guangsha": quarter_house})
    with TestClient(app, root_path="/board") as client:
        page = Page(client.get("/guangsha?lang=en").text)
    assert [] == [link for link in page.links if not link.startswith(("/board/", "#"))]


def test_a_long_notice_is_turned_page_by_page(quarter: TestClient) -> None:
    """The pages of a sheet hold all of its lines, each once."""
    notices = quarter.get("/api/v1/guangsha/notices").json()["notices"]
    sheet = next(notice for notice in notices if notice["lines"] > 100)
    address, rows = f"/guangsha/notices/{sheet['notice']}?lang=en", 0
    while address:
        page = Page(quarter.get(address).text)
        rows += page.tags.count("tr") - 1
        following = [link for link in page.links if "page=" in link]
        address = next((a for a in following if _number(a) > _number(address)), "")
    assert sheet["lines"] == rows


def _number(address: str) -> int:
    return int(parse_qs(urlsplit(address).query).get("page", ["1"])[0])


def test_monitors_may_ask_without_reading(quarter: TestClient) -> None:
    """HEAD is answered as GET is, and no page is left to search engines' memories."""
    for address in ("/guangsha", "/guangsha/roll", "/guangsha/nothing-here"):
        got, asked = quarter.get(address), quarter.head(address)
        assert (got.status_code, got.headers["etag"] if got.is_success else None) == (
            asked.status_code,
            asked.headers.get("etag"),
        )
        assert "noindex, noarchive" == asked.headers["x-robots-tag"]
