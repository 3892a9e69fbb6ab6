"""The file that says what is rehearsed."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.sheets.community import Community, Founding, read_community, read_founding
from tests.api.sheets.build import GUANGSHA, community, said, sentences

Change = Callable[[dict[str, Any]], object]


def read(path: Path, content: bytes | str) -> tuple[Community | None, list[str]]:
    """The community of a content, and what is said about it."""
    file = path / "community.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found, problems = read_community(file)
    assert [p.level for p in problems] == ["fault"] * len(problems)
    return found, [text.removeprefix("community.json, key ") for text in sentences(problems)]


def changed(path: Path, change: Change) -> tuple[Community | None, list[str]]:
    """The community of a changed file."""
    value = community()
    change(value)
    return read(path, json.dumps(value))


def test_the_sample_is_read() -> None:
    """Guangsha's file is without fault."""
    found, problems = read_community(GUANGSHA / "community.json")
    assert () == problems
    assert found is not None
    assert ("guangsha", 6, 1080, 3) == (
        found.community,
        found.notice.weekday,
        found.notice.minutes,
        found.notice.days,
    )
    assert timedelta(hours=8) == found.starts.utcoffset()
    assert (None, "2022Q3") == (found.points_expire.months, found.sessions[0].session)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(sessions=[]),
        lambda c: c.update(starts="2022-06-30T16:00:00Z"),
        lambda c: c.update(starts="2022-06-30T16:00+00:00"),
        lambda c: c["points_expire"].update(months=0),
        lambda c: c["points_expire"].update(months=1200),
        lambda c: c["notice"].update(days=0, post_time="23:59"),
        lambda c: c.update(name_zh=" 名 "),
        lambda c: c.update(timezone="UTC"),
        lambda c: c.update(timezone="America/Argentina/Buenos_Aires"),
        lambda c: c.update(community="a"),
        lambda c: c.update(community="a" + "_9" * 20),
    ],
)
def test_what_is_allowed(tmp_path: Path, change: Change) -> None:
    """The ends of each range are inside it."""
    found, problems = changed(tmp_path, change)
    assert [] == problems
    assert found is not None


NAME = "This must be a name of 1 to 200 characters."
INSTANT = "This must be a time with its offset, such as 2022-07-01T00:00:00+08:00."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c.pop("ends"), "ends: This key is missing."),
        (lambda c: c["notice"].pop("days"), "notice.days: This key is missing."),
        (lambda c: c.update(colour=1), "colour: This key is not known. Remove it."),
        (
            lambda c: c["sessions"][0].update(x=1),
            "sessions[0].x: This key is not known. Remove it.",
        ),
        (lambda c: c.update(name_zh=""), f"name_zh: {NAME}"),
        (lambda c: c.update(name_en=" 　"), f"name_en: {NAME}"),
        (lambda c: c.update(name_en="x" * 201), f"name_en: {NAME}"),
        (lambda c: c.update(name_en=7), f"name_en: {NAME}"),
        (lambda c: c.update(name_en=None), f"name_en: {NAME}"),
        (lambda c: c.update(community="Guangsha"), "community: This must be a short name"),
        (lambda c: c.update(community="guang-sha"), "community: This must be a short name"),
        (lambda c: c.update(community="guangsha\n"), "community: This must be a short name"),
        (lambda c: c.update(community="a" * 42), "community: This must be a short name"),
        (lambda c: c.update(timezone="Mars/Olympus"), "timezone: This must be an IANA time zone"),
        (lambda c: c.update(timezone="Asia"), "timezone: This must be an IANA time zone"),
        (lambda c: c.update(timezone="../etc/passwd"), "timezone: This must be an IANA time zone"),
        (lambda c: c.update(timezone="localtime"), "timezone: This must be an IANA time zone"),
        (lambda c: c.update(timezone="A" * 5000), "timezone: This must be an IANA time zone"),
        (lambda c: c.update(account_holder="member"), "account_holder: This must be household"),
        (lambda c: c.update(starts="2022-07-01T00:00:00"), f"starts: {INSTANT}"),
        (lambda c: c.update(starts="2022-07-01"), f"starts: {INSTANT}"),
        (lambda c: c.update(starts=1656604800), f"starts: {INSTANT}"),
        (lambda c: c.update(starts="2022-02-30T00:00:00+08:00"), f"starts: {INSTANT}"),
        (lambda c: c.update(starts="2022-07-01T00:00:00+24:00"), f"starts: {INSTANT}"),
        (lambda c: c.update(starts="0001-01-01T00:00:00+08:00"), f"starts: {INSTANT}"),
        (lambda c: c.update(ends="2022-07-01T00:00:00.5+08:00"), f"ends: {INSTANT}"),
        (
            lambda c: c.update(ends=c["starts"]),
            "ends: This must be later than 2022-07-01T00:00:00+08:00.",
        ),
        (
            lambda c: c.update(ends="2033-01-01T00:00:00Z"),
            "ends: The period is longer than ten years.",
        ),
        (lambda c: c.update(notice=[]), "notice: This must be an object"),
        (
            lambda c: c["notice"].update(post_weekday="Sunday"),
            "notice.post_weekday: This must be a day",
        ),
        (
            lambda c: c["notice"].update(post_time="9:00"),
            "notice.post_time: This must be a time of day",
        ),
        (
            lambda c: c["notice"].update(post_time="24:00"),
            "notice.post_time: This must be a time of day",
        ),
        (
            lambda c: c["notice"].update(days=-1),
            "notice.days: This must be a whole number from 0 to 366.",
        ),
        (lambda c: c["notice"].update(days=367), "notice.days: This must be a whole number"),
        (lambda c: c["notice"].update(days=3.0), "notice.days: This must be a whole number"),
        (lambda c: c["notice"].update(days="3"), "notice.days: This must be a whole number"),
        (lambda c: c["notice"].update(days=True), "notice.days: This must be a whole number"),
        (lambda c: c["points_expire"].update(months=-1), "points_expire.months: This must be null"),
        (
            lambda c: c["points_expire"].update(months=1201),
            "points_expire.months: This must be null",
        ),
        (
            lambda c: c["points_expire"].update(months=False),
            "points_expire.months: This must be null",
        ),
        (lambda c: c.update(sessions={}), "sessions: This must be a list"),
        (lambda c: c.update(sessions=None), "sessions: This must be a list"),
        (lambda c: c.update(sessions=["x"]), "sessions[0]: This must be an object"),
        (
            lambda c: c["sessions"][0].update(session=" "),
            "sessions[0].session: This must be a name of 1 to 64",
        ),
        (
            lambda c: c["sessions"][0].update(closes="2022-09-24T01:00:00Z"),
            "sessions[0].closes: This must be later than 2022-09-24T09:00:00+08:00.",
        ),
        (
            lambda c: c["sessions"].append(c["sessions"][0] | {"session": "２０２２Q3"}),
            "sessions: The session 2022Q3 is listed more than once.",
        ),
        (lambda c: c.update(name_zh="\ud800"), f"name_zh: {NAME}"),
    ],
)
def test_what_is_not(tmp_path: Path, change: Change, expected: str) -> None:
    """Each fault is one sentence that names its key, and there is no community."""
    found, problems = changed(tmp_path, change)
    assert found is None
    assert [True] == [text.startswith(expected) for text in problems], problems


def test_all_faults_are_listed(tmp_path: Path) -> None:
    """Not only the first."""
    value = community() | {"name_zh": "", "extra": 1, "starts": "soon", "notice": {"days": -1}}
    (tmp_path / "community.json").write_text(json.dumps(value))
    _, problems = read_community(tmp_path / "community.json")
    keys = {"name_zh", "extra", "starts", "notice.days", "notice.post_weekday", "notice.post_time"}
    assert keys == {column for _, _, column, _ in said(problems)}
    assert len(keys) == len(problems)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is not JSON; see line 1, character 1"),
        (b'{"a": 1,}', "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b"[]", "must hold one object"),
        (b"null", "must hold one object"),
        ('{"community": "甲"}'.encode("gb18030"), "is not UTF-8 (see offset 15)"),
        (b'{"x": NaN}', "a number that JSON does not allow"),
        (b'{"x": ' + b"9" * 5000 + b"}", "far too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * (1024 * 1024 + 1), "at most 1048576 are read"),
    ],
)
def test_no_json(tmp_path: Path, content: bytes, expected: str) -> None:
    """What is no JSON object is refused in one sentence."""
    found, problems = read(tmp_path, content)
    assert found is None
    assert [True] == [expected in text for text in problems], problems


def test_no_key_twice(tmp_path: Path) -> None:
    """A key that stands twice is a fault, whichever value comes last, at any depth."""
    text = json.dumps(community()).replace('"days": 3', '"days": 3, "days": 3, "days": 3')
    found, problems = read(tmp_path, text)
    assert (None, ["days: This key stands more than once in its object."]) == (found, problems)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Office programs write one."""
    found, problems = read(tmp_path, b"\xef\xbb\xbf" + json.dumps(community()).encode())
    assert [] == problems
    assert found is not None


def test_the_file_must_be_there(tmp_path: Path) -> None:
    """A missing file is said to be missing."""
    expected = [("community.json", None, None, "The file is missing.")]
    assert expected == said(read_community(tmp_path / "community.json")[1])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=100)
    | st.fixed_dictionaries({}, optional=dict.fromkeys(community(), json_values))
)
def test_reading_never_raises(tmp_path: Path, content: bytes | dict[str, Any]) -> None:
    """Any bytes, and any values under the right keys, are read or refused in words."""
    data = content if isinstance(content, bytes) else json.dumps(community() | content).encode()
    found, problems = read(tmp_path, data)
    assert (found is None) == bool(problems)


def founded(path: Path, change: Change) -> tuple[Founding | None, list[str]]:
    """What a ledger on the real clock makes of a changed file."""
    value = community()
    change(value)
    file = path / "community.json"
    file.write_text(json.dumps(value))
    found, problems = read_founding(file)
    return found, [text.removeprefix("community.json, key ") for text in sentences(problems)]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("ends"),
        lambda c: c.update(account_holder="member"),
        lambda c: c.update(ends="2099-01-01T00:00:00Z"),
        lambda c: c.update(ends="2001-01-01T00:00:00Z"),
        lambda c: c.update(origin="ledger.example.org/guangsha"),
        lambda c: c.update(origin="example.org"),
    ],
)
def test_a_real_ledger_needs_less(tmp_path: Path, change: Change) -> None:
    """No end, accounts of members, a name for its transparency log."""
    found, problems = founded(tmp_path, change)
    assert found is not None
    assert [] == problems


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda c: c.update(account_holder="team"),
            "account_holder: This must be household or member: whose the accounts are.",
        ),
        (
            lambda c: c.update(origin="https://example.org"),
            "origin: This must be an address without https://, such as "
            "ledger.example.org/guangsha.",
        ),
        (
            lambda c: c.update(origin="guangsha"),
            "origin: This must be an address without https://, such as "
            "ledger.example.org/guangsha.",
        ),
        (lambda c: c.pop("starts"), "starts: This key is missing."),
    ],
)
def test_what_a_real_ledger_cannot_begin_with(
    tmp_path: Path, change: Change, sentence: str
) -> None:
    """The same sentences as for a rehearsal, where they fit."""
    assert (None, [sentence]) == founded(tmp_path, change)


def test_a_rehearsal_still_needs_its_end(tmp_path: Path) -> None:
    """What is enough for a real ledger is not for a rehearsal."""
    assert (None, ["ends: This key is missing."]) == changed(tmp_path, lambda c: c.pop("ends"))
    holder = "This must be household: a rehearsal keeps points by household."
    assert (None, [f"account_holder: {holder}"]) == changed(
        tmp_path, lambda c: c.update(account_holder="member")
    )
