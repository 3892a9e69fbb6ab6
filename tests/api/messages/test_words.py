"""Words that stand inside sentences are in the catalogues too."""

import ast

import pytest

from api.messages import LANGUAGES, translate
from api.messages.catalogues import load
from api.messages.translation import WORD_FIELDS
from api.messages.words import WORDS
from projections.audit import CHECKS
from projections.audit.log import VERSIONS
from projections.audit.notices import Stage
from tests.house.tree import nodes


def spoken() -> set[str]:
    """Plain strings that the ledger and the projections give for a field of words."""
    return {
        keyword.value.value
        for _, node in nodes("ledger", "projections")
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in WORD_FIELDS
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }


def test_every_word_is_listed() -> None:
    """Reasons, parts, stages and checks that the code names are words of the catalogue."""
    named = spoken() | set(VERSIONS) | {str(stage) for stage in Stage} | {c.name for c in CHECKS}
    assert len(named) > 20
    assert set() == named - WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str) -> None:
    """A reason in a sentence is in the language of the sentence."""
    for word in WORDS:
        said = translate("{path} cannot be used ({reason}).", {"reason": word}, language)
        assert load(language).gettext(word) in said


def test_data_is_never_translated() -> None:
    """A value of any other field stays as it is, even where it looks like a word."""
    said = translate("There is no command {name}.", {"name": "points"}, "zh-CN")
    assert "points" in said
