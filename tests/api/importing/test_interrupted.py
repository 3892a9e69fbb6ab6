"""An import that is cut off: run again, it is as if nothing had happened."""

import os
import pty
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.api.cli.conftest import PROGRAM, environment
from tests.api.cli.test_interrupted import Terminal, check_said_once
from tests.api.importing.conftest import MakeTown, Town
from tests.api.importing.folder import at, day

PEOPLE = re.compile(rb"Taking in residents.*?[1-9]\d*/\d+", re.DOTALL)
ACTS = re.compile(rb"Taking in acts.*?[1-9]\d*/\d+", re.DOTALL)
MEMBERS = 400


def enlarge(town: Town) -> None:
    """So many residents and acts that an import takes a moment."""
    numbers = range(1, MEMBERS + 1)
    town.folder.csv(
        "residents",
        *[f"V{n},居民{n},H{n},第{n % 7}网格,{n % 30}幢-{n % 7},,,,实名,C{n},正常" for n in numbers],
    )
    town.folder.csv("officers", "G1,李水根,,网格长", "G2,陈超,,评审员")
    town.folder.csv(
        "acts",
        *[f"{n},V{n},居民{n},A2,{day(5)},,,G1,{at(5, 10)},G2,通过,{at(4)},," for n in numbers],
    )
    town.folder.csv("opening", *[f"V{n},居民{n},{n},{day(31)},G1,G2," for n in numbers])


@contextmanager
def importing(town: Town, shown: re.Pattern[bytes]) -> Iterator[Terminal]:
    """The folder being imported by a program of its own, until a bar has moved."""
    reading, writing = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "import", str(town.folder.path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=writing,
        env=environment(
            TERM="xterm",
            COLUMNS="100",
            SUNLEDGER_HOME=str(town.home),
            SUNLEDGER_DATABASE_URL=town.database.address,
        ),
    )
    os.close(writing)
    try:
        terminal = Terminal(process, reading)
        terminal.wait_for(shown)
        yield terminal
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def topics(town: Town) -> Counter[str]:
    """How many events of each type there are; the log is whole and the audit content."""
    return Counter(logged.event.type for logged in town.log())


@pytest.mark.slow
@pytest.mark.parametrize("shown", [PEOPLE, ACTS], ids=["at residents", "at acts"])
def test_a_killed_import_goes_on(make_town: MakeTown, shown: re.Pattern[bytes]) -> None:
    """After kill -9 the second run completes what the first began, and nothing is there twice."""
    killed, whole = make_town(), make_town()
    for town in (killed, whole):
        enlarge(town)
    with importing(killed, shown) as terminal:
        terminal.process.send_signal(signal.SIGKILL)
        terminal.process.wait()
    expected = whole.counts()
    part = topics(killed)
    assert part.total() < topics(whole).total()
    found = killed.counts()
    assert {name: counts[0] for name, counts in expected.items()} == {
        name: counts[0] for name, counts in found.items()
    }
    assert {0} == {refused for *_, refused in found.values()}
    assert topics(whole) == topics(killed)
    log = killed.log()
    assert {0} == {new + changed for _, new, changed, _, _ in killed.counts().values()}
    assert log == killed.log()


@pytest.mark.slow
def test_ctrl_c_ends_an_import_that_can_be_run_again(town: Town) -> None:
    """One sentence, exit code 130, and the next run brings in the rest."""
    enlarge(town)
    with importing(town, PEOPLE) as terminal:
        terminal.process.send_signal(signal.SIGINT)
        assert 130 == terminal.end()
    check_said_once(terminal.shown)
    found = town.counts()
    assert {0} == {refused for *_, refused in found.values()}
    counted = topics(town)
    assert (MEMBERS, MEMBERS, MEMBERS) == (
        counted["member-registered.v1"],
        counted["act-recorded.v1"],
        counted["opening-balance-recorded.v1"],
    )


def test_two_imports_at_once_take_turns(town: Town) -> None:
    """While one runs, another into the same ledger is refused with a sentence."""
    town.counts()
    lock = town.home / "keys" / f"{town.name}.lock"
    holder = subprocess.Popen(
        [
            *PROGRAM[:2],
            "import fcntl, sys; f = open(sys.argv[1], 'r+'); fcntl.flock(f, fcntl.LOCK_EX); "
            "print('held', flush=True); sys.stdin.readline()",
            str(lock),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert b"held\n" == holder.stdout.readline()
        said = town.run()
        sentence = f"Another import into {town.name} is running. Wait until it has ended."
        assert (1, [sentence]) == (said.code, said.err)
        assert holder.stdin is not None
        holder.stdin.close()
    assert 0 == town.run().code
