"""Problems as values and as sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages import Problem, ProblemList, Where, excerpt

EMPTY = "The cell is empty. Fill it in."


@pytest.mark.parametrize(
    ("where", "zh", "en"),
    [
        (Where("acts.csv"), "acts.csv：", "acts.csv: "),
        (Where("acts.csv", 12), "acts.csv 第 12 行：", "acts.csv, row 12: "),
        (
            Where("acts.csv", 12, "日期"),
            "acts.csv 第 12 行「日期」：",
            "acts.csv, row 12, column 日期: ",
        ),
        (Where("acts.csv", None, "日期"), "acts.csv「日期」：", "acts.csv, column 日期: "),
        (Where("c.json", None, "a.b"), "c.json 键「a.b」：", "c.json, key a.b: "),
    ],
)
def test_a_sentence_says_where(where: Where, zh: str, en: str) -> None:
    """File, row and column or key come first, in the language of the sentence."""
    problem = Problem(where, EMPTY)
    assert zh + "此格为空，请填写。" == problem.sentence("zh-CN")
    assert en + EMPTY == problem.sentence("en")


def test_a_sentence_gives_a_terminal_no_orders() -> None:
    """Control characters, line breaks and lone surrogates are replaced, rare characters kept."""
    problem = Problem(
        Where("a\x1b[2J\n.csv"), "“{value}” is not a whole number.", {"value": "\ud800"}
    )
    assert "a\ufffd[2J\ufffd.csv: “\ufffd” is not a whole number." == problem.sentence("en")
    assert "𬱖\ue000" == excerpt("𬱖\ue000")


def test_an_excerpt_is_short() -> None:
    """At most forty characters of one line are quoted."""
    assert "字" * 40 + "…" == excerpt("字" * 41)
    assert "一 二" == excerpt(" 一\n\n二 ")
    assert "…" == excerpt(" " * 1000 + "x")


@given(st.text(), st.text())
def test_sentences_can_always_be_written(file: str, value: str) -> None:
    """Whatever stands in a cell, the sentence is one printable line of UTF-8."""
    problem = Problem(Where(file, 1, excerpt(value)), value, {"value": value})
    for language in ("zh-CN", "en"):
        sentence = problem.sentence(language)
        assert sentence.encode()
        assert 1 == len(sentence.splitlines())


def test_problems_are_values() -> None:
    """Equal problems are equal, and can be kept in sets."""
    assert 1 == len(
        {Problem(Where("a", 1), EMPTY, {"a": 1}), Problem(Where("a", 1), EMPTY, {"a": 1})}
    )


def test_a_list_of_problems_has_an_end() -> None:
    """What is beyond the limit is counted, and a fault among it is not forgotten."""
    problems = ProblemList("acts.csv", limit=2)
    for row in range(1, 5):
        problems.notice(EMPTY, row=row)
    assert not problems.has_fault
    assert "acts.csv: 2 more problems of this file are not listed." == problems.finish()[
        -1
    ].sentence("en")
    problems.fault(EMPTY, row=5)
    last = problems.finish()[-1]
    assert (True, 3, "fault", {"count": 3}) == (
        problems.has_fault,
        len(problems.finish()),
        last.level,
        last.params,
    )
