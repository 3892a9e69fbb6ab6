"""A whole directory of sheets, typed."""

import time
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.sheets import Quarter, read_quarter
from api.sheets.columns import COLUMNS
from ledger.states.officers import PostKind
from tests.api.sheets.build import GUANGSHA, SHEETS, said, sentences, write_quarter

CPU_SECONDS_MAX = 2.0
"""The aim is half a second; a machine that others use may take longer."""


def good(directory: Path) -> Quarter:
    """The quarter in a directory that has one."""
    reading = read_quarter(directory)
    assert reading.quarter is not None, sentences(reading.problems)
    return reading.quarter


def test_guangsha_is_without_fault() -> None:
    """The sample quarter is read whole and quickly; its faulty cells are notices."""
    began = time.process_time()
    reading = read_quarter(GUANGSHA)
    assert CPU_SECONDS_MAX > time.process_time() - began
    quarter = reading.quarter
    assert quarter is not None
    assert (2000, 60, 46, 43) == tuple(
        map(len, (quarter.residents, quarter.officers, quarter.rules, quarter.goods))
    )
    assert (9000, 60, 11, 1899, 64) == tuple(
        map(
            len,
            (quarter.acts, quarter.objections, quarter.reversals, quarter.slips, quarter.returns),
        )
    )
    assert {"notice"} == {problem.level for problem in reading.problems}
    assert {"acts.csv", "objections.csv", "reversals.csv", "slips.csv", "returns.csv"} == {
        problem.where.file for problem in reading.problems
    }


def test_guangsha_in_numbers() -> None:
    """Readable numbers, dates and times are as many as in the paper."""
    quarter = good(GUANGSHA)
    assert {1, 2} == {act.register_number for act in quarter.acts[:2]}
    assert list(range(1, 9001)) == [act.row for act in quarter.acts]
    unreadable = Counter(
        name
        for act in quarter.acts
        for name in ("register_number", "performed_on", "registered_at")
        if getattr(act, name) is None
    )
    assert {"performed_on": 31, "register_number": 13, "registered_at": 4} == unreadable
    assert 1171 == len({r.card for r in quarter.residents if r.card})
    assert {kind.value for kind in PostKind} >= {officer.post for officer in quarter.officers}


def test_the_small_quarter(tmp_path: Path) -> None:
    """Each column lands in its field, in the ledger's words; absent sheets are empty."""
    quarter = good(write_quarter(tmp_path))
    lost = quarter.residents[2]
    assert ("V3", "𬱖堃", "H2", "", "", "party_member", "anonymous", "67", True) == (
        lost.number,
        lost.name,
        lost.household,
        lost.flat,
        lost.phone,
        lost.team,
        lost.consent,
        lost.card,
        lost.card_blocked,
    )
    assert [("G1", "V3", "grid_leader"), ("G2", "", "reviewer")] == [
        (officer.officer, officer.member, officer.post) for officer in quarter.officers
    ]
    assert [(1, "hour", 1, 2, 12), (-1, "time", 5, None, None)] == [
        (r.sign, r.unit, r.points, r.cap_day, r.cap_month) for r in quarter.rules
    ]
    rice, _, soap = quarter.goods
    assert (96, 3980, date(2023, 2, 26), 44, 2) == (
        rice.quantity,
        rice.unit_value_fen,
        rice.best_before,
        rice.price,
        rice.limit,
    )
    assert ("", 0, None, 3, None) == (
        soap.donor,
        soap.unit_value_fen,
        soap.best_before,
        soap.price,
        soap.limit,
    )
    assert ((), (), ()) == (quarter.objections, quarter.reversals, quarter.returns)


def test_an_act(tmp_path: Path) -> None:
    """An act's numbers, date and times are read; its name stays as written."""
    (act,) = good(write_quarter(tmp_path)).acts
    assert (1, "林 兰", date(2022, 7, 1), 480, 540, "approve") == (
        act.register_number,
        act.name,
        act.performed_on,
        act.start,
        act.end,
        act.outcome,
    )
    assert datetime(2022, 7, 2, 10) == act.reviewed_at  # noqa: DTZ001 (local by nature)


def test_unreadable_cells_of_acts(tmp_path: Path) -> None:
    """They are None and one notice each; blank optional cells are no problem."""
    reading = read_quarter(
        write_quarter(
            tmp_path,
            acts=[
                "0,V1,林兰,A1,7月1日,8点,9:5,G1,昨天,G2,同意,当晚,,",
                ",,,,,,,,,,,,,",
                "２,V1,林兰,A2,2022-7-1,,,G1,2022-7-1 9:00",
            ],
        )
    )
    assert reading.quarter is not None
    first, blank, short = reading.quarter.acts
    assert [None] * 7 == [
        first.register_number,
        first.performed_on,
        first.start,
        first.end,
        first.registered_at,
        first.outcome,
        first.reviewed_at,
    ]
    assert ("当晚", "", None) == (first.reviewed_at_text, blank.reviewed_at_text, blank.reviewed_at)
    assert (3, 2, "", "") == (short.row, short.register_number, short.reviewer, short.remark)
    assert [
        (1, "登记号"),
        (1, "日期"),
        (1, "开始"),
        (1, "结束"),
        (1, "登记时间"),
        (1, "审核结果"),
        (1, "审核时间"),
        (2, "登记号"),
        (2, "日期"),
        (2, "登记时间"),
    ] == [(problem.where.row, problem.where.column) for problem in reading.problems]
    assert "acts.csv 第 1 行「日期」：“7月1日”不是历法中的日期，请写成 2022-09-06 的样式。" == (
        reading.problems[1].sentence("zh-CN")
    )


def test_unreadable_cells_elsewhere(tmp_path: Path) -> None:
    """Objections, reversals, slips and returns keep what can be read of a faulty row."""
    quarter = good(
        write_quarter(
            tmp_path,
            objections=["1,2022-7-4 9:00,成立", "x,2022-7-4,待定"],
            reversals=["1,2022-8-1 9:00,重复,G1", ",,,"],
            slips=["S1,2022-9-24,66,2022Q3,RICE,两,G1"],
            returns=["S1,2022-9-24 9:30,RICE,1,破损,G1", "S1,,RICE,-1,,"],
        )
    )
    assert [(1, "upheld"), (None, None)] == [
        (o.register_number, o.outcome) for o in quarter.objections
    ]
    assert [(1, "重复"), (None, "")] == [(r.register_number, r.reason) for r in quarter.reversals]
    (line,) = quarter.slips
    assert (None, "2022-9-24", None, "66") == (line.at, line.at_text, line.quantity, line.card)
    assert [1, None] == [row.quantity for row in quarter.returns]


RESIDENT = "V1,林兰,H1,网格,1幢,302,100,志愿者,实名,66,正常"
SECOND = RESIDENT.replace("V1", "V2").replace("66", "68")
RULE = "A1,巡逻,Patrol,平安,加,小时,1,2,12"
LOT = "RICE,大米,Rice,袋,96,粮油店,3980,2023/2/26,44,2"
OTHER_LOT = LOT.replace("大米", "面").replace("44,2", "45,")


@pytest.mark.parametrize(
    ("sheet", "lines", "expected"),
    [
        ("residents", [RESIDENT, SECOND.replace("V2", "V1").replace("H1", "H2")], "2志愿者编号"),
        ("residents", [RESIDENT, RESIDENT.replace("V1", "Ｖ1")], "2卡号 2卡号"),
        ("residents", [RESIDENT, SECOND], "2卡号"),
        ("residents", [RESIDENT.replace("正常", "")], "1卡状态"),
        ("residents", [RESIDENT.replace("66", "")], "1卡号"),
        ("residents", [RESIDENT.replace("正常", "丢了")], "1卡状态"),
        ("residents", [RESIDENT.replace("志愿者", "群众")], "1队伍"),
        ("residents", [RESIDENT.replace("实名", "")], "1公示意愿"),
        ("residents", [RESIDENT.replace("林兰", "　")], "1姓名"),
        ("residents", [RESIDENT.replace("林兰", "林" * 201)], "1姓名"),
        ("residents", ["V1", ",,,,,,,,,,"], "1户号 1姓名 1网格 1楼栋 1公示意愿 2"),
        ("residents", [RESIDENT + ",多"], "1"),
        ("officers", ["G1,李水根,V9,网格长"], "1志愿者编号"),
        ("officers", ["G1,李水根,,组长", "G1,陈超,,评审员"], "1职务 2工号"),
        ("rules", [RULE, RULE], "2代码"),
        (
            "rules",
            [RULE.replace("加", "乘"), "A2,甲,,,加,天,0,x,-1"],
            "1方向 2单位 2分值 2日上限 2月上限",
        ),
        ("goods", [LOT, OTHER_LOT], "2名称 2兑换分值 2每户限量"),
        (
            "goods",
            ["RICE,米,,袋,0,,3.5,2023-02-30,,x"],
            "1数量 1单价_分 1保质期 1兑换分值 1每户限量",
        ),
    ],
)
def test_faults(tmp_path: Path, sheet: str, lines: list[str], expected: str) -> None:
    """In the sheets that must be without fault every fault is told, and there is no quarter."""
    reading = read_quarter(write_quarter(tmp_path, **{sheet: lines}))
    places = [p.where for p in reading.problems if p.where.file == f"{sheet}.csv"]
    assert expected.split() == [f"{place.row}{place.column or ''}" for place in places]
    assert reading.quarter is None


def test_faults_of_all_sheets_are_told_at_once(tmp_path: Path) -> None:
    """A fault in one file keeps none of the others from being read."""
    write_quarter(tmp_path, rules=["A1,,,,,,,,"], acts=["x"])
    (tmp_path / "community.json").unlink()
    (tmp_path / "residents.csv").write_bytes(b"\0")
    files = {file for file, *_ in said(read_quarter(tmp_path).problems)}
    assert {"community.json", "residents.csv", "officers.csv", "rules.csv", "acts.csv"} == files


@pytest.mark.parametrize("name", ["community.json", "residents.csv", "officers.csv", "rules.csv"])
def test_four_files_must_be_there(tmp_path: Path, name: str) -> None:
    """Without one of the four there is no quarter."""
    (write_quarter(tmp_path) / name).unlink()
    reading = read_quarter(tmp_path)
    assert reading.quarter is None
    assert (name, None, None, "The file is missing.") in said(reading.problems)


def test_five_sheets_may_be_absent(tmp_path: Path) -> None:
    """The others count as empty, and nothing is said about it."""
    write_quarter(tmp_path)
    for name in ("goods.csv", "acts.csv", "slips.csv"):
        (tmp_path / name).unlink()
    quarter = good(tmp_path)
    assert ((), (), ()) == (quarter.goods, quarter.acts, quarter.slips)
    assert () == read_quarter(tmp_path).problems


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n", b'"'])
def test_a_sheet_of_another_kind_is_a_fault(tmp_path: Path, content: bytes) -> None:
    """A sheet that may have faulty rows must still be that sheet."""
    (write_quarter(tmp_path) / "acts.csv").write_bytes(content)
    reading = read_quarter(tmp_path)
    assert reading.quarter is None
    assert {"acts.csv"} == {problem.where.file for problem in reading.problems}


def test_many_problems_are_counted(tmp_path: Path) -> None:
    """A thousand of a sheet are listed, and the rest is a number."""
    lines = [f"{row},V1,林兰,A1,x,,,G1,2022-7-1 9:00" for row in range(1, 1502)]
    reading = read_quarter(write_quarter(tmp_path, acts=lines))
    assert 1001 == len(reading.problems)
    expected = "acts.csv: 501 more problems of this file are not listed."
    assert expected == reading.problems[-1].sentence("en")
    assert reading.quarter is not None


def test_no_folder(tmp_path: Path) -> None:
    """A directory that is none is told as it was given."""
    reading = read_quarter(tmp_path / "none")
    assert [f"{tmp_path / 'none'}: This is not a folder of sheets."] == sentences(reading.problems)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(COLUMNS)), st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_reading_never_raises(tmp_path: Path, name: str, lines: list[str]) -> None:
    """Whatever a sheet holds, there is a quarter or a fault, and all problems have sentences."""
    for sheet in COLUMNS.keys() - SHEETS.keys():
        (tmp_path / sheet).unlink(missing_ok=True)
    write_quarter(tmp_path)
    text = "\n".join([",".join(COLUMNS[name]), *lines]).encode(errors="replace")
    (tmp_path / name).write_bytes(text)
    reading = read_quarter(tmp_path)
    has_fault = "fault" in {problem.level for problem in reading.problems}
    assert has_fault == (reading.quarter is None)
    for problem in reading.problems:
        assert problem.sentence("zh-CN")
        assert problem.sentence("en")
