"""Sheets for tests: a small quarter without fault, and ways to write it down."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from api.messages import Problem
from api.sheets.columns import ACTS, COLUMNS, GOODS, OFFICERS, RESIDENTS, RULES, SLIPS

GUANGSHA = Path(__file__).resolve().parents[3] / "api" / "demo" / "guangsha-2022q3"

SHEETS: dict[str, tuple[str, ...]] = {
    RESIDENTS: (
        "V1,林兰,H1,第一网格,1幢,302,100,志愿者,实名,66,正常",
        "V2,蔡浩然,H1,第一网格,1幢,302,,,脱敏,,",
        "V3,𬱖堃,H2,第一网格,1幢,,,党员,匿名,67,挂失",
    ),
    OFFICERS: ("G1,李水根,V3,网格长", "G2,陈超,,评审员"),
    RULES: ("A1,巡逻,Patrol,平安,加,小时,1,2,12", "A2,堆物,Clutter,环境,减,次,5,,"),
    GOODS: (
        "RICE,大米,Rice,袋,96,粮油店,3980,2023/2/26,44,2",
        "RICE,大米,Rice,袋,80,,,,44,2",
        "SOAP,肥皂,,块,10,,0,,3,",
    ),
    ACTS: ("1,V1,林 兰,A1,2022-7-1,8:00,9：00,G1,2022-7-1 10:00,G2,通过,2022-7-2 10:00,,",),
    SLIPS: ("S1,2022-9-24 9:00,66,2022Q3,RICE,1,G1", "S1,2022-9-24 9:00,66,2022Q3,SOAP,2,G1"),
}


def community() -> dict[str, Any]:
    """A community.json without fault."""
    return {
        "community": "guangsha",
        "name_zh": "广厦社区",
        "name_en": "Guangsha Community",
        "timezone": "Asia/Shanghai",
        "account_holder": "household",
        "starts": "2022-07-01T00:00:00+08:00",
        "ends": "2022-09-30T23:59:59+08:00",
        "notice": {"post_weekday": "sunday", "post_time": "18:00", "days": 3},
        "points_expire": {"months": None},
        "sessions": [
            {
                "session": "2022Q3",
                "place_zh": "佳美超市",
                "opens": "2022-09-24T09:00:00+08:00",
                "closes": "2022-09-24T17:00:00+08:00",
            }
        ],
    }


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a CSV text with a header."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([columns, *rows])
    return buffer.getvalue()


def write_quarter(directory: Path, **changed: Sequence[str]) -> Path:
    """Write the small quarter; ``residents=[…]`` gives a sheet other lines. The directory."""
    (directory / "community.json").write_text(json.dumps(community()), encoding="utf-8")
    sheets = SHEETS | {f"{name}.csv": tuple(lines) for name, lines in changed.items()}
    for name, lines in sheets.items():
        text = "\n".join([",".join(COLUMNS[name]), *lines, ""])
        (directory / name).write_text(text, encoding="utf-8")
    return directory


def said(problems: Iterable[Problem]) -> list[tuple[str, int | None, str | None, str]]:
    """Where each problem is, and its message id."""
    return [(p.where.file, p.where.row, p.where.column, p.message) for p in problems]


def sentences(problems: Iterable[Problem]) -> list[str]:
    """What people are told, in English."""
    return [problem.sentence("en") for problem in problems]
