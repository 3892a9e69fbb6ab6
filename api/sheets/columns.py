"""The names of the sheets and the headers of their columns."""

RESIDENTS = "residents.csv"
OFFICERS = "officers.csv"
RULES = "rules.csv"
GOODS = "goods.csv"
ACTS = "acts.csv"
OPENING = "opening.csv"
OBJECTIONS = "objections.csv"
REVERSALS = "reversals.csv"
SLIPS = "slips.csv"
RETURNS = "returns.csv"

COLUMNS: dict[str, tuple[str, ...]] = {
    RESIDENTS: (
        "志愿者编号",
        "姓名",
        "户号",
        "网格",
        "楼栋",
        "室",
        "电话",
        "队伍",
        "公示意愿",
        "卡号",
        "卡状态",
    ),
    OFFICERS: ("工号", "姓名", "志愿者编号", "职务"),
    RULES: ("代码", "项目", "name_en", "类别", "方向", "单位", "分值", "日上限", "月上限"),
    GOODS: (
        "物品代码",
        "名称",
        "name_en",
        "单位",
        "数量",
        "捐赠方",
        "单价_分",
        "保质期",
        "兑换分值",
        "每户限量",
    ),
    ACTS: (
        "登记号",
        "志愿者编号",
        "姓名",
        "项目代码",
        "日期",
        "开始",
        "结束",
        "记录人",
        "登记时间",
        "审核人",
        "审核结果",
        "审核时间",
        "复核人",
        "备注",
    ),
    OPENING: ("志愿者编号", "姓名", "积分", "截至日期", "记录人", "审核人", "备注"),
    OBJECTIONS: ("登记号", "提出时间", "结果"),
    REVERSALS: ("登记号", "撤销时间", "原因", "经办人"),
    SLIPS: ("单号", "时间", "卡号", "场次", "物品代码", "数量", "兑换员"),
    RETURNS: ("单号", "时间", "物品代码", "数量", "原因", "经办人"),
}
