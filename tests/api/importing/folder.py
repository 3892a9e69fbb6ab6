"""A folder of sheets for an import, made of what a community might have today."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from api.sheets.columns import COLUMNS

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def day(ago: int) -> date:
    """The local date some days ago."""
    return TODAY - timedelta(days=ago)


def at(ago: int, hour: int = 9) -> str:
    """A local date-time some days ago, as people write it."""
    return f"{day(ago)} {hour:02}:00"


RESIDENTS = (
    "V1,林兰,H1,第一网格,1幢,302,100,志愿者,实名,66,正常",
    "V2,蔡浩然,H1,第一网格,1幢,,,,脱敏,,",
    "V3,𬱖堃,H2,第一网格,2幢,101,,党员,匿名,67,挂失",
    "V4,张敏,H3,第二网格,3幢,201,,,实名,68,正常",
)
OFFICERS = ("G1,李水根,,网格长", "G2,陈超,V3,评审员", "G3,周洋,,复核员", "G4,吴静,,库管员")
RULES = ("A1,巡逻,Patrol,平安,加,小时,1,2,12", "A2,清扫,Sweeping,环境,加,次,5,,")
GOODS = ("RICE,大米,Rice,袋,40,粮油店,3980,2099/2/26,44,2", "RICE,大米,Rice,袋,80,,,,44,2")
OPENING = (
    f"V1,林兰,86,{day(31)},G1,G2,旧账第3页",
    f"V4,张敏,12,{day(31)},G1,,",
)
ACTS = (
    f"1,V1,林 兰,A1,{day(6)},8:00,9：00,G1,{at(6, 10)},G2,通过,{at(5)},,",
    f"2,V2,蔡浩然,A2,{day(5)},,,G1,{at(5, 10)},,,,,冬季",
    f"3,V4,张敏,A1,{day(4)},6:00,15:00,G1,{at(4, 16)},G2,通过,{at(3)},G3,",
)
SHEETS = {
    "residents": RESIDENTS,
    "officers": OFFICERS,
    "rules": RULES,
    "goods": GOODS,
    "opening": OPENING,
    "acts": ACTS,
}


def founding(name: str, **changed: Any) -> dict[str, Any]:
    """A community.json that opens a ledger a month ago, with an exchange day in a week."""
    told: dict[str, Any] = {
        "community": name,
        "name_zh": "广厦社区",
        "name_en": "Guangsha Community",
        "timezone": "Asia/Shanghai",
        "account_holder": "household",
        "starts": f"{day(30)}T00:00:00+08:00",
        "notice": {"post_weekday": "sunday", "post_time": "18:00", "days": 3},
        "points_expire": {"months": 12},
        "sessions": [
            {
                "session": "next",
                "place_zh": "佳美超市",
                "opens": f"{day(-7)}T09:00:00+08:00",
                "closes": f"{day(-7)}T17:00:00+08:00",
            }
        ],
    }
    return told | changed


class Folder:
    """A folder that can be written to sheet by sheet."""

    def __init__(self, path: Path, community: str) -> None:
        """An empty one; see :meth:`fill`."""
        self.path, self.community = path, community
        path.mkdir(exist_ok=True)

    def fill(self) -> "Folder":
        """Every sheet without fault, and community.json."""
        self.found()
        for name, lines in SHEETS.items():
            self.csv(name, *lines)
        return self

    def found(self, **changed: Any) -> None:
        """Write community.json."""
        text = json.dumps(founding(self.community, **changed), ensure_ascii=False)
        (self.path / "community.json").write_text(text, encoding="utf-8")

    def csv(self, name: str, *lines: str, encoding: str = "utf-8", header: str = "") -> None:
        """Write one sheet."""
        first = header or ",".join(COLUMNS[f"{name}.csv"])
        text = "\n".join([first, *lines, ""])
        (self.path / f"{name}.csv").write_text(text, encoding=encoding)

    def xlsx(self, name: str, *rows: Sequence[Any]) -> None:
        """Write one sheet as a workbook, in the place of a CSV file."""
        book = Workbook()
        assert isinstance(book.active, Worksheet)
        for row in (COLUMNS[f"{name}.csv"], *rows):
            book.active.append(list(row))
        book.save(self.path / f"{name}.xlsx")
        (self.path / f"{name}.csv").unlink(missing_ok=True)
