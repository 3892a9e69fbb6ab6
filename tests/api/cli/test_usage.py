"""Commands that are not typed as they should be, and the help, in both languages."""

import os
import re

import pytest

from tests.api.cli.conftest import Sunledger, run_apart

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH_WORDS = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")

MISTYPED = {
    ("bogus",): (
        "There is no command bogus. The commands are: serve, rehearse, import, demo, rebuild, "
        "status, keys, officers.",
        "没有 bogus 这条命令。可用的命令：serve、rehearse、import、demo、rebuild、status、keys、"
        "officers。",
    ),
    ("statu",): (
        "There is no command statu. Did you mean status?",
        "没有 statu 这条命令。您要的是 status 吗？",
    ),
    ("--bogus",): ("There is no option --bogus.", "没有 --bogus 这个选项，请去掉。"),
    ("rehearse",): ("DIR is missing. Add it to the command.", "命令里缺少 DIR，请补上。"),
    ("rehearse", "x", "y", "z"): (
        "There is nothing that y, z could stand for. Leave it out.",
        "命令里多出了 y、z，请去掉。",
    ),
    ("rehearse", "x", "--bogus"): (
        "There is no option --bogus.",
        "没有 --bogus 这个选项，请去掉。",
    ),
    ("rehearse", "x", "--repor=f"): (
        "There is no option --repor. Did you mean --report?",
        "没有 --repor 这个选项。您要的是 --report 吗？",
    ),
    ("rehearse", "x", "--seed"): (
        "The option --seed needs a value behind it.",
        "选项 --seed 后面要写一个值。",
    ),
    ("rehearse", "x", "--json=1"): (
        "The option --json takes no value. Leave the value out.",
        "选项 --json 后面不用写值，请去掉。",
    ),
    ("status", "--help=1"): (
        "The option --help takes no value. Leave the value out.",
        "选项 --help 后面不用写值，请去掉。",
    ),
    ("rebuild", "nobook"): (
        "There is no book called nobook. The books are: ",
        "没有叫 nobook 的台账。可选的台账：",
    ),
}


@pytest.mark.parametrize("typed", MISTYPED, ids=" ".join)
def test_a_mistyped_command_gets_one_sentence(sunledger: Sunledger, typed: tuple[str, ...]) -> None:
    """The last line says what is wrong, in the reader's language, with exit code 2."""
    for language, sentence in zip(("en", "zh-CN"), MISTYPED[typed], strict=True):
        said = sunledger(*typed, language=language)
        assert 2 == said.code
        assert [] == said.out
        assert said.err[-1].startswith(sentence)


@pytest.mark.parametrize("typed", [t for t in MISTYPED if t != ("rebuild", "nobook")], ids=" ".join)
def test_before_it_stands_how_the_command_is_written(
    sunledger: Sunledger, typed: tuple[str, ...]
) -> None:
    """Two lines come first: the usage, and where to read more."""
    command = "sunledger " + typed[0] if typed[0] in ("rehearse", "status") else "sunledger"
    usage, more, _ = sunledger(*typed).err
    assert usage.startswith(f"Usage: {command} [OPTIONS]")
    assert f"More about it: {command} --help" == more
    usage, more, _ = sunledger(*typed, language="zh-CN").err
    assert usage.startswith(f"用法：{command} [选项]")
    assert f"详细说明：{command} --help" == more


def test_what_was_typed_cannot_command_the_terminal(sunledger: Sunledger) -> None:
    """Control characters and long words do not come back as they were."""
    said = sunledger("\x1b[2J" + 500 * "x")
    assert 2 == said.code
    assert "\x1b" not in said.err[-1]
    assert len(said.err[-1]) < 160


@pytest.mark.parametrize("typed", [[], ["rehearse"], ["demo"], ["rebuild"], ["status"]], ids=str)
def test_the_help_is_in_one_language(sunledger: Sunledger, typed: list[str]) -> None:
    """Each help page, headings included, is all English or all Chinese."""
    said = sunledger(*typed, "--help")
    assert (0, []) == (said.code, said.err)
    assert not HAN.search("\n".join(said.out))
    assert "  --help" == said.out[-1][:8]
    assert said.out[-1].endswith("Show this message and exit.")
    chinese = sunledger(*typed, "--help", language="zh-CN")
    assert (0, []) == (chinese.code, chinese.err)
    assert not ENGLISH_WORDS.search("\n".join(chinese.out))
    assert "选项" in chinese.out
    assert chinese.out[-1].endswith("显示这段说明。")


def test_the_help_of_a_command_names_all_that_can_be_typed(sunledger: Sunledger) -> None:
    """Usage, arguments and options stand in the page, each on its line."""
    page = sunledger("rehearse", "--help").out
    assert "Usage: sunledger rehearse [OPTIONS] DIR" == page[0]
    starts = {line.split("  ")[1] for line in page if line.startswith("  ") and line[2] != " "}
    assert {"DIR", "--report FILE", "--keep HOME", "--seed HEX", "--json", "--help"} == starts


def test_nothing_typed_shows_the_help(sunledger: Sunledger) -> None:
    """Without a command the help goes where errors go, and the exit code is 2."""
    said = sunledger()
    assert (2, []) == (said.code, said.out)
    assert sunledger("--help").out == said.err


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    """A closed pipe (``| head``) is no error to talk about."""
    reading, writing = os.pipe()
    os.close(reading)
    said = run_apart("--help", stdout=writing)
    os.close(writing)
    assert (1, []) == (said.code, said.err)


def test_a_terminal_without_chinese_shows_what_it_can() -> None:
    """Where an output cannot hold Chinese, the rest is still there and the exit code is right."""
    said = run_apart("bogus", SUNLEDGER_LANGUAGE="zh-CN", PYTHONIOENCODING="ascii")
    assert 2 == said.code
    assert "bogus" in said.err[-1]
    assert not any("Traceback" in line for line in said.err)
