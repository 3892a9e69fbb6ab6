"""The sheets that say who and what there is: residents, officers, rules, goods.

They must be without fault. All faults are reported, row by row; where one is reported, the value in
the row is a stand-in, and the caller gives none of the rows away.
"""

from collections.abc import Mapping
from typing import Literal

from api.messages import N_, excerpt
from api.sheets.fields import CODE_LENGTH_MAX, NAME_LENGTH_MAX, Fields
from api.sheets.rows import Consent, GoodsRow, OfficerRow, PostWord, Resident, RuleRow, Team, Unit

TEAMS: Mapping[str, Team] = {
    "志愿者": "volunteer",
    "社区干部": "cadre",
    "党员": "party_member",
    "保洁": "cleaner",
    "": "",
}
CONSENTS: Mapping[str, Consent] = {"实名": "real", "脱敏": "masked", "匿名": "anonymous"}
CARD_BLOCKED: Mapping[str, bool] = {"正常": False, "挂失": True}
POSTS: Mapping[str, PostWord] = {
    "网格长": "grid_leader",
    "评审员": "reviewer",
    "复核员": "second_reviewer",
    "兑换员": "clerk",
    "库管员": "storekeeper",
}
SIGNS: Mapping[str, Literal[1, -1]] = {"加": 1, "减": -1}
UNITS: Mapping[str, Unit] = {"次": "time", "小时": "hour"}

_TWICE = N_("“{value}” stands in row {earlier} already.")
_SECOND_CARD = N_("The household has a card in row {earlier} already.")
_CARD_WITHOUT_STATE = N_("The card has no state. Write 正常 or 挂失.")
_STATE_WITHOUT_CARD = N_("There is a card state, but no card number.")
_NO_RESIDENT = N_("“{value}” is the volunteer number of no resident.")
_DIFFERS = N_("“{value}” differs from row {earlier}, which has the same item.")


class Firsts:
    """Remembers in which row a key stood first, and reports it where it stands again."""

    def __init__(self, message: str = _TWICE) -> None:
        self._message = message
        self._rows: dict[str, int] = {}

    def check(self, fields: Fields, column: str, key: str) -> None:
        """Report the cell in ``column`` if its ``key``, unless empty, stood in an earlier row."""
        earlier = self._rows.setdefault(key, fields.row) if key else fields.row
        if earlier != fields.row:
            value = excerpt(fields.text(column))
            fields.report(column, self._message, value=value, earlier=earlier)


class Residents:
    """Reads residents.csv row by row; ``members`` are the volunteer numbers so far."""

    def __init__(self) -> None:
        self._numbers, self._cards = Firsts(), Firsts()
        self._households = Firsts(_SECOND_CARD)
        self.members: set[str] = set()

    def __call__(self, fields: Fields) -> Resident:
        """The resident in a row."""
        number = fields.required("志愿者编号", CODE_LENGTH_MAX)
        household = fields.required("户号", CODE_LENGTH_MAX)
        self._numbers.check(fields, "志愿者编号", number)
        self.members.add(number)
        card, blocked = self._card(fields, household)
        return Resident(
            row=fields.row,
            number=number,
            name=fields.required("姓名", NAME_LENGTH_MAX),
            household=household,
            grid=fields.required("网格", NAME_LENGTH_MAX),
            building=fields.required("楼栋", NAME_LENGTH_MAX),
            flat=fields.text("室", NAME_LENGTH_MAX),
            phone=fields.text("电话", NAME_LENGTH_MAX),
            team=fields.choice("队伍", TEAMS) or "",
            consent=fields.choice("公示意愿", CONSENTS) or "anonymous",
            card=card,
            card_blocked=blocked,
        )

    def _card(self, fields: Fields, household: str) -> tuple[str, bool]:
        """The card in a row and whether it is blocked; one card a household, each only once."""
        card = fields.text("卡号", CODE_LENGTH_MAX)
        blocked = fields.choice("卡状态", CARD_BLOCKED, optional=True)
        if not card:
            if fields.text("卡状态"):
                fields.report("卡号", _STATE_WITHOUT_CARD)
            return "", False
        if not fields.text("卡状态"):
            fields.report("卡状态", _CARD_WITHOUT_STATE)
        self._cards.check(fields, "卡号", card)
        self._households.check(fields, "卡号", household)
        return card, bool(blocked)


class Officers:
    """Reads officers.csv row by row, given the volunteer numbers of the residents.

    Where these are not known (None), the ledger says which there are.
    """

    def __init__(self, members: set[str] | None) -> None:
        self._members = members
        self._numbers = Firsts()

    def __call__(self, fields: Fields) -> OfficerRow:
        """The officer in a row."""
        officer = fields.required("工号", CODE_LENGTH_MAX)
        self._numbers.check(fields, "工号", officer)
        member = fields.text("志愿者编号")
        if member and self._members is not None and member not in self._members:
            fields.report("志愿者编号", _NO_RESIDENT, value=excerpt(member))
        return OfficerRow(
            row=fields.row,
            officer=officer,
            name=fields.required("姓名", NAME_LENGTH_MAX),
            member=member,
            post=fields.choice("职务", POSTS) or "storekeeper",
        )


class Rules:
    """Reads rules.csv row by row."""

    def __init__(self) -> None:
        self._codes = Firsts()

    def __call__(self, fields: Fields) -> RuleRow:
        """The rule in a row."""
        rule = fields.required("代码", CODE_LENGTH_MAX)
        self._codes.check(fields, "代码", rule)
        return RuleRow(
            row=fields.row,
            rule=rule,
            name_zh=fields.required("项目", NAME_LENGTH_MAX),
            name_en=fields.text("name_en", NAME_LENGTH_MAX),
            category=fields.text("类别", NAME_LENGTH_MAX),
            sign=fields.choice("方向", SIGNS) or 1,
            unit=fields.choice("单位", UNITS) or "time",
            points=fields.positive("分值") or 1,
            cap_day=fields.whole_or_blank("日上限"),
            cap_month=fields.whole_or_blank("月上限"),
        )


class Goods:
    """Reads goods.csv row by row; rows with the same item must describe it alike."""

    _SHARED = ("名称", "name_en", "单位", "兑换分值", "每户限量")

    def __init__(self) -> None:
        self._items: dict[str, tuple[int, tuple[object, ...]]] = {}

    def __call__(self, fields: Fields) -> GoodsRow:
        """The lot in a row."""
        lot = GoodsRow(
            row=fields.row,
            item=fields.required("物品代码", CODE_LENGTH_MAX),
            name_zh=fields.required("名称", NAME_LENGTH_MAX),
            name_en=fields.text("name_en", NAME_LENGTH_MAX),
            unit=fields.text("单位", NAME_LENGTH_MAX),
            quantity=fields.positive("数量") or 1,
            donor=fields.text("捐赠方", NAME_LENGTH_MAX),
            unit_value_fen=fields.whole_or_blank("单价_分"),
            best_before=fields.day("保质期", optional=True),
            price=fields.positive("兑换分值") or 1,
            limit=fields.whole_or_blank("每户限量"),
        )
        self._check_alike(fields, lot)
        return lot

    def _check_alike(self, fields: Fields, lot: GoodsRow) -> None:
        shared = (lot.name_zh, lot.name_en, lot.unit, lot.price, lot.limit)
        row, first = self._items.setdefault(lot.item, (lot.row, shared))
        for column, here, there in zip(self._SHARED, shared, first, strict=True):
            if lot.item and here != there:
                value = excerpt(fields.text(column))
                fields.report(column, _DIFFERS, value=value, earlier=row)
