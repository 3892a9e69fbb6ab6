"""Every page of the board, as it looks: three widths, both languages, screen and paper."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from api.hosting.house import House
from api.messages import LANGUAGES
from tests.support.browser import Watch

WIDTHS = (360, 768, 1280)
PAPER = 680
"""A4 less its margins: 180 mm at 96 pixels an inch."""
SECTIONS = ("", "notices", "sheet", "roll", "earned", "exchange", "donors", "totals", "rules")
COMMUNITIES = ("guangsha", "hostile")

# What stands outside the page, but for what is hidden from sight on purpose.
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth;
  const hidden = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.clipPath === 'inset(50%)' || style.display === 'none') return true;
      if (e.classList.contains('skip')) return true;
    }
    return false;
  };
  const found = [...document.body.querySelectorAll('*')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.left < -0.5 || box.right > wide + 0.5) && !hidden(element);
  });
  const over = document.documentElement.scrollWidth - window.innerWidth;
  return (over > 0 ? [`page wider by ${over}`] : [])
    .concat(found.slice(0, 5).map((e) => `${e.tagName} ${e.textContent.slice(0, 40)}`));
}"""


@pytest.fixture(scope="module")
def sheets(quarter_house: House, hostile_house: House) -> dict[str, str]:
    """A notice of each community."""
    found = {}
    for house in (quarter_house, hostile_house):
        with house.books.reading() as connection:
            row: Any = connection.execute("SELECT min(notice) FROM notices").fetchone()
        found[house.community] = f"notices/{row[0]}"
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical: the rule, and where it is broken."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:200]}"
        for found in violations
        if found["impact"] in {"serious", "critical"}
    ]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("community", COMMUNITIES)
def test_a_page_is_fit_to_hang(
    page: Page, site: str, sheets: dict[str, str], community: str, section: str, language: str
) -> None:
    """Nothing sticks out, nothing fails or comes from elsewhere, and all can be read by anybody."""
    watch = Watch(page, site)
    path = sheets[community] if section == "sheet" else section
    address = f"{site}/{community}/{path}".rstrip("/") + f"?lang={language}"
    # All is loaded before anything is looked at: a request that is cut off counts as failed.
    answer = page.goto(address, wait_until="networkidle")
    assert answer is not None
    assert 200 == answer.status
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert [] == page.evaluate(OUTSIDE), width
        assert page.locator("h1").is_visible()
    assert [] == serious(page)
    if language == LANGUAGES[0]:  # the cards are the same in either language
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        assert [] == serious(page)
    assert [] == watch.complaints


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("community", COMMUNITIES)
def test_a_page_can_be_printed(
    page: Page, site: str, sheets: dict[str, str], community: str, section: str
) -> None:
    """On A4 nothing sticks out, navigation is gone, and the address stands below the position."""
    path = sheets[community] if section == "sheet" else section
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.goto(f"{site}/{community}/{path}".rstrip("/") + "?lang=zh-CN")
    assert [] == page.evaluate(OUTSIDE)
    assert not page.locator("nav").first.is_visible()
    assert page.locator(".address").inner_text().startswith(f"{site}/{community}")
    assert page.locator(".asof").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_tables_become_cards_on_a_telephone(page: Page, site: str) -> None:
    """At 360 pixels a row is a block with its labels; from a wide screen on it is a row."""
    shown = "getComputedStyle(document.querySelector('tbody td')).display"
    for width, expected in ((360, "block"), (1280, "table-cell")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site}/guangsha/exchange?lang=en")
        assert expected == page.evaluate(shown)


def test_the_keyboard_comes_to_the_content_first(page: Page, site: str) -> None:
    """The first stop of the tabulator is a link past the navigation, and it can be seen."""
    page.goto(f"{site}/guangsha?lang=en")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "#main" == focused.get_attribute("href")
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_a_reader_can_change_the_language_and_the_month(page: Page, site: str) -> None:
    """The twin is a click away, and a month is chosen without a script."""
    page.goto(f"{site}/guangsha/earned?lang=zh-CN")
    page.click(".language a")
    assert "en" == page.locator("html").get_attribute("lang")
    page.select_option("#month", "2022-07")
    page.click("button")
    assert "July 2022" in page.locator("h1").inner_text()
    assert "en" == page.locator("html").get_attribute("lang")


def test_an_error_is_a_page_too(page: Page, site: str) -> None:
    """An address that is not there is told as carefully as the rest."""
    page.set_viewport_size({"width": 360, "height": 700})
    answer = page.goto(f"{site}/guangsha/nowhere?lang=zh-CN")
    assert answer is not None
    assert 404 == answer.status
    assert [] == page.evaluate(OUTSIDE)
    assert [] == serious(page)
