"""The table of failures: each step of a batch fails before and after it did its work.

Sunlight's table is the model: the same checks follow every case. What was answered is stored once,
what failed is not stored, what a lost connection left open is found out by its key, the log is
whole, the states are those of a replay, and the writer goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from threading import Event
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from ledger.commands.base import Command
from ledger.commands.community import RegisterGrid
from ledger.commands.goods import ReceiveGoods
from ledger.commands.people import RegisterHousehold
from ledger.log import cache as cache_module
from ledger.log import writer as writer_module
from ledger.log.datastore import LogDatastore
from ledger.log.migrations import migrate
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import Outcome, Request, UnexpectedError
from ledger.log.store import Batch, Head, Locked, RequestKey, StoreUnavailableError
from ledger.log.writer import Writer
from ledger.server import OWNER, WRITER, Database
from tests.support.faults import FaultError, FaultExit
from tests.support.ledgers import OPENED, SECRETARY, SmallLedger, together, writing
from tests.support.whole import check_log, replayed

STEPS = (
    "_connect",
    "_lock",
    "prepare",
    "_write_events",
    "_write_openings",
    "_write_texts",
    "_write_outcomes",
    "_write_snapshots",
    "_move_head",
    "_commit",
    "answering",
)
FAULTS = (
    ("lost", 1),
    ("lost", 3),
    ("terminated", 3),
    ("unexpected", 1),
    ("unexpected", 3),
    ("exit", 1),
)
"""What happens, and in a batch of how many requests."""
LOST = {"lost", "terminated"}
SCHEMA = "sunledger_failures"


class Faulty(LedgerRecorder):
    """A recorder that fails once, before or after one of its steps."""

    def __init__(self, datastore: LogDatastore, step: str, when: str, fault: str) -> None:
        super().__init__(datastore)
        self.when, self.fault = when, fault
        self.armed, self.struck = True, Event()
        if step not in {"prepare", "answering"}:
            setattr(self, step, self.failing(getattr(self, step)))
        self.prepares = step == "prepare"

    def append_batch(self, keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        return super().append_batch(keys, self.failing(prepare) if self.prepares else prepare)

    def failing(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The step with the fault before or after it, the first time."""

        def run(*args: Any) -> Any:
            if self.when == "before":
                self.strike()
            result = step(*args)
            if self.when == "after":
                self.strike()
            return result

        return run

    def strike(self) -> None:
        """Fail, once."""
        if not self.armed:
            return
        self.armed = False
        connection = self._connection
        if self.fault == "lost":
            if connection is not None:
                connection.close()
            self.struck.set()
            raise psycopg.OperationalError
        if self.fault == "terminated":
            # The fault is the server's: nobody here is told before the next word to it.
            if connection is not None:
                self.terminate(connection.info.backend_pid)
            self.struck.set()
            return
        self.struck.set()
        raise FaultError if self.fault == "unexpected" else FaultExit

    def terminate(self, backend: int) -> None:
        """End the server's side of the connection."""
        with psycopg.connect(self.log.conninfo, autocommit=True) as other:
            other.execute("SET ROLE NONE")  # roles of the log end nobody; the login user does
            ended = other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend]).fetchone()
            assert (True,) == ended


@pytest.fixture(scope="module")
def started(database: Database) -> Iterator[LedgerRecorder]:
    """A ledger in a schema that the cases of this module share."""
    migrate(database.conninfo(OWNER), SCHEMA)
    recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), SCHEMA))
    with writing(recorder) as writer:
        ledger = SmallLedger(writer, recorder)
        ledger.open()
        ledger.appoint()
        ledger.people(1)
        ledger.shelf(rice=1)
    yield recorder
    check_log(recorder)
    recorder.close()


def requests_of(case: str) -> list[Request]:
    """Requests that fill every table, one of them refused."""
    commands: list[Command] = [
        RegisterHousehold(household=f"H-{case}", grid="g1", building="", flat=""),
        RegisterGrid(grid="g1"),
        ReceiveGoods(item="rice", quantity=1, donor=case),
    ]
    return [
        Request(f"{case}-{n}", SECRETARY, command, OPENED) for n, command in enumerate(commands)
    ]


def answered(future: Future[Outcome]) -> Outcome | BaseException:
    """The outcome or the error."""
    return future.exception(timeout=60) or future.result()


def stored(recorder: LedgerRecorder, request: Request) -> tuple[list[int | None], int]:
    """What is stored of a request: positions of its outcomes, and how many events it gave."""
    with recorder.log.reading() as connection:
        rows = connection.execute(
            "SELECT position FROM requests WHERE (key, owner) = (%s, %s)", request.request_key
        ).fetchall()
        case = request.key.rpartition("-")[0]
        counted = {
            RegisterHousehold: "SELECT count(*) FROM openings WHERE tags @> ARRAY[%s]",
            ReceiveGoods: "SELECT count(*) FROM texts WHERE convert_from(text, 'UTF8') LIKE %s",
            RegisterGrid: "SELECT count(*) FROM events WHERE type = %s",
        }[type(request.command)]
        sought = {
            RegisterHousehold: f"household:H-{case}",
            ReceiveGoods: f'%"{case}"%',
            RegisterGrid: "none",
        }[type(request.command)]
        count = connection.execute(counted, [sought]).fetchone()
    assert count is not None
    return [row[0] for row in rows], count[0]


def check_stored(recorder: LedgerRecorder, request: Request, answer: Outcome) -> None:
    """An answered request is there once, with its one event unless it was refused."""
    assert ([answer.position], int(answer.accepted)) == stored(recorder, request)
    assert isinstance(request.command, RegisterGrid) != answer.accepted


def check_states(writer: Writer, recorder: LedgerRecorder, case: str) -> None:
    """The writer's states are those of a replay from the beginning."""
    tag = f"household:H-{case}"
    there = replayed(recorder, [tag], snapshots=False)
    residents, household = writer.ask(
        lambda c: (c.states.shop, c.states.household(f"H-{case}")), at=OPENED
    )
    assert (there.shop, there.household(f"H-{case}")) == (residents, household)


@pytest.mark.parametrize(("fault", "size"), FAULTS)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_fails(
    started: LedgerRecorder,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    when: str,
    fault: str,
    size: int,
) -> None:
    """Whichever step fails, whatever is answered is true and the log is whole."""
    monkeypatch.setattr(cache_module, "RESIDENT_SNAPSHOT_EVENTS", 1)
    case = f"{step}-{when}-{fault}-{size}"
    faulty = Faulty(started.log, step, when, fault)
    if step == "answering":
        resolve = faulty.failing(writer_module._resolve)
        monkeypatch.setattr(writer_module, "_resolve", resolve)
    requests = requests_of(case)
    before = started.head().position
    try:
        with writing(faulty) as writer:
            answers = [answered(f) for f in together(writer, requests[:size])]
            assert faulty.struck.wait(30)
            for request, answer in zip(requests[:size], answers, strict=True):
                check_case(started, request, answer, step, fault)
            check_states(writer, started, case)
            # Whatever was told before, each request sent again is stored once and says so.
            for request in requests:
                again = answered(writer.submit(request))
                assert isinstance(again, Outcome)
                check_stored(started, request, again)
            check_states(writer, started, case)
    finally:
        faulty.release()
    check_log(started, after=before)


def check_case(
    recorder: LedgerRecorder,
    request: Request,
    answer: Outcome | BaseException,
    step: str,
    fault: str,
) -> None:
    """An outcome means stored, a 500 means absent, a 503 leaves it open."""
    if isinstance(answer, Outcome):
        check_stored(recorder, request, answer)
    elif isinstance(answer, StoreUnavailableError):
        assert "answering" == step
    else:
        assert isinstance(answer, UnexpectedError)
        assert fault not in LOST
        assert ([], 0) == stored(recorder, request)


@pytest.mark.parametrize("conflict", ["standby", "away"])
def test_a_database_that_stays_away_is_a_503(
    started: LedgerRecorder, monkeypatch: pytest.MonkeyPatch, conflict: str
) -> None:
    """After so many attempts the callers are told to come again, and then are served."""
    monkeypatch.setattr(writer_module, "ATTEMPTS_MAX", 3)
    there = started.log.conninfo
    read_only = f"{there.split('options=')[0]} options='-c role={WRITER}"
    elsewhere = {
        "standby": f"{read_only} -c default_transaction_read_only=on'",
        "away": make_conninfo(there, host="/nowhere"),
    }[conflict]
    datastore = LogDatastore(elsewhere, SCHEMA)
    recorder = LedgerRecorder(datastore)
    requests = requests_of(conflict)
    try:
        with writing(recorder) as writer:
            for future in together(writer, requests):
                assert isinstance(future.exception(timeout=60), StoreUnavailableError)
            assert [([], 0)] * 3 == [stored(started, request) for request in requests]
            datastore.conninfo = there
            for request in requests:
                answer = answered(writer.submit(request))
                assert isinstance(answer, Outcome)
                check_stored(started, request, answer)
    finally:
        recorder.close()
    check_log(started)


def test_a_transaction_that_failed_unnoticed_is_not_taken_for_committed(
    started: LedgerRecorder,
) -> None:
    """PostgreSQL rolls a failed transaction back when told to commit it, without an error."""

    def prepare(_: Locked) -> Batch:
        assert started._connection is not None
        with pytest.raises(psycopg.DataError):
            started._connection.execute("SELECT 1 / 0")
        return Batch()

    with pytest.raises(StoreUnavailableError):
        started.append_batch((), prepare)
    check_log(started)
