"""Whether a sealed log is whole: checked with the published formats alone, against the entries.

Roots and tiles come a second time from the naive tree of `tests.ledger.transparency`, where the log
is short enough for it, and else from a frontier that is grown leaf by leaf.
"""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Final

from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.transparency.checkpoints import Checkpoint, open_signed
from ledger.transparency.signers import Signer
from ledger.transparency.tile_hashes import TileHashes
from ledger.transparency.tiles import (
    EntryBundle,
    Tile,
    bundles_added,
    parse_path,
    tiles_added,
)
from ledger.transparency.tree import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from ledger.transparency.verifying import verify_consistency, verify_inclusion
from ledger.transparency.vkeys import ED25519
from projections.sealing.published import read_checkpoint, read_resource
from projections.sealing.storage import Storage
from tests.ledger.transparency import naive
from tests.support.ledgers import LOG_KEY
from tests.support.whole import everything

NAIVE_MAX: Final = 1_000
"""Entries up to which the naive tree is asked."""
SECONDS_MAX: Final = 60.0

Fetch = Callable[[str], bytes | None]
"""What a path below the prefix of the log gives; None: it is not there."""


def fetching(datastore: LogDatastore) -> Fetch:
    """The published log, read without HTTP."""

    def fetch(path: str) -> bytes | None:
        if path == "checkpoint":
            return read_checkpoint(datastore)
        return read_resource(datastore, parse_path(path))

    return fetch


def opened(note: bytes, key: Signer = LOG_KEY) -> Checkpoint:
    """A checkpoint whose signature holds."""
    return open_signed(note, key.name, [key.public(ED25519)]).checkpoint


def notes(datastore: LogDatastore) -> list[bytes]:
    """Every checkpoint that was ever published, in order."""
    with datastore.reading() as connection:
        found = connection.execute("SELECT note FROM checkpoints ORDER BY size").fetchall()
    return [row[0] for row in found]


def wait_for_checkpoint(recorder: LedgerRecorder, size: int) -> None:
    """Wait until a checkpoint covers a position."""
    deadline, never = monotonic() + SECONDS_MAX, Event()
    while published_size(recorder) < size:
        assert monotonic() < deadline
        never.wait(0.01)


def published_size(recorder: LedgerRecorder) -> int:
    """The size of the published checkpoint."""
    with recorder.log.reading() as connection:
        return Storage(connection, recorder.log.schema).newest()[0]


def check_sealed(recorder: LedgerRecorder) -> Checkpoint:
    """Check the sealed log of a database, and every checkpoint it ever published; the newest."""
    entries = [logged.event.data for logged in everything(recorder)]
    stated = [opened(note) for note in notes(recorder.log)]
    newest = check_published(fetching(recorder.log), entries)
    assert newest == stated[-1]
    check_history(fetching(recorder.log), entries, stated)
    return newest


def check_history(fetch: Fetch, entries: list[bytes], stated: list[Checkpoint]) -> None:
    """Check that each checkpoint is over the entries as they are, and leads to the last one."""
    last, tiles = stated[-1], reader(fetch, stated[-1].size)
    roots = roots_of(entries, {checkpoint.size for checkpoint in stated})
    for checkpoint in stated:
        assert roots[checkpoint.size] == checkpoint.root
        proof = consistency_proof(tiles, checkpoint.size, last.size)
        verify_consistency(checkpoint.size, checkpoint.root, last.size, last.root, proof)


def check_published(fetch: Fetch, entries: list[bytes]) -> Checkpoint:
    """Check all that is published against the entries, and that no more than that is."""
    note = fetch("checkpoint")
    assert note is not None
    checkpoint = opened(note)
    size = checkpoint.size
    covered = entries[:size]
    check_bundles(fetch, covered)
    check_tiles(fetch, covered)
    tiles = reader(fetch, size)
    for index in {*range(0, size, max(1, size // 50)), size - 1}:
        proof = inclusion_proof(tiles, index, size)
        verify_inclusion(leaf_hash(entries[index]), index, size, proof, checkpoint.root)
    return checkpoint


def check_bundles(fetch: Fetch, entries: list[bytes]) -> None:
    """Each bundle decodes to the stored entries, and the next wider one is not there."""
    found: list[bytes] = []
    for bundle in bundles_added(0, len(entries)):
        data = fetch(bundle.path)
        assert data is not None
        found += bundle.split(data)
    assert entries == found
    index, width = divmod(len(entries), 256)
    assert fetch(EntryBundle(index, width + 1).path) is None


def check_tiles(fetch: Fetch, entries: list[bytes]) -> None:
    """Each tile is what the naive tree says, and the next wider one is not there."""
    size = len(entries)
    wanted = list(tiles_added(0, size))
    found = {(tile.level, tile.index, tile.width): fetch(tile.path) for tile in wanted}
    if size <= NAIVE_MAX:
        assert naive.hash_tiles(entries) == found
    for level in range(wanted[-1].level + 2):
        index, width = divmod(size >> 8 * level, 256)
        assert fetch(Tile(level, index, width + 1).path) is None


def reader(fetch: Fetch, size: int) -> TileHashes:
    """The tiles of a size, as a stranger reads them."""

    def read(tile: Tile) -> bytes:
        return fetch(tile.path) or b""

    return TileHashes(size, read)


def roots_of(entries: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The roots of some sizes."""
    if len(entries) <= NAIVE_MAX:
        return {size: naive.root(entries[:size]) for size in sizes}
    frontier, roots = Frontier(), {}
    for entry in entries:
        frontier.append(leaf_hash(entry))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots
