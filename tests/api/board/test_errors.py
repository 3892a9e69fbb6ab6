"""What goes wrong on a page is told on a page, in the reader's language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.hosting.house import House
from ledger.log.datastore import LogDatastore
from ledger.server import OWNER, Database
from projections.schema import owner_datastore
from tests.api.board.reading import Page
from tests.support.boards import followed
from tests.support.live import app_of


@pytest.mark.parametrize(
    ("address", "status", "chinese", "english"),
    [
        ("/nowhere", 404, "没有找到", "Not found"),
        ("/guangsha/nowhere", 404, "没有找到", "Not found"),
        ("/guangsha/notices/none", 404, "没有这一号公示", "There is no such notice"),
        ("/guangsha/exchange?session=none", 404, "没有这个兑换日", "no such exchange day"),
        ("/guangsha/rules?rulebook=none", 404, "没有这一版积分细则", "no such rulebook"),
        ("/guangsha/roll?quarter=soon", 422, "这个地址读不懂", "This address cannot be read"),
        ("/guangsha/notices/x?page=0", 422, "这个地址读不懂", "This address cannot be read"),
        ("/guangsha/earned?page=10001", 422, "这个地址读不懂", "This address cannot be read"),
        ("/guangsha/earned?month=0000-01", 422, "这个地址读不懂", "This address cannot be read"),
    ],
)
def test_errors_are_pages(
    quarter: TestClient, address: str, status: int, chinese: str, english: str
) -> None:
    """Status, sentence and a way on, in both languages; nothing of it is kept by caches."""
    for language, sentence in (("zh-CN", chinese), ("en", english)):
        answer = quarter.get(address, headers={"Accept-Language": language})
        page = Page(answer.text)
        assert (status, language) == (answer.status_code, page.language)
        assert sentence in page.text
        assert f"/?lang={language}" in page.links
        assert "no-store" == answer.headers["cache-control"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_programs_get_problems(quarter: TestClient) -> None:
    """Below /api an unknown address is a problem, not a page."""
    for address in ("/api/nowhere", "/api/v1/guangsha/nowhere"):
        answer = quarter.get(address)
        assert (404, "not_found") == (answer.status_code, answer.json()["code"])


def test_an_address_past_the_end_is_an_empty_page(quarter: TestClient) -> None:
    """The last page is not the end of the world."""
    for section in ("roll?", "earned?", "donors?", "earned?month=1000-01&", "roll?quarter=9999Q4&"):
        assert 200 == quarter.get(f"/guangsha/{section}page=10000").status_code


@pytest.fixture
def empty_house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A community whose ledger was not opened yet."""
    with followed(database, f"empty{tmp_path.name[-1]}", tmp_path, "2022-09-30T00:00:00Z") as house:
        yield house


def test_before_the_genesis(empty_house: House) -> None:
    """There is nothing to show, and nothing breaks."""
    with TestClient(app_of({empty_house.community: empty_house})) as client:
        assert 404 == client.get(f"/{empty_house.community}").status_code
        assert 404 == client.get(f"/api/v1/{empty_house.community}/totals").status_code


def test_books_to_be_rebuilt(empty_house: House, database: Database) -> None:
    """503, a page that says so, and when to come back."""
    schema = empty_house.books.schema
    with owner_datastore(database.conninfo(OWNER), schema) as owner:
        with owner.connect() as connection:
            connection.execute("UPDATE projections SET version = version + 1")
    with TestClient(app_of({empty_house.community: empty_house})) as client:
        answer = client.get(f"/{empty_house.community}?lang=en")
        assert 503 == answer.status_code
        assert "Please come back in a moment" in answer.text
        assert "1" == answer.headers["retry-after"]


def test_a_database_that_does_not_answer(empty_house: House) -> None:
    """503 as well; a list of communities shows the plain name meanwhile."""
    empty_house.books = LogDatastore("host=127.0.0.1 port=1 dbname=none", "none")
    empty_house.books.pool.timeout = 0.5
    houses = {empty_house.community: empty_house, "other": empty_house}
    with TestClient(app_of(houses)) as client:
        assert 503 == client.get(f"/{empty_house.community}").status_code
        assert empty_house.community in Page(client.get("/").text).text
