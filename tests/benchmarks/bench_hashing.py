"""How fast a log is hashed, and what a proof costs at ten million entries.

Prints figures and checks results; no figure makes a run fail. `make bench ARGS="-k hashing"`.
Processor time of one core is counted, so that other work on the machine does not.
"""

import sys
from collections.abc import Callable
from time import process_time
from typing import TypeVar

from ledger.transparency.tile_hashes import TileBuilder, TileHashes
from ledger.transparency.tiles import EntryBundle, Tile, join_entries
from ledger.transparency.tree import (
    Frontier,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    root,
)
from ledger.transparency.verifying import verify_consistency, verify_inclusion

ENTRIES = 200_000
ENTRY_BYTES = 300
PAGE = 10_000
MILLIONS = 10_000_000
ROUNDS = 200

Result = TypeVar("Result")


def measure(what: str, count: int, work: Callable[[], Result]) -> Result:
    """Print how many a second and how long one takes; the best of three runs."""
    seconds, result = [], None
    for _ in range(3):
        start = process_time()
        result = work()
        seconds.append(process_time() - start)
    best = min(seconds)
    sys.stdout.write(f"\n{what:<46}{count / best:>12,.0f} /s{best / count * 1e6:>10.2f} µs each")
    assert result is not None
    return result


def test_appending() -> None:
    """Entries to leaves, leaves to root and tiles, bundles to root: entries a second."""
    entries = [number.to_bytes(ENTRY_BYTES, "big") for number in range(ENTRIES)]
    leaves = measure("leaf hashes", ENTRIES, lambda: leaf_hashes(entries))

    def one_by_one() -> Frontier:
        frontier = Frontier()
        for leaf in leaves:
            frontier.append(leaf)
        return frontier

    def pages(grown: Frontier | TileBuilder) -> bytes:
        for at in range(0, ENTRIES, PAGE):
            grown.extend(leaves[at : at + PAGE])
        return grown.root()

    single = measure("frontier, one by one", ENTRIES, one_by_one)
    head = measure("frontier, in pages", ENTRIES, lambda: pages(Frontier()))
    tiled = measure("tiles, in pages", ENTRIES, lambda: pages(TileBuilder()))
    assert single.root() == head == tiled
    bundles = [join_entries(entries[at : at + 256]) for at in range(0, ENTRIES, 256)]

    def verified() -> bytes:
        frontier = Frontier()
        for at, data in zip(range(0, ENTRIES, 256), bundles, strict=True):
            frontier.extend(leaf_hashes(EntryBundle(0, min(256, ENTRIES - at)).split(data)))
        return frontier.root()

    assert head == measure("bundles to root, as an auditor does", ENTRIES, verified)
    measure("root of a frontier", 1_000, lambda: [single.root() for _ in range(1_000)])


def uniform(size: int) -> TileHashes:
    """The tiles of a log whose entries are all the same: as much to hash as in any other."""
    hashes = [leaf_hash(b"same")]
    for _ in range(64):
        hashes.append(node_hash(hashes[-1], hashes[-1]))
    full = {level: hashes[8 * level] * 256 for level in range(8)}

    def read(tile: Tile) -> bytes:
        return full[tile.level][: tile.width * 32]

    return TileHashes(size, read)


def test_proofs_at_ten_million() -> None:
    """Root, inclusion and consistency from tiles, nothing kept from one proof to the next."""
    steps = range(1, MILLIONS, MILLIONS // ROUNDS)
    head = root(uniform(MILLIONS), MILLIONS)
    measure("root, 10 million", ROUNDS, lambda: [root(uniform(MILLIONS), MILLIONS) for _ in steps])
    paths = measure(
        "inclusion proof, 10 million",
        ROUNDS,
        lambda: [inclusion_proof(uniform(MILLIONS), index, MILLIONS) for index in steps],
    )
    proofs = measure(
        "consistency proof, to 10 million",
        ROUNDS,
        lambda: [consistency_proof(uniform(MILLIONS), old, MILLIONS) for old in steps],
    )
    leaf = leaf_hash(b"same")

    def verify_all() -> bool:
        for index, path in zip(steps, paths, strict=True):
            verify_inclusion(leaf, index, MILLIONS, path, head)
        return True

    measure("inclusion proof, verified", ROUNDS, verify_all)
    for old, proof in zip(steps, proofs, strict=True):
        verify_consistency(old, root(uniform(old), old), MILLIONS, head, proof)
    assert head == fold(
        [root(uniform(1 << 23), 1 << 23), root(uniform(MILLIONS - (1 << 23)), MILLIONS - (1 << 23))]
    )
    sys.stdout.write("\n")
