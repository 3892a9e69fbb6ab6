"""Names on the board: as consented, harmless to show, and in Chinese order."""

from functools import lru_cache
from typing import Final

from pypinyin import Style, pinyin

from api.names import harmless, shown_name

# Surnames that are read otherwise than the same characters elsewhere, as syllable and tone.
# Source: the readings marked as surnames in common dictionaries of Chinese.
SURNAMES: Final = {
    "曾": "zeng1", "单": "shan4", "仇": "qiu2", "区": "ou1", "任": "ren2", "解": "xie4",
    "查": "zha1", "盖": "ge3", "缪": "miao4", "朴": "piao2", "乐": "yue4", "覃": "qin2",
    "员": "yun4", "秘": "bi4", "繁": "po2", "折": "she2", "种": "chong2", "洗": "xian3",
    "华": "hua4", "过": "guo1", "燕": "yan1", "纪": "ji3", "葛": "ge3", "翟": "zhai2",
    "卜": "bu3", "召": "shao4", "能": "nai4", "句": "gou1", "阚": "kan4", "那": "na1",
    "藏": "zang1", "祭": "zhai4", "哈": "ha3", "薄": "bo2", "尉迟": "yu4 chi2",
    "万俟": "mo4 qi2", "单于": "chan2 yu2", "澹台": "tan2 tai2", "令狐": "ling2 hu2",
    "宰父": "zai3 fu3",
}  # fmt: skip
NameKey = tuple[tuple[str, str], ...]


def public_name(name: str | None, consent: str | None, language: str) -> str:
    """What the board shows of a person: never more than they consented to.

    Whoever was erased (no name, no consent), or has no visible name, is a resident.
    """
    visible = harmless(name or "").strip()
    return shown_name(visible, (consent or "") if visible else "", language)


@lru_cache(maxsize=32_768)
def _reading(character: str) -> str:
    """Syllable and tone of one character, after all syllables where it has none."""
    found = pinyin(character, style=Style.TONE3, errors="ignore")
    if found:
        return found[0][0]
    return character.casefold() if character.isascii() else "~"


def chinese_key(shown: str) -> NameKey:
    """Sort key: by the reading of the surname, then of each further character, then by itself."""
    for length in (2, 1):
        surname = SURNAMES.get(shown[:length])
        if surname is not None and len(shown) >= length:
            readings = surname.split()
            return tuple(zip(readings, shown[:length], strict=True)) + _plain(shown[length:])
    return _plain(shown)


def _plain(text: str) -> NameKey:
    return tuple((_reading(character), character) for character in text)
