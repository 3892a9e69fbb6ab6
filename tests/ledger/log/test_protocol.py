"""The library's own conformance tests of its recorder protocol, through our one way to write."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError

from ledger.log.datastore import LogDatastore
from ledger.log.entries import EntryError
from ledger.log.memory import MemoryStore
from ledger.log.recorder import LedgerRecorder
from ledger.log.store import Batch, Head, Locked, RequestKey

ProtocolStore = LedgerRecorder | MemoryStore


@pytest.fixture(params=["memory", "database"])
def store(request: pytest.FixtureRequest) -> Iterator[ProtocolStore]:
    """A store that takes any event of the protocol, as the library's tests append them."""
    if request.param == "memory":
        yield MemoryStore()
        return
    datastore: LogDatastore = request.getfixturevalue("datastore")
    recorder = LedgerRecorder(datastore, checked=False)
    yield recorder
    recorder.close()


def test_the_library_reads_back_what_it_appends(store: ProtocolStore) -> None:
    """The protocol's test of appending, conditions, queries, limits and heads passes."""
    DCBRecorderTestCase()._test_append_read(store)


def test_the_library_follows_what_is_appended(store: ProtocolStore) -> None:
    """The protocol's test of subscriptions passes."""
    DCBRecorderTestCase()._test_append_subscribe(store)


def test_appending_is_a_batch_of_its_own(
    store: ProtocolStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`append` has no way around `append_batch`, neither with nor without a condition."""
    batches: list[int] = []
    there = store.append_batch

    def append_batch(keys: Sequence[RequestKey], prepare: Callable[[Locked], Batch]) -> Head:
        batches.append(len(keys))
        return there(keys, prepare)

    monkeypatch.setattr(store, "append_batch", append_batch)
    some = DCBEvent(type="some", data=b"", tags=["a"])
    assert 1 == store.append([some])
    everything = DCBQuery(items=[DCBQueryItem(tags=["a"])])
    with pytest.raises(IntegrityError):
        store.append([some], DCBAppendCondition(fail_if_events_match=everything))
    assert ([0, 0], 1) == (batches, store.head().position)


def test_production_appends_nothing_but_entries(recorder: LedgerRecorder) -> None:
    """With the production check an event of the protocol that is no entry is refused whole."""
    with pytest.raises(EntryError):
        recorder.append([DCBEvent(type="some", data=b"{}", tags=[])])
    assert 0 == recorder.head().position
