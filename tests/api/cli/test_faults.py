"""Whatever is wrong ends in one sentence, in the reader's language, with its exit code."""

from pathlib import Path

import pytest

from ledger.server import Database
from tests.api.cli.conftest import Sunledger, schemas
from tests.api.sheets.build import GUANGSHA, write_quarter

SETTINGS = {
    ("database_url", "nonsense"): (
        1,
        "SUNLEDGER_DATABASE_URL cannot be read: write it as ",
        "看不懂 SUNLEDGER_DATABASE_URL：请写成 ",
    ),
    ("database_url", "postgresql://127.0.0.1:1/x"): (
        1,
        "The database x on 127.0.0.1 does not accept the connection: ",
        "连接不上 127.0.0.1 上的数据库 x：",
    ),
    ("postgres_bin", "/nonexistent"): (
        1,
        "The PostgreSQL programs in /nonexistent cannot be run (postgres is missing): ",
        "/nonexistent 中的 PostgreSQL 程序不能运行（缺少 postgres）：",
    ),
    ("home", "/proc/nowhere"): (
        1,
        "The directory /proc/nowhere cannot be used (",
        "无法使用目录 /proc/nowhere（",
    ),
}

REPORTS = {
    "missing/report.json": ("No such file or directory", "没有这个文件或文件夹"),
    ".": ("Is a directory", "这是文件夹，不是文件"),
    "file/report.json": ("Not a directory", "路径中有一段不是文件夹"),
}


@pytest.mark.parametrize("setting", SETTINGS, ids="=".join)
def test_a_wrong_setting_is_named(
    sunledger: Sunledger, tmp_path: Path, setting: tuple[str, str]
) -> None:
    """The sentence says which setting and what to do; nothing is made."""
    name, value = setting
    code, english, chinese = SETTINGS[setting]
    here = {"home": tmp_path / "var", name: value}
    for language, sentence in (("en", english), ("zh-CN", chinese)):
        said = sunledger("rebuild", language=language, **here)
        assert (code, []) == (said.code, said.out)
        assert 1 == len(said.err)
        assert said.err[0].startswith(sentence)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("seed", ["", "zz", "ab" * 31, "ab" * 33, "0x" + "ab" * 31])
def test_a_wrong_seed_is_refused_first(sunledger: Sunledger, seed: str) -> None:
    """Before anything is read, with exit code 2."""
    said = sunledger("rehearse", "nowhere", "--seed", seed)
    assert (2, ["The seed must be 64 hexadecimal digits."]) == (said.code, said.err)
    said = sunledger("rehearse", "nowhere", "--seed", seed, language="zh-CN")
    assert (2, ["种子码应为 64 位十六进制数字（0–9、a–f），请改正。"]) == (said.code, said.err)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_cannot_be_written_is_refused_first(
    sunledger: Sunledger, tmp_path: Path, name: str
) -> None:
    """Before the sheets are read, with exit code 1 and the path in the sentence."""
    (tmp_path / "file").write_text("")
    path = tmp_path / name
    english, chinese = REPORTS[name]
    said = sunledger("rehearse", "nowhere", "--report", path)
    sentence = f"{path} cannot be used ({english}). Check it, or choose another place."
    assert (1, [sentence]) == (said.code, said.err)
    said = sunledger("rehearse", "nowhere", "--report", path, language="zh-CN")
    assert (1, [f"无法使用 {path}（{chinese}）。请检查一下，或换一个位置。"]) == (
        said.code,
        said.err,
    )


def test_a_folder_that_is_not_there(sunledger: Sunledger, tmp_path: Path) -> None:
    """Exit code 3, what is wrong, and that nothing was played."""
    path = tmp_path / "none"
    said = sunledger("rehearse", path)
    assert (3, []) == (said.code, said.out)
    nothing = "The sheets have faults: nothing was played. Correct them and run it again."
    assert [f"{path}: This is not a folder of sheets.", nothing] == said.err
    said = sunledger("rehearse", path, language="zh-CN")
    nothing = "表格有误，没有预演。请改正后重新运行。"
    assert [f"{path}：这不是存放表格的文件夹。", nothing] == said.err


def test_faults_are_not_drowned_in_notices(sunledger: Sunledger, tmp_path: Path) -> None:
    """Where something must be corrected, only that is listed, each in one line."""
    for sheet in GUANGSHA.iterdir():
        (tmp_path / sheet.name).write_bytes(sheet.read_bytes())
    (tmp_path / "community.json").write_text('{"community": ')
    said = sunledger("rehearse", tmp_path, "--report", tmp_path / "report.json")
    assert 3 == said.code
    assert ["community.json: The file is not JSON; see line 1, character 15."] == said.err[:-1]
    assert not (tmp_path / "report.json").exists()


def test_every_fault_is_listed(sunledger: Sunledger, tmp_path: Path) -> None:
    """Several faults give one sentence each, with file, row and column."""
    write_quarter(
        tmp_path, officers=["G1,李水根,V9,网格长"], rules=["A1,巡逻,Patrol,平安,加,小时,0,,"]
    )
    said = sunledger("rehearse", tmp_path, language="zh-CN")
    assert 3 == said.code
    assert [
        "officers.csv 第 1 行「志愿者编号」：没有居民的志愿者编号是“V9”。",
        "rules.csv 第 1 行「分值」：“0”不是大于 0 的整数。",
        "表格有误，没有预演。请改正后重新运行。",
    ] == said.err


def test_a_disk_that_is_full_leaves_no_ledger_behind(
    sunledger: Sunledger, tmp_path: Path, database: Database
) -> None:
    """A report that cannot be kept is said in one sentence, and the throw-away ledger goes."""
    before = schemas(database)
    quarter = write_quarter(tmp_path)
    said = sunledger("rehearse", quarter, "--report", "/dev/full", database_url=database.conninfo())
    sentence = "/dev/full cannot be used (No space left on device)."
    assert 1 == said.code
    assert [f"{sentence} Check it, or choose another place."] == said.err
    assert before == schemas(database)
