"""Names as each person consented to see them in public."""

import unicodedata
from typing import Final

from api.messages import N_, translate

_ANONYMOUS: Final = N_("a resident")

# Surnames of two characters, so that a masked name shows the whole surname and nothing else.
# Source: the compound surnames in use of the Hundred Family Surnames (public domain).
COMPOUND_SURNAMES: Final = frozenset(
    {
        "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人",
        "夏侯", "诸葛", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶",
        "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于",
        "司空", "闾丘", "子车", "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良",
        "漆雕", "乐正", "宰父", "谷梁", "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里",
        "呼延", "东郭", "南门", "羊舌", "微生", "公户", "公玉", "公仪", "梁丘", "公仲",
        "公上", "公门", "公山", "公坚", "左丘", "公伯", "西门", "公祖", "第五", "公乘",
        "贯丘", "公皙", "南荣", "东里", "东宫", "仲长", "子书", "子桑", "即墨", "达奚",
        "褚师", "纳兰", "归海",
    }
)  # fmt: skip


_FALLBACK: Final = "\N{REPLACEMENT CHARACTER}"
_BLANK: Final = {"Zs", "Zl", "Zp"}


def harmless(text: str) -> str:
    """Without characters that a page or a terminal would obey.

    Marks of direction and other invisible ones (Cf) are left out, controls become U+FFFD, and
    every kind of blank a plain one. Rare and private-use characters stay: people are named so.
    """
    if text.isprintable():
        return text
    kinds = [(c, unicodedata.category(c)) for c in text]
    shown = (
        " " if kind in _BLANK else _FALLBACK if kind in {"Cc", "Cs"} else c
        for c, kind in kinds
        if kind != "Cf"
    )
    return "".join(shown)


def masked(name: str) -> str:
    """The surname and a star: ``欧阳*``, ``张*``. Blanks inside a name do not count."""
    squeezed = "".join(name.split())
    length = 2 if squeezed[:2] in COMPOUND_SURNAMES and len(squeezed) > 2 else 1
    return squeezed[:length] + "*"


def shown_name(name: str, consent: str, language: str) -> str:
    """A name for the public: ``real`` as it is, ``masked``, and anything else nobody's."""
    if consent == "real":
        return name
    return masked(name) if consent == "masked" else translate(_ANONYMOUS, {}, language)
