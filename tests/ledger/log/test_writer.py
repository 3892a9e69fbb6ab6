"""The writer: order, queue, idleness and end."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Thread

import psycopg
import pytest

from ledger.commands.base import RESIDENT
from ledger.commands.community import RegisterBuilding, RegisterGrid
from ledger.commands.notices import DecideObjection, PostNotice, RaiseObjection
from ledger.commands.people import IssueCard, RegisterHousehold, RegisterMember
from ledger.events.notices import ObjectionRaised
from ledger.log import writer as writer_module
from ledger.log.decider import Deciding
from ledger.log.entries import decode
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.requests import Outcome, QueueFullError, UnexpectedError, WriterClosedError
from ledger.log.sources import seeded_sources
from ledger.log.store import Store
from ledger.log.writer import Writer
from ledger.server import Database
from tests.support.faults import Breaks, FaultError, Gate, OneAtATime
from tests.support.ledgers import POSTED, SEED, SmallLedger, answers, together, writing
from tests.support.whole import check_log

SECONDS_MAX = 30


def test_positions_are_gapless_from_many_threads(ledger: SmallLedger) -> None:
    """What many callers submit at once gets one position each, in the order it is stored."""
    before = ledger.store.head().position
    grids = [f"g{n}" for n in range(2, 200)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda grid: ledger.submit(RegisterGrid(grid=grid)), grids))
    positions = [outcome.position for outcome in answers(outcomes)]
    assert set(range(before + 1, before + len(grids) + 1)) == set(positions)
    stored = {event.position: event.event.data for event in check_log(ledger.store)}
    assert all(grid.encode() in stored[n or 0] for grid, n in zip(grids, positions, strict=True))


def test_a_later_command_sees_an_earlier_one_of_its_batch(ledger: SmallLedger) -> None:
    """Within one batch each decision stands on those before it, accepted or refused."""
    card = IssueCard(card="C9", account="H9")
    commands = [
        card,
        RegisterHousehold(household="H9", grid="g9", building="b9", flat=""),
        RegisterGrid(grid="g9"),
        RegisterGrid(grid="g9"),
        RegisterBuilding(building="b9", grid="g9"),
        RegisterHousehold(household="H9", grid="g9", building="b9", flat=""),
        RegisterHousehold(household="H9", grid="g9", building="b9", flat=""),
        RegisterMember(member="V9", household="H9", name="", phone="", team="", consent=""),
        card,
        card,
    ]
    codes = [
        outcome.code
        for outcome in answers(together(ledger.writer, [ledger.request(c) for c in commands]))
    ]
    expected = [
        "account_unknown",
        "grid_unknown",
        None,
        "place_known",
        None,
        None,
        "household_known",
        None,
        None,
        "card_known",
    ]
    assert expected == codes


def test_the_last_bags_go_out_once(ledger: SmallLedger) -> None:
    """Of a batch that wants more than the shelf holds, the first get it and each other is told."""
    requests = [ledger.basket(1 + n % 2, key=f"basket{n}") for n in range(25)]
    codes = [outcome.code for outcome in answers(together(ledger.writer, requests))]
    assert [None] * 10 + ["out_of_stock"] * 15 == codes
    check_log(ledger.store)


def test_a_basket_never_overdraws_within_a_batch(ledger: SmallLedger) -> None:
    """Points that an earlier basket of the batch spent are gone for the later one."""
    requests = [ledger.basket(1, quantity, key=f"b{quantity}") for quantity in (6, 5, 4, 1)]
    outcomes = answers(together(ledger.writer, requests))
    assert [None, "out_of_stock", None, "out_of_stock"] == [o.code for o in outcomes]
    assert [40, None, 0, None] == [o.answer.get("balance") for o in outcomes]


@pytest.mark.parametrize("hints", [True, False])
def test_hints_only_save_time(store: Store, monkeypatch: pytest.MonkeyPatch, hints: bool) -> None:
    """Decisions stand on the same states when nothing is loaded beforehand.

    The notice touches acts that nobody has loaded; the objection behind it loads its own.
    """
    if not hints:
        monkeypatch.setattr(Deciding, "prefetch", lambda *_: None)
    with writing(store) as writer:
        ledger = SmallLedger(writer, store)
        ledger.open()
        ledger.appoint()
        ledger.people(2)
        act, other = ledger.reviewed(2, 100)
    with writing(store) as writer:  # knows no act yet
        ledger = SmallLedger(writer, store, "again")
        ledger.at = POSTED
        commands = [RaiseObjection(act=other), PostNotice(), RaiseObjection(act=act)]
        requests = [ledger.request(command, RESIDENT) for command in commands]
        codes = [outcome.code for outcome in answers(together(writer, requests))]
        decided = DecideObjection(act=act, objection=objection_of(store), upheld=True)
        ledger.do(decided, "officer:T")
    assert ["act_not_in_notice", None, None] == codes
    check_log(store)


def objection_of(store: Store) -> str:
    """The id of the objection that was recorded last."""
    event = decode(check_log(store)[-1]).event
    assert isinstance(event, ObjectionRaised)
    return event.objection


@pytest.fixture
def gated() -> Iterator[SmallLedger]:
    """A ledger in memory whose store can be made to wait."""
    store = Gate()
    with writing(store) as writer:
        yield SmallLedger(writer, store).trading(points=0)
        store.opened.set()


def shut(ledger: SmallLedger) -> Future[Outcome]:
    """Make the store wait with one request in it."""
    assert isinstance(ledger.store, Gate)
    ledger.store.shut()
    first = ledger.submit(RegisterGrid(grid="first"))
    assert ledger.store.reached.wait(SECONDS_MAX)
    return first


def test_a_piece_is_answered_in_order_and_each_by_itself(ledger: SmallLedger) -> None:
    """Requests in one piece: accepted, refused and failed ones stand where they were asked."""
    commands = [RegisterGrid(grid="p1"), RegisterGrid(grid="p1"), Breaks(), RegisterGrid(grid="p2")]
    requests = [ledger.request(command) for command in commands]
    first, again, broken, last = ledger.writer.submit_all(requests).result(SECONDS_MAX)
    assert isinstance(first, Outcome)
    assert isinstance(again, Outcome)
    assert isinstance(last, Outcome)
    assert (True, "place_known", True) == (first.accepted, again.code, last.accepted)
    assert isinstance(broken, UnexpectedError)
    assert [first, again] == ledger.writer.submit_all(requests[:2]).result(SECONDS_MAX)


def test_a_piece_has_a_bound_and_counts_in_full(
    gated: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece larger than a batch is refused at once, and each request fills the queue."""
    requests = [gated.request(RegisterGrid(grid=f"b{n}")) for n in range(4)]
    monkeypatch.setattr(writer_module, "BATCH_MAX", 3)
    with pytest.raises(ValueError, match="at most 3"):
        gated.writer.submit_all(requests)
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 2)
    queued = shut(gated)
    piece = gated.writer.submit_all(requests[:3])
    with pytest.raises(QueueFullError):
        gated.writer.submit(requests[3])
    assert isinstance(gated.store, Gate)
    gated.store.opened.set()
    assert answers([queued])[0].accepted
    assert all(isinstance(answer, Outcome) for answer in piece.result(SECONDS_MAX))


def test_a_full_queue_refuses_and_says_when(
    gated: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the queue holds is a 503 with seconds to wait; what it holds is answered."""
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 3)
    queued = [shut(gated)]
    grids = [gated.request(RegisterGrid(grid=f"q{n}")) for n in range(4)]
    queued += [gated.writer.submit(request) for request in grids[:3]]
    with pytest.raises(QueueFullError) as full:
        gated.writer.submit(grids[3])
    assert (503, {"seconds": 1}) == (full.value.status, full.value.params)
    assert isinstance(gated.store, Gate)
    gated.store.opened.set()
    assert all(outcome.accepted for outcome in answers(queued))
    assert answers([gated.writer.submit(grids[3])])[0].accepted


def test_who_waits_for_a_full_queue_gets_through(
    gated: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers that wait instead of being refused are all answered once there is room."""
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 2)
    queued = [shut(gated)]
    assert isinstance(gated.store, Gate)
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(gated.do, RegisterGrid(grid=f"w{n}")) for n in range(20)]
        gated.store.opened.set()
        assert all(future.result(SECONDS_MAX).accepted for future in waiting)
    assert answers(queued)[0].accepted


def test_an_idle_writer_holds_nothing(
    database: Database, recorder: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while without work thread and connection are gone, and come back with work."""
    with writing(recorder) as writer:
        ledger = SmallLedger(writer, recorder)
        ledger.open()
        thread, backend = writer._thread, recorder._connection
        assert thread is not None
        assert backend is not None
        pid = backend.info.backend_pid
        monkeypatch.setattr(writer_module, "IDLE_SECONDS", 0.001)
        ledger.do(RegisterGrid(grid="g1"))
        thread.join(SECONDS_MAX)
        assert (None, None) == (writer._thread, recorder._connection)
        with psycopg.connect(database.conninfo()) as connection:
            known = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
            while connection.execute(known, [pid]).fetchone() != (0,):
                connection.rollback()  # the server takes a moment to see that we left
        ledger.do(RegisterGrid(grid="g2"))
        check_log(recorder)


def test_work_that_comes_as_the_writer_goes_idle_is_not_disturbed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A store is released before another thread uses it, not under its hands."""
    store = OneAtATime()
    with writing(store) as writer:
        ledger = SmallLedger(writer, store)
        ledger.open()
        late: list[Future[Outcome]] = []
        submitter = Thread(target=lambda: late.append(ledger.submit(RegisterGrid(grid="g1"))))

        def on_release() -> None:
            store.on_release = lambda: None
            store.appended.clear()
            submitter.start()
            store.appended.wait(0.1)  # as long as a careless writer needs to go on meanwhile

        store.on_release = on_release
        monkeypatch.setattr(writer_module, "IDLE_SECONDS", 0.001)
        thread = writer._thread
        ledger.do(RegisterGrid(grid="g2"))
        if thread is not None:
            thread.join(SECONDS_MAX)
        submitter.join(SECONDS_MAX)
        assert [True] == [outcome.accepted for outcome in answers(late)]
    assert 0 == store.overlaps


def test_closing_answers_what_waits(gated: SmallLedger) -> None:
    """A writer that is closed finishes its queue and takes nothing more."""
    queued = [shut(gated)]
    queued += [gated.submit(RegisterGrid(grid=f"c{n}")) for n in range(3)]
    closing = Thread(target=gated.writer.close)
    closing.start()
    assert isinstance(gated.store, Gate)
    gated.store.opened.set()
    closing.join(SECONDS_MAX)
    assert [True] * 4 == [outcome.accepted for outcome in answers(queued)]
    with pytest.raises(WriterClosedError):
        gated.submit(RegisterGrid(grid="late"))
    with pytest.raises(WriterClosedError):
        gated.writer.ask(lambda context: context.instant)


def test_closing_turns_away_who_waits_for_room(
    gated: SmallLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for room in the queue is told when the writer closes."""
    monkeypatch.setattr(writer_module, "QUEUE_MAX", 1)
    shut(gated)
    gated.submit(RegisterGrid(grid="q"))
    asked = Event()

    def wait_for_room() -> Future[Outcome]:
        asked.set()
        return gated.submit(RegisterGrid(grid="r"))

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(wait_for_room)
        assert asked.wait(SECONDS_MAX)
        closing = pool.submit(gated.writer.close)
        with pytest.raises(WriterClosedError):
            waiting.result(SECONDS_MAX)
        assert isinstance(gated.store, Gate)
        gated.store.opened.set()
        closing.result(SECONDS_MAX)


def test_a_writer_that_was_never_used_can_be_closed() -> None:
    """Closing needs no thread, and may be done twice."""
    writer = Writer(MemoryStore(), seeded_sources(SEED))
    writer.close()
    writer.close()


def test_a_question_sees_what_others_wrote(ledger: SmallLedger) -> None:
    """An answer from the states is caught up to the head, whichever writer moved it."""
    with writing(ledger.store) as other:
        assert "g9" not in other.ask(lambda context: set(context.states.community.grids))
        ledger.do(RegisterGrid(grid="g9"))
        assert "g9" in other.ask(lambda context: set(context.states.community.grids))


def test_a_question_that_fails_fails_alone(ledger: SmallLedger) -> None:
    """The exception of a question goes to who asked, and changes nothing for others."""

    def fail(_: object) -> None:
        raise FaultError

    with pytest.raises(FaultError):
        ledger.writer.ask(fail)
    ledger.do(RegisterGrid(grid="g9"))


def test_who_gives_up_waiting_does_not_stop_the_others(gated: SmallLedger) -> None:
    """A cancelled request may still be recorded; its neighbours are answered."""
    first = shut(gated)
    given_up, kept = (gated.submit(RegisterGrid(grid=f"x{n}")) for n in range(2))
    assert given_up.cancel()
    assert isinstance(gated.store, Gate)
    gated.store.opened.set()
    assert [True, True] == [outcome.accepted for outcome in answers([first, kept])]
