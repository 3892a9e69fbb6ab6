"""Names: harmless, as consented, in Chinese order."""

import pytest

from api.board.names import SURNAMES, _reading, chinese_key, public_name
from api.messages import LANGUAGES
from api.names import harmless


def test_invisible_and_obeyed_characters_go() -> None:
    """Marks of direction vanish, controls show, blanks are plain, rare characters stay."""
    assert "三张" == harmless("\u202e三张\u202c")
    assert "a\ufffdb" == harmless("a\x1bb")
    assert "a b c" == harmless("a\u2028b\u3000c")
    rare = "\U0002d5f0\U0003106b\ue000𬱖㛃"
    assert rare == harmless(rare)


@pytest.mark.parametrize("language", LANGUAGES)
def test_consent_decides(language: str) -> None:
    """Whole, masked, or nobody's; anything else, and who was erased, is nobody's too."""
    nobody = {"zh-CN": "一位居民", "en": "a resident"}[language]
    shown = [
        public_name("欧阳海", c, language) for c in ("real", "masked", "anonymous", "", "Real")
    ]
    assert ["欧阳海", "欧阳*", nobody, nobody, nobody] == shown
    assert nobody == public_name(None, None, language)
    assert nobody == public_name("\u200b \u202e", "real", language)
    assert nobody == public_name("\u200b", "masked", language)


def test_masking_is_not_fooled() -> None:
    """What is invisible at the start of a name does not stand for its surname."""
    assert "张*" == public_name("\u202e张三", "masked", "en")
    assert "欧阳*" == public_name("欧\u200b阳海", "masked", "en")


def test_surnames_have_their_own_readings() -> None:
    """Sorted as people look themselves up: by the reading of the surname, then of the rest."""
    names = [
        "曾国",
        "张三",
        "单一",
        "王五",
        "尉迟敬",
        "王六",
        "解放",
        "任重",
        "Anna",
        "万俟一",
        "仇九",
    ]
    expected = [
        "Anna",
        "万俟一",
        "仇九",
        "任重",
        "单一",
        "王六",
        "王五",
        "解放",
        "尉迟敬",
        "曾国",
        "张三",
    ]
    assert expected == sorted(names, key=chinese_key)


def test_no_surname_is_listed_without_need() -> None:
    """Each entry of the table differs from how its characters are read elsewhere."""
    idle = [s for s, said in SURNAMES.items() if [_reading(c) for c in s] == said.split()]
    assert [] == idle
    assert {len(s) for s, said in SURNAMES.items() if len(s) != len(said.split())} == set()


def test_characters_without_a_reading_come_last() -> None:
    """Private-use and unknown characters have a place too."""
    names = ["\ue000某", "张三", "*", "", "\U0003106b"]
    assert ["", "*", "张三", "\ue000某", "\U0003106b"] == sorted(names, key=chinese_key)
