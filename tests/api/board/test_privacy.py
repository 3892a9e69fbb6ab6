"""No page and no public answer tells more of anybody than they consented to."""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.board.names import public_name
from api.messages import LANGUAGES
from api.names import harmless
from tests.api.board.reading import Page, crawl, paged
from tests.api.rehearsal.playing import GUANGSHA
from tests.support.boards import CARRIED, MINUS, NAMES, PEOPLE, PLUS

ANSWERS = (
    "notices",
    "roll",
    "earned",
    "sessions",
    "sessions/s1",
    "items",
    "donors",
    "totals",
    "rules",
)


def public_texts(client: TestClient, community: str, language: str) -> list[str]:
    """Everything that anybody can read: pages as source and as text, answers of JSON."""
    found = []
    for address, answer in crawl(client, f"/{community}", language):
        assert 200 == answer.status_code, address
        if not address.startswith("/api/"):
            found += [answer.text, unescape(answer.text), Page(answer.text).text]
    root = f"/api/v1/{community}"
    for path in ANSWERS:
        found.append(
            json.dumps(client.get(f"{root}/{path}?lang={language}").json(), ensure_ascii=False)
        )
    for notice in paged(client, f"{root}/notices", "notices"):
        lines = paged(client, f"{root}/notices/{notice['notice']}", "lines", lang=language)
        found.append(json.dumps(lines, ensure_ascii=False))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_secrets_are_nowhere(hostile: TestClient, language: str) -> None:
    """Volunteer numbers, households, cards, flats, telephones, remarks, raw objections: nowhere."""
    texts = public_texts(hostile, "hostile", language)
    assert len(texts) > 30
    assert [] == [text[:200] for text in texts if "SECRET" in text]
    assert [] == [text[:200] for text in texts if MINUS.name in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_as_consented(hostile: TestClient, language: str) -> None:
    """Each line bears exactly what its member consented to, made harmless."""
    expected = [public_name(p.name, p.consent, language) for p in PLUS]
    carried = [public_name(PLUS[9].name, PLUS[9].consent, language)]
    root = "/api/v1/hostile"
    for notice in paged(hostile, f"{root}/notices", "notices"):
        lines = paged(hostile, f"{root}/notices/{notice['notice']}", "lines", lang=language)
        wanted = expected + carried if notice["number"] == 1 else expected
        assert sorted(wanted) == sorted(line["name"] for line in lines)
    earned = paged(hostile, f"{root}/earned", "lines", lang=language)
    # One act was refused, one reversed, one waits for a decision: these three earned nothing.
    assert len(expected) - 3 == len(earned)
    assert {line["name"] for line in earned} <= set(expected)


def test_masked_and_anonymous_names_do_not_leak(hostile: TestClient) -> None:
    """Of somebody masked the surname is shown, and what would hide or turn a name is nowhere."""
    with_consent = {public_name(p.name, p.consent, "en") for p in PEOPLE if p.consent != "real"}
    assert {public_name(name, "masked", "en") for name in NAMES} | {"a resident"} == with_consent
    long = [public_name(name, "masked", "en") for name in ("王" * 200, "欧阳\u200b秘密", "W" * 200)]
    assert ["王*", "欧阳*", "W*"] == long
    texts = public_texts(hostile, "hostile", "en")
    assert any("欧阳*" in text for text in texts)
    assert [] == [text for text in texts if "\u202e" in text or "\u200b" in text or "\x00" in text]


def test_markup_in_names_is_text(hostile: TestClient) -> None:
    """A name that looks like markup is read as it is written, and makes no element."""
    notice = hostile.get("/api/v1/hostile/notices").json()["notices"][0]["notice"]
    answer = hostile.get(f"/hostile/notices/{notice}?lang=en")
    page = Page(answer.text)
    for name in NAMES[:2] + NAMES[8:10]:
        assert " ".join(harmless(name).split()) in page.text
    assert "<script" not in answer.text
    assert "49" not in [word for word in page.text.split() if "{" in word]


def test_deductions_are_counts(hostile: TestClient) -> None:
    """What costs points is counted by sheet and by rule; nobody's earnings are lessened by it."""
    root = "/api/v1/hostile"
    for notice in paged(hostile, f"{root}/notices", "notices"):
        assert 3 == notice["deductions"] == notice["acts"] - notice["lines"]
    totals = hostile.get(f"{root}/totals").json()
    assert [("M", 3)] == [(line["rule"], line["acts"]) for line in totals["deductions"]]
    assert "points" not in totals["deductions"][0]
    assert {50} == {line["points"] for line in paged(hostile, f"{root}/earned", "lines")}


def test_what_is_carried_over_is_on_notice_only(
    hostile: TestClient, hostile_pages: dict[str, Response]
) -> None:
    """It stands on its sheet, as consented, and in the totals; in nobody's earnings or rank."""
    first = paged(hostile, "/api/v1/hostile/notices", "notices")[-1]["notice"]
    lines = paged(hostile, f"/api/v1/hostile/notices/{first}", "lines", lang="zh-CN")
    (line,) = [line for line in lines if not line["rule"]]
    wanted = public_name(PLUS[9].name, PLUS[9].consent, "zh-CN")
    assert (CARRIED, "从纸质台账结转", wanted) == (line["points"], line["rule_zh"], line["name"])
    told = {
        urlsplit(address).path
        for address, answer in hostile_pages.items()
        if f"{CARRIED:,}" in answer.text
    }
    assert {"/hostile/totals", f"/hostile/notices/{first}"} == told


def test_people_of_the_quarter_stay_private(
    quarter: TestClient, quarter_pages: dict[str, Response]
) -> None:
    """On the bundled board: no telephone, card or volunteer number, and names as consented."""
    rows = list(
        csv.DictReader(io.StringIO((GUANGSHA / "residents.csv").read_bytes().decode("gb18030")))
    )
    allowed = {public_name(row["姓名"].strip(), _consent(row), "zh-CN") for row in rows}
    months = quarter.get("/api/v1/guangsha/earned").json()["months"]
    shown = {
        line["name"]
        for month in months
        for line in paged(quarter, "/api/v1/guangsha/earned", "lines", month=month, lang="zh-CN")
    }
    assert {"".join(name.split()) for name in shown} <= {"".join(name.split()) for name in allowed}
    assert len(shown) > 300
    private = {row[column] for row in rows for column in ("志愿者编号", "电话", "卡号", "户号")}
    for address, answer in quarter_pages.items():
        assert set() == private & set(re.findall(r"[A-Za-z0-9-]+", answer.text)), address


def _consent(row: dict[str, str]) -> str:
    return {"实名": "real", "脱敏": "masked"}.get(row["公示意愿"].strip(), "anonymous")


def test_equals_stand_in_an_order_that_tells_nothing(hostile: TestClient) -> None:
    """All earned the same: one rank, by shown name, those without a name last."""
    lines = paged(hostile, "/api/v1/hostile/roll", "lines", lang="en")
    assert {1} == {line["rank"] for line in lines}
    names = [line["name"] for line in lines]
    nobody = names.count("a resident")
    assert nobody > len(NAMES) - 3
    assert ["a resident"] * nobody == names[-nobody:]
    assert names.index("欧阳*") < names.index("王*") < names.index("\ue000造字")
