"""Sentences from templates, and the language they are said in."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    N_,
    language_from_environment,
    language_from_header,
    translate,
)

MISSING = "The file is missing."


def test_a_mark_changes_nothing() -> None:
    """The mark gives back the very template."""
    assert MISSING == N_(MISSING)


@pytest.mark.parametrize(
    ("language", "expected"), [("zh-CN", "缺少此文件。"), ("en", MISSING), ("fr", "缺少此文件。")]
)
def test_a_sentence_in_each_language(language: str, expected: str) -> None:
    """A template is said in the language asked for, and in the default for any other."""
    assert expected == translate(MISSING, {}, language)


def test_fields_are_filled() -> None:
    """Values stand where the template names them, lists joined as the language does it."""
    message, params = "“{value}” is not one of {choices}.", {"value": "甲", "choices": ["加", "减"]}
    assert "“甲” is not one of 加, 减." == translate(message, params, "en")
    assert "“甲”应为下列之一：加、减。" == translate(message, params, "zh-CN")


def test_values_are_not_templates() -> None:
    """Braces in a value are shown as they are, and nothing in it is looked up."""
    shown = translate("The file could not be read ({reason}).", {"reason": "{x.y} {reason}"}, "en")
    assert "The file could not be read ({x.y} {reason})." == shown


def test_times_are_shown_to_the_minute() -> None:
    """A date-time is shown as sheets write it."""
    assert "2022-09-24 09:05" == translate("{at}", {"at": datetime(2022, 9, 24, 9, 5)}, "en")  # noqa: DTZ001


@given(st.text(), st.dictionaries(st.text(max_size=5), st.text()), st.text())
def test_translating_never_raises(message: str, params: dict[str, str], language: str) -> None:
    """Unknown ids, missing values and odd braces give some text."""
    assert isinstance(translate(message, params, language), str)


def test_an_unknown_id_is_said_as_it_is() -> None:
    """Without a translation the English template is used, fields without a value left open."""
    assert "No {such} id 1" == translate("No {such} id {n}", {"n": 1}, "zh-CN")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "zh-CN"),
        ({"LANG": "C"}, "zh-CN"),
        ({"LANG": "POSIX"}, "zh-CN"),
        ({"LANG": "de_DE.UTF-8"}, "zh-CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.GB18030"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "en_US", "LC_MESSAGES": "en_US", "LC_ALL": "C.UTF-8"}, "zh-CN"),
        ({"LANG": "en_US", "LC_ALL": ""}, "en"),
        ({"SUNLEDGER_LANGUAGE": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"SUNLEDGER_LANGUAGE": "zh-CN", "LC_ALL": "en_US.UTF-8"}, "zh-CN"),
        ({"SUNLEDGER_LANGUAGE": " EN ", "LANG": "C"}, "en"),
    ],
)
def test_the_language_of_an_environment(environ: dict[str, str], expected: str) -> None:
    """The setting comes first, then the locale variables in POSIX order, then zh-CN."""
    assert expected == language_from_environment(environ)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("de, en-GB;q=0.8, zh;q=0.7", "en"),
        ("zh;q=0.7, en;q=0.8", "en"),
        ("en;q=0, zh", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("*", "zh-CN"),
        ("en;q=2, ;;, zh-Hans-CN;q=0.1", "zh-CN"),
    ],
)
def test_the_language_of_a_header(header: str | None, expected: str) -> None:
    """The spoken language of the highest weight is chosen."""
    assert expected == language_from_header(header)


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    """No header is refused."""
    assert language_from_header(header) in LANGUAGES
    assert DEFAULT_LANGUAGE in LANGUAGES
