"""Tiles of a growing log against their formal definition."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.transparency.errors import MalformedError
from ledger.transparency.tile_hashes import TileBuilder, TileHashes
from ledger.transparency.tiles import (
    EntryBundle,
    Tile,
    bundle_at,
    bundles_added,
    hashes_at,
    join_entries,
    parse_path,
    tile_at,
    tiles_added,
    tiles_of,
)
from ledger.transparency.tree import (
    Node,
    consistency_plan,
    consistency_proof,
    inclusion_plan,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    root,
)
from ledger.transparency.verifying import verify_consistency, verify_inclusion
from tests.ledger.transparency import naive
from tests.ledger.transparency.vectors import attempt

ENTRIES = [str(number).encode() for number in range(1_400)]
LEAVES = leaf_hashes(ENTRIES)
BIG = 70_000
BIG_LEAVES = leaf_hashes(str(number).encode() for number in range(BIG))
BIG_TILES = dict(TileBuilder().extend(BIG_LEAVES))
levels = st.integers(0, 63)
indexes = st.integers(0, 2**64 - 1)
widths = st.integers(1, 256)
# Around the seams of tiles as often as anywhere.
sizes = st.integers(0, len(ENTRIES)) | st.sampled_from([255, 256, 257, 511, 512, 513, 1024])


@given(st.lists(sizes, min_size=1, max_size=5).map(sorted))
@settings(max_examples=25)
def test_a_log_that_grows(ends: list[int]) -> None:
    """Whatever steps a log grows in, each step writes what was missing, as it is defined."""
    written: dict[Tile, bytes] = {}
    for old, new in pairwise([0, *ends]):
        # A new process each time: the state comes from what was written.
        builder = TileBuilder.load(old, written.__getitem__)
        added = builder.extend(LEAVES[old:new])
        assert list(tiles_added(old, new)) == [tile for tile, _ in added]
        written |= added
        assert naive.root(ENTRIES[:new]) == builder.root()
        expected = naive.hash_tiles(ENTRIES[:new])
        served = {key: written[Tile(*key)] for key in expected}
        assert expected == served


@given(st.lists(st.integers(0, 700), max_size=6))
def test_growth_in_bundles(steps: list[int]) -> None:
    """The bundles of all steps together hold each entry, full ones once."""
    ends = list(accumulate(steps, initial=0))
    added = [each for old, new in pairwise(ends) for each in bundles_added(old, new)]
    full = [bundle.index for bundle in added if bundle.width == 256]
    assert list(range(ends[-1] // 256)) == full
    if ends[-1]:
        assert bundle_at(ends[-1] - 1, ends[-1])[0] in added


def cut(tile: Tile) -> bytes:
    """A tile of a smaller size, from those of the big log."""
    last = hashes_at(tile.level, BIG) - 1
    position = min(tile.index * 256 + 255, last)
    return BIG_TILES[tile_at(tile.level, position, BIG)][: tile.width * 32]


class Asked:
    """Tiles of the big log, and which of them were asked for."""

    def __init__(self) -> None:
        self.tiles: list[Tile] = []

    def __call__(self, tile: Tile) -> bytes:
        self.tiles.append(tile)
        return BIG_TILES[tile]


@given(st.integers(0, BIG - 1), st.integers(0, BIG))
def test_proofs_from_tiles(index: int, old: int) -> None:
    """A proof reads just the tiles that were announced, few of them, and leads to the root."""
    head = root(TileHashes(BIG, BIG_TILES.__getitem__), BIG)
    for_inclusion, for_growth = Asked(), Asked()
    path = inclusion_proof(TileHashes(BIG, for_inclusion), index, BIG)
    proof = consistency_proof(TileHashes(BIG, for_growth), old, BIG)
    assert tiles_of(inclusion_plan(index, BIG), BIG) == sorted(for_inclusion.tiles)
    assert tiles_of(consistency_plan(old, BIG), BIG) == sorted(for_growth.tiles)
    assert max(len(for_inclusion.tiles), len(for_growth.tiles)) <= 5
    verify_inclusion(BIG_LEAVES[index], index, BIG, path, head)
    verify_consistency(old, root(TileHashes(old, cut), old), BIG, head, proof)


def test_every_node_is_in_a_tile() -> None:
    """A node is read from the one tile that has it, whatever its level."""
    stored = TileHashes(BIG, BIG_TILES.__getitem__)
    for level in range(BIG.bit_length()):
        last = (BIG >> level) - 1
        left = BIG_LEAVES[last << level : (last + 1) << level]
        while len(left) > 1:
            left = [node_hash(*left[at : at + 2]) for at in range(0, len(left), 2)]
        assert left == [stored.node(level, last)]
        with pytest.raises(ValueError, match="no position"):
            stored.node(level, last + 1)


def test_a_tile_of_another_length_is_refused() -> None:
    """A tile that was cut off is not hashed."""
    cut = TileHashes(BIG, lambda tile: BIG_TILES[tile][:-1])
    with pytest.raises(MalformedError):
        root(cut, BIG)
    with pytest.raises(MalformedError):
        TileBuilder.load(BIG, lambda tile: BIG_TILES[tile] + bytes(32))


def test_a_changed_tile_changes_the_root() -> None:
    """One wrong hash in a partial tile on the right edge leads to another root."""
    right = tile_at(0, BIG - 1, BIG)
    changed = {**BIG_TILES, right: bytes(32) + BIG_TILES[right][32:]}
    sound, wrong = (root(TileHashes(BIG, each.__getitem__), BIG) for each in (BIG_TILES, changed))
    assert sound != wrong


@given(st.builds(Tile, levels, indexes, widths) | st.builds(EntryBundle, indexes, widths))
def test_paths_are_read_as_they_were_written(place: Tile | EntryBundle) -> None:
    """Each tile and bundle has one path, which is read back."""
    assert place == parse_path(place.path)


parts = st.sampled_from(
    "tile/ entries/ 0/ 63/ 64/ 00/ x001/ x000/ 000 067 .p/ 1 255 256 0 \uff11 X -".split()
)


@given(
    st.lists(parts, max_size=6).map("".join).map("tile/".__add__)
    | st.text()
    | st.just("tile/0/000\n")
)
def test_no_path_has_two_spellings(path: str) -> None:
    """Whatever text is read as a path is just how that tile is written; all else is refused."""
    place = attempt(lambda: parse_path(path))
    assert place is None or path == place.path


@given(st.lists(st.binary(max_size=70), min_size=1, max_size=256))
def test_bundles_are_read_as_they_were_written(entries: list[bytes]) -> None:
    """A bundle gives its entries back, and for no other width."""
    data = join_entries(entries)
    assert entries == EntryBundle(0, len(entries)).split(data)
    with pytest.raises(MalformedError):
        EntryBundle(0, len(entries) + 1).split(data)


@given(st.binary(max_size=400), st.integers(1, 8))
def test_no_bundle_has_two_spellings(data: bytes, width: int) -> None:
    """Whatever bytes are read as a bundle are just how its entries are written."""
    entries = attempt(lambda: EntryBundle(0, width).split(data))
    assert entries is None or data == join_entries(entries)


@pytest.mark.parametrize(
    "entries", [[], [b""] * 257, [bytes(65_536)]], ids=["none", "many", "long"]
)
def test_what_no_bundle_can_hold(entries: list[bytes]) -> None:
    """No entries, too many, or one that its length cannot be said of, are refused."""
    with pytest.raises(MalformedError):
        join_entries(entries)


def test_a_leaf_is_no_node() -> None:
    """The bytes of two hashes, offered as an entry, do not hash to their parent."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert Node(0, 0) != Node(1, 0)
