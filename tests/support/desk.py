"""A desk in a process of its own: submits baskets to a ledger and says what it was answered.

Run as `python -m tests.support.desk`, with `Plan` as a line of JSON on its standard input: a plan
may be longer than a command line. It says `ready`, waits for another line, submits, and writes one
line of JSON for each answer, at once and in one piece. What a killed desk had written was answered;
of what it had not, nobody knows.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Semaphore

import msgspec

from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import Outcome
from ledger.log.sources import machine_sources
from ledger.log.writer import Writer
from tests.support.ledgers import basket, writing

ROOT = Path(__file__).parents[2]


class Plan(msgspec.Struct, frozen=True):
    """Which baskets a desk submits: `keys` in order, each for the household of its key."""

    conninfo: str
    schema: str
    keys: list[str]
    households: int
    quantity: int = 1
    waiting_max: int = 1_000

    def household(self, key: str) -> int:
        """Whose basket a key stands for: the same in whichever desk."""
        return sum(key.encode()) % self.households + 1


class Answer(msgspec.Struct, frozen=True):
    """What a key was answered: an outcome, or the code of an error."""

    key: str
    outcome: Outcome | None
    error: str | None


def run(plan: Plan, writer: Writer) -> None:
    """Submit everything, with no more than `waiting_max` unanswered, and wait for the answers."""
    room = Semaphore(plan.waiting_max)

    def tell(key: str, future: Future[Outcome]) -> None:
        error = future.exception()
        code = None if error is None else str(getattr(error, "code", type(error).__name__))
        answer = Answer(key, None if error else future.result(), code)
        os.write(1, msgspec.json.encode(answer) + b"\n")
        room.release()

    for key in plan.keys:
        room.acquire()
        request = basket(key, plan.household(key), plan.quantity)
        future = writer.submit(request, wait=True)
        future.add_done_callback(lambda done, key=key: tell(key, done))  # type: ignore[misc]
    for _ in range(plan.waiting_max):
        room.acquire()


def main(plan: Plan) -> None:
    """Open the ledger, wait for the word, submit."""
    recorder = LedgerRecorder(LogDatastore(plan.conninfo, plan.schema))
    with writing(recorder, machine_sources()) as writer:
        writer.ask(lambda context: context.instant)
        os.write(1, b"ready\n")
        sys.stdin.readline()
        run(plan, writer)
    recorder.close()


class Desk:
    """A running desk, as the test that started it sees it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert b"ready\n" == self.line()

    def line(self) -> bytes:
        """Its next line; nothing when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def go(self) -> None:
        """Give the word."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()

    def answers(self, count: int | None = None) -> list[Answer]:
        """The next so many answers, or all until it ends; a line that was cut is none."""
        found: list[Answer] = []
        while count is None or len(found) < count:
            line = self.line()
            if not line.endswith(b"\n"):
                break
            if line.startswith(b'{"key"'):
                found.append(msgspec.json.decode(line, type=Answer))
        return found


@contextmanager
def desks(*plans: Plan) -> Iterator[list[Desk]]:
    """A desk for each plan, all ready; none is left behind."""
    program = [sys.executable, "-m", "tests.support.desk"]
    processes = [
        subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in plans
    ]
    try:
        for process, plan in zip(processes, plans, strict=True):
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(plan) + b"\n")
            process.stdin.flush()
        yield [Desk(process) for process in processes]
    finally:
        for process in processes:
            with process:
                process.kill()


if __name__ == "__main__":
    main(msgspec.json.decode(sys.stdin.readline(), type=Plan))
