"""Published vectors of trees, tiles and bundles."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256

import pytest

from ledger.transparency.errors import MalformedError, ProofInvalidError
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
)
from ledger.transparency.tree import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    leaf_hashes,
    node_hash,
    root,
)
from ledger.transparency.verifying import verify_consistency, verify_inclusion
from tests.ledger.transparency.vectors import Case, cases, hashes, load, name

ROOTS = load("merkle/roots.json")
LEFT_OUT = "additional/sizes-are-equal-one-and-proof-is-empty"
"""Both roots are the same 12 bytes; only SHA-256 values are roots here, as the README allows."""
RULES: dict[str, Callable[[int], bytes]] = {
    "entry i is the ASCII decimal of i": lambda i: str(i).encode(),
    "entry i is the byte (i mod 256) repeated i times": lambda i: bytes([i % 256]) * i,
    "one entry: the byte 61 repeated 65535 times (the largest possible)": lambda _: b"a" * 65535,
}


@pytest.mark.parametrize("case", cases("merkle/inclusion.json", ""), ids=name)
def test_inclusion(case: Case) -> None:
    """Each inclusion proof holds or is refused as upstream says."""
    error = None
    try:
        verify_inclusion(
            b64decode(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            hashes(case["proof"] or []),
            b64decode(case["root"]),
        )
    except ProofInvalidError as refusal:
        error = refusal
    # Upstream takes any bytes for a root; of other than 32 bytes nothing holds here.
    is_hash = len(b64decode(case["root"])) == 32
    assert (not case["wantErr"] and is_hash) == (error is None)


def from_nothing(case: Case) -> bool:
    """Whether a case is the empty proof from size 0, which a C2SP witness must take."""
    roots = [b64decode(case["root1"]), b64decode(case["root2"])]
    grown = case["size2"] > 0 and len(roots[1]) == 32
    return bool(
        case["size1"] == 0
        and not case["proof"]
        and roots[0] == EMPTY_ROOT
        and (grown or roots[1] == EMPTY_ROOT)
    )


@pytest.mark.parametrize("case", cases("merkle/consistency.json", ""), ids=name)
def test_consistency(case: Case) -> None:
    """Each consistency proof holds or is refused as upstream says, but from size 0 as C2SP says."""
    error = None
    try:
        verify_consistency(
            case["size1"],
            b64decode(case["root1"]),
            case["size2"],
            b64decode(case["root2"]),
            hashes(case["proof"] or []),
        )
    except ProofInvalidError as refusal:
        error = refusal
    holds = not case["wantErr"] and case["name"] != LEFT_OUT
    assert (holds or from_nothing(case)) == (error is None)


def test_hashes_and_roots() -> None:
    """Leaf and node hashes, and the roots of sizes 0 to 8, are those of the reference."""
    entries = [bytes.fromhex(text) for text in ROOTS["leavesHex"]]
    assert ROOTS["leafHashesHex"] == [found.hex() for found in leaf_hashes(entries)]
    for leaf in ROOTS["hashLeaf"]:
        assert leaf["hex"] == leaf_hash(leaf["inputText"].encode()).hex()
    for node in ROOTS["hashNode"]:
        pair = node["leftText"].encode(), node["rightText"].encode()
        assert node["hex"] == node_hash(*pair).hex()
    frontier = Frontier()
    roots = [frontier.root().hex()]
    for entry in entries:
        frontier.append(leaf_hash(entry))
        roots.append(frontier.root().hex())
    assert ROOTS["rootsHex"] == roots


@pytest.mark.parametrize("case", cases("tiles/paths.json"), ids=name)
def test_paths(case: Case) -> None:
    """Each path names its one tile or bundle and is written back the same, or is refused."""
    if case["expect"] == "refuse":
        with pytest.raises(MalformedError):
            parse_path(case["path"])
        return
    expected: Tile | EntryBundle = (
        Tile(case["level"], case["index"], case["width"])
        if case["kind"] == "tile"
        else EntryBundle(case["index"], case["width"])
    )
    assert expected == parse_path(case["path"])
    assert case["path"] == expected.path


@pytest.mark.parametrize("case", load("tiles/sizes.json")["sizes"], ids=lambda c: str(c["size"]))
def test_sizes(case: Case) -> None:
    """Each size has the levels, widths and last paths that the specification gives it."""
    size = case["size"]
    counts = [count for level in range(64) if (count := hashes_at(level, size))]
    assert [(each["fullTiles"], each["partialWidth"]) for each in case["levels"]] == [
        divmod(count, 256) for count in counts
    ]
    assert case["rightmostTilePaths"] == [
        tile_at(level, count - 1, size).path for level, count in enumerate(counts)
    ]
    last = bundle_at(size - 1, size)[0].path if size else None
    assert case["rightmostBundlePath"] == last


@pytest.mark.parametrize(
    "case", load("tiles/sizes.json")["bundleForIndex"], ids=lambda c: f"{c['index']}-{c['size']}"
)
def test_the_bundle_of_an_entry(case: Case) -> None:
    """An index is looked up in its bundle, at its place."""
    bundle, position = bundle_at(case["index"], case["size"])
    assert (case["bundlePath"], case["positionInBundle"]) == (bundle.path, position)


@pytest.mark.parametrize("case", cases("tiles/bundles.json"), ids=name)
def test_bundles(case: Case) -> None:
    """Each bundle is made of its entries and split into them, or is refused."""
    data = bytes.fromhex(case["bundleHex"])
    if case["expect"] == "refuse":
        with pytest.raises(MalformedError):
            EntryBundle(0, case["width"]).split(data)
        return
    entries = [bytes.fromhex(text) for text in case["entriesHex"]]
    tile = b"".join(leaf_hashes(entries))
    assert (case["bundleHex"], case["tileHex"]) == (join_entries(entries).hex(), tile.hex())
    assert entries == EntryBundle(0, case["width"]).split(data)
    digests = [sha256(each).hexdigest() for each in (data, tile)]
    assert [case["bundleSha256"], case["tileSha256"]] == digests


@pytest.mark.parametrize("case", cases("tiles/generated.json", "logs"), ids=name)
def test_whole_logs(case: Case) -> None:
    """A log of a rule has the given root, resources and content, made at once or page by page."""
    entries = [RULES[case["entryRule"]](i) for i in range(case["size"])]
    leaves = leaf_hashes(entries)
    builder = TileBuilder()
    made = {tile.path: data for tile, data in builder.extend(leaves)}
    assert made.keys() == {tile.path for tile in tiles_added(0, case["size"])}
    for bundle in bundles_added(0, case["size"]):
        start = bundle.index * 256
        made[bundle.path] = join_entries(entries[start : start + bundle.width])
    digests = {path: sha256(made[path]).hexdigest() for path in case["sha256"]}
    assert case["sha256"] == digests
    assert case["resources"] == len(made)
    assert case["rootHex"] == builder.root().hex()
    read_back = root(TileHashes(case["size"], lambda tile: made[tile.path]), case["size"])
    assert case["rootB64"] == b64encode(read_back).decode()
