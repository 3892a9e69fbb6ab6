"""The sealed log over HTTP: what the checkpoint covers is there for everybody, at one address."""

from threading import Event
from time import monotonic

import pytest

from api.web import health
from ledger.log.guard import HeadGuard
from projections.sealing.sealer import Sealer
from tests.api.conftest import Served
from tests.support.sealed import Fetch, check_published, notes, opened
from tests.support.whole import everything

SECONDS_MAX = 30.0


def fetching(served: Served) -> Fetch:
    """The log as anybody gets it, without a key."""

    def fetch(path: str) -> bytes | None:
        answer = served.client.get(f"{served.path}/log/{path}")
        if answer.status_code == 404:
            assert "not_found" == answer.json()["code"]
            return None
        assert 200 == answer.status_code, answer.text
        return answer.content

    return fetch


@pytest.fixture
def sealed(served: Served) -> Served:
    """The community, all of its log under a checkpoint."""
    assert served.house.sealer is not None
    served.house.sealer.catch_up()
    return served


def test_a_stranger_verifies_all_of_it(sealed: Served) -> None:
    """With the vkey and the addresses alone, checkpoint, tiles and bundles lead to the entries."""
    entries = [logged.event.data for logged in everything(sealed.house.store)]
    assert len(entries) == check_published(fetching(sealed), entries).size


def test_what_is_committed_is_sealed_by_itself(served: Served) -> None:
    """Nobody has to ask: soon after a commit a checkpoint covers it."""
    served.ledger.refill(1)
    head, deadline, never = served.house.head(), monotonic() + SECONDS_MAX, Event()
    while (note := fetching(served)("checkpoint")) is None or opened(note).size < head:
        assert monotonic() < deadline
        never.wait(0.01)


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "public, max-age=2"),
        ("tile/0/000.p/2", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/000.p/2", "application/octet-stream", "public, max-age=31536000, immutable"),
    ],
)
def test_types_and_caches(sealed: Served, path: str, kind: str, cache: str) -> None:
    """Content types and cache headers are those of C2SP tlog-tiles."""
    headers = sealed.client.get(f"{sealed.path}/log/{path}").headers
    assert (kind, cache) == (headers["content-type"], headers["cache-control"])


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000.p/1",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/x000/000.p/1",
        "tile/0/000.P/1",
        "tile/0/000.p/1/",
        "tile/64/000.p/1",
        "tile/-1/000.p/1",
        "tile/entries/000.p/",
        "tile/entries/０00.p/1",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/63/000.p/1",
        "tile/entries/001",
        "tile/",
        "tile",
        "tiles/0/000",
        "tile/0/000.p/1%00",
    ],
)
def test_there_is_one_spelling_and_nothing_else(sealed: Served, path: str) -> None:
    """Another spelling, or what no checkpoint covers, is not found; the answer is a problem."""
    answer = sealed.client.get(f"{sealed.path}/log/{path}", follow_redirects=True)
    found = (answer.status_code, answer.json()["code"], answer.headers["cache-control"])
    assert (404, "not_found", "no-store") == found


def test_what_is_not_published_is_not_served(served: Served) -> None:
    """Entries behind the checkpoint are in the log, and not yet under these addresses."""
    assert served.house.sealer is not None
    size = served.house.sealer.catch_up()
    served.house.sealer.stop()
    served.ledger.refill(1)
    index, width = divmod(size + 1, 256)
    for kind in ("0", "entries"):
        assert fetching(served)(f"tile/{kind}/{index:03}.p/{width}") is None


@pytest.fixture
def unsealed(served: Served) -> Served:
    """A community served without a signing key, whose log went on since it was last sealed."""
    sealer = served.house.sealer
    assert sealer is not None
    sealer.catch_up()
    sealer.stop()
    guard: HeadGuard = sealer._guard
    watching = served.house.sealer = Sealer(served.house.store.log, guard, None)
    watching.start()
    return served


def test_readiness_without_a_key(unsealed: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said while another server seals; once nobody does, what to do about it."""
    ready = unsealed.client.get("/readyz")
    assert 200 == ready.status_code, ready.text
    monkeypatch.setattr(health, "STALLED_SECONDS_MAX", 0)
    published = len(notes(unsealed.house.books))
    unsealed.ledger.refill(1)
    deadline, never = monotonic() + SECONDS_MAX, Event()
    while unsealed.client.get("/readyz").status_code == 200:
        assert monotonic() < deadline
        never.wait(0.01)
    told = unsealed.client.get("/readyz", headers={"Accept-Language": "en"}).json()["checks"]
    [sentence] = [check["sentence"] for check in told if not check["passed"]]
    assert "no signing key" in sentence
    assert f"{unsealed.house.community}.key" in sentence
    assert published == len(notes(unsealed.house.books))


def test_figures(sealed: Served) -> None:
    """The metrics tell the size of the checkpoint, and that this process seals."""
    head, name = sealed.house.head(), sealed.house.community
    lines = sealed.client.get("/metrics").text.splitlines()
    assert f'sunledger_sealed_position{{community="{name}"}} {float(head)}' in lines
    assert f'sunledger_sealing{{community="{name}"}} 1.0' in lines
