"""A tiny quarter on paper for tests by hand: three members, two households, three rules.

Acts are by default one good deed of 林兰 (household H1) on Friday 1 July 2022, worth 5 points,
reviewed the next day, posted on Sunday 3 July at 18:00; the notice closes on 6 July at 18:00.
"""

import json
from pathlib import Path
from typing import Any

from tests.model import report
from tests.model.generate import COLUMNS

MANDATORY = {
    "residents.csv": [
        "V1,林兰,H1,一,1,1,1,志愿者,实名,661,正常",
        "V2,蔡 浩然,H1,一,1,1,1,,脱敏,,",
        "V3,罗伟,H2,一,1,2,1,党员,匿名,662,正常",
    ],
    "officers.csv": [
        "G1,甲,,网格长",
        "G2,乙,,评审员",
        "G3,丙,,复核员",
        "G4,丁,,兑换员",
        "G5,戊,V2,兑换员",
    ],
    "rules.csv": [
        "A1,善行,Deed,邻里,加,次,5,,",
        "A2,巡逻,Patrol,平安,加,小时,2,5,9",
        "D1,堆物,Clutter,环境,减,次,3,1,1",
    ],
    "goods.csv": [
        "SALT,盐,Salt,袋,2,,250,2022-09-24,1,4",
        "SALT,盐,Salt,袋,3,,250,,1,4",
        "RICE,米,Rice,袋,9,,250,,4,",
    ],
}
SESSION = {
    "session": "Q3",
    "place_zh": "佳美超市",
    "opens": "2022-09-24T09:00:00+08:00",
    "closes": "2022-09-24T17:00:00+08:00",
}


def act(number: int, **cells: str) -> str:
    """Write one row of acts.csv; the keywords replace cells of the default deed."""
    row = {
        "member": "V1",
        "name": "林兰",
        "rule": "A1",
        "date": "2022-07-01",
        "start": "",
        "end": "",
        "recorder": "G1",
        "recorded": "2022-07-01 20:00",
        "reviewer": "G2",
        "result": "通过",
        "reviewed": "2022-07-02 09:00",
        "second": "",
        "remark": "",
    } | cells
    return ",".join([str(number), *row.values()])


def played(directory: Path, months: int | None = None, **sheets: list[str]) -> dict[str, Any]:
    """Write the tiny quarter with further sheets, by name without .csv, and play it."""
    community = {
        "community": "guangsha",
        "timezone": "Asia/Shanghai",
        "account_holder": "household",
        "starts": "2022-07-01T00:00:00+08:00",
        "ends": "2022-09-30T23:59:59+08:00",
        "notice": {"post_weekday": "sunday", "post_time": "18:00", "days": 3},
        "points_expire": {"months": months},
        "sessions": [SESSION],
    }
    (directory / "community.json").write_text(json.dumps(community), "utf-8")
    lines = MANDATORY | {f"{name}.csv": rows for name, rows in sheets.items()}
    for name, rows in lines.items():
        text = "\n".join([",".join(COLUMNS[name].split()), *rows]) + "\n"
        (directory / name).write_text(text, "utf-8")
    return report(directory)


def statuses(outcomes: Any) -> list[str]:
    """Return the statuses of a list or mapping of outcomes, in its order."""
    rows = outcomes.values() if isinstance(outcomes, dict) else outcomes
    return [row["status"] for row in rows]
