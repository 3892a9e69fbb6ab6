"""Generated quarters: small, and dense in the coincidences that rules are about.

`quarters()` is a Hypothesis strategy of whole directories of sheets, `quarter()` makes the one of a
seed, `write()` puts one on disk.
Their rows are mostly valid, so that awards, exchanges, returns and reversals happen; the sheets
that must be without fault are. Left out is whatever the page leaves open: blank or short lines,
local times that a clock change skips or repeats, caps or prices of nothing, objections without a
result, slips without a number, and slips whose rows have several unreadable times.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from tests.model import deeds, disputes, exchanges, setting
from tests.model.ink import Pen
from tests.model.report import report

Row = dict[str, str]

COLUMNS = {
    "residents.csv": "志愿者编号 姓名 户号 网格 楼栋 室 电话 队伍 公示意愿 卡号 卡状态",
    "officers.csv": "工号 姓名 志愿者编号 职务",
    "rules.csv": "代码 项目 name_en 类别 方向 单位 分值 日上限 月上限",
    "acts.csv": "登记号 志愿者编号 姓名 项目代码 日期 开始 结束 记录人 登记时间 审核人 审核结果"
    " 审核时间 复核人 备注",
    "objections.csv": "登记号 提出时间 结果",
    "reversals.csv": "登记号 撤销时间 原因 经办人",
    "goods.csv": "物品代码 名称 name_en 单位 数量 捐赠方 单价_分 保质期 兑换分值 每户限量",
    "slips.csv": "单号 时间 卡号 场次 物品代码 数量 兑换员",
    "returns.csv": "单号 时间 物品代码 数量 原因 经办人",
}
MANDATORY = ("residents.csv", "officers.csv", "rules.csv")
MADE_FIRST: tuple[tuple[str, Callable[[Pen, setting.Setting], list[Row]]], ...] = (
    ("residents.csv", setting.residents),
    ("officers.csv", setting.officers),
    ("rules.csv", setting.rules),
)
EXPIRY_MONTHS = (None, 1, 1, 2, None, 1, 0, None)


@dataclass(frozen=True)
class Sheet:
    """One CSV file: header to cell for each row, and how the bytes are made."""

    rows: list[Row]
    encoding: str = "utf-8"
    newline: str = "\n"


@dataclass(frozen=True)
class Quarter:
    """A directory of sheets: community.json and the sheets that are there, by file name."""

    community: dict[str, Any]
    sheets: dict[str, Sheet]


@st.composite
def quarters(draw: st.DrawFn, months: tuple[int | None, ...] = EXPIRY_MONTHS) -> Quarter:
    """Return the strategy of whole quarters; what fails is made smaller.

    Args:
        draw: given by Hypothesis.
        months: the terms of points to choose from, in months; None is for ever.
    """
    return make_quarter(Pen(lambda least, most: draw(_between(least, most))), months)


def quarter(seed: int, months: tuple[int | None, ...] = EXPIRY_MONTHS) -> Quarter:
    """Return the quarter of a seed: quicker and more varied than examples, but never smaller."""
    return make_quarter(Pen(Random(seed).randint), months)  # noqa: S311 - no secret


@cache  # a quarter takes hundreds of choices, and making a strategy costs more than using it
def _between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


def make_quarter(pen: Pen, months: tuple[int | None, ...]) -> Quarter:
    """Make a quarter of the choices of a pen."""
    plan = setting.draw_setting(pen, months)
    written: dict[str, list[Row]] = {}
    for name, make in MADE_FIRST:
        written[name] = make(pen, plan)
    written["acts.csv"], done = deeds.acts(pen, plan)
    acts = _outlook(setting.community(pen, plan), written)["acts"]
    for deed in done:
        fate = acts.get(str(deed.number), {"status": ""})
        deed.points = fate.get("points", 0)
        deed.posted = fate["status"] in ("awarded", "capped", "in_notice")
    closings = [disputes.when_noticed(plan, deed)[1] for deed in done if deed.points > 0]
    setting.draw_sessions(pen, plan, closings)
    told = setting.community(pen, plan)
    written["goods.csv"] = setting.goods(pen, plan)
    written["objections.csv"] = disputes.objections(pen, plan, done)
    written["reversals.csv"] = disputes.reversals(pen, plan, done)
    written["slips.csv"], baskets = exchanges.slips(pen, plan, done)
    slips = _outlook(told, written)["slips"]
    for basket in baskets:
        basket.accepted = slips[basket.number]["status"] == "accepted"
    written["returns.csv"] = exchanges.returns(pen, plan, baskets)
    sheets = {
        name: _sheet(pen, name, rows)
        for name, rows in written.items()
        if name in MANDATORY or not pen.chance(3 if rows else 50)
    }
    return Quarter(told, sheets)


def _outlook(told: dict[str, Any], written: dict[str, list[Row]]) -> dict[str, Any]:
    """Play what is written so far, so that what is drawn next is more often of consequence."""
    with TemporaryDirectory() as directory:
        sheets = {name: Sheet(rows) for name, rows in written.items()}
        write(Quarter(told, sheets), Path(directory))
        return report(Path(directory))


def _sheet(pen: Pen, name: str, rows: list[Row]) -> Sheet:
    """Choose how the bytes of a sheet are made."""
    encodings = ("utf-8", "utf-8-sig")
    if name in ("residents.csv", "acts.csv"):
        encodings = ("gb18030", "utf-8")
    return Sheet(rows, pen.pick(encodings), pen.pick(("\n", "\r\n")))


def write(quarter: Quarter, directory: Path) -> None:
    """Write a quarter into an existing directory, in place of the sheets that are there."""
    content = json.dumps(quarter.community, ensure_ascii=False, indent=1)
    (directory / "community.json").write_text(content, "utf-8")
    for name, columns in COLUMNS.items():
        (directory / name).unlink(missing_ok=True)
        sheet = quarter.sheets.get(name)
        if sheet is None:
            continue
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns.split(), lineterminator=sheet.newline)
        writer.writeheader()
        writer.writerows(sheet.rows)
        (directory / name).write_bytes(text.getvalue().encode(sheet.encoding))
