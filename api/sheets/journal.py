"""The sheets that say what happened: acts, objections, reversals, slips, returns.

Their rows may be faulty, for the ledger says what becomes of each. What cannot be read is None, and
a notice for the person who wrote it.
"""

from collections.abc import Mapping
from typing import Literal

from api.sheets.fields import Fields
from api.sheets.rows import (
    ActRow,
    ObjectionRow,
    OpeningRow,
    ReturnRow,
    ReversalRow,
    SlipLine,
)

REVIEW_OUTCOMES: Mapping[str, Literal["approve", "decline"]] = {
    "通过": "approve",
    "不通过": "decline",
}
OBJECTION_OUTCOMES: Mapping[str, Literal["upheld", "dismissed"]] = {
    "成立": "upheld",
    "不成立": "dismissed",
}


def act(fields: Fields) -> ActRow:
    """The act in a row; whether its times of day matter, its rule says."""
    return ActRow(
        row=fields.row,
        register_number=fields.positive("登记号"),
        member=fields.text("志愿者编号"),
        name=fields.text("姓名"),
        rule=fields.text("项目代码"),
        performed_on=fields.day("日期"),
        start=fields.minutes("开始"),
        end=fields.minutes("结束"),
        recorder=fields.text("记录人"),
        registered_at=fields.moment("登记时间"),
        reviewer=fields.text("审核人"),
        outcome=fields.choice("审核结果", REVIEW_OUTCOMES, optional=True),
        reviewed_at=fields.moment("审核时间", optional=True),
        reviewed_at_text=fields.text("审核时间"),
        second_reviewer=fields.text("复核人"),
        remark=fields.text("备注"),
    )


def opening(fields: Fields) -> OpeningRow:
    """The opening balance in a row."""
    return OpeningRow(
        row=fields.row,
        member=fields.text("志愿者编号"),
        name=fields.text("姓名"),
        points=fields.positive("积分"),
        performed_on=fields.day("截至日期"),
        recorder=fields.text("记录人"),
        reviewer=fields.text("审核人"),
        remark=fields.text("备注"),
    )


def objection(fields: Fields) -> ObjectionRow:
    """The objection in a row."""
    return ObjectionRow(
        row=fields.row,
        register_number=fields.positive("登记号"),
        at=fields.moment("提出时间"),
        outcome=fields.choice("结果", OBJECTION_OUTCOMES),
    )


def reversal(fields: Fields) -> ReversalRow:
    """The reversal in a row."""
    return ReversalRow(
        row=fields.row,
        register_number=fields.positive("登记号"),
        at=fields.moment("撤销时间"),
        reason=fields.text("原因"),
        officer=fields.text("经办人"),
    )


def slip_line(fields: Fields) -> SlipLine:
    """The line of a slip in a row."""
    return SlipLine(
        row=fields.row,
        slip=fields.text("单号"),
        at=fields.moment("时间"),
        at_text=fields.text("时间"),
        card=fields.text("卡号"),
        session=fields.text("场次"),
        item=fields.text("物品代码"),
        quantity=fields.positive("数量"),
        clerk=fields.text("兑换员"),
    )


def goods_return(fields: Fields) -> ReturnRow:
    """The return in a row."""
    return ReturnRow(
        row=fields.row,
        slip=fields.text("单号"),
        at=fields.moment("时间"),
        item=fields.text("物品代码"),
        quantity=fields.positive("数量"),
        reason=fields.text("原因"),
        officer=fields.text("经办人"),
    )
