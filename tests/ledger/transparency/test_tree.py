"""The tree against its recursive definition, and against trees of every size there can be."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.transparency.errors import ProofInvalidError
from ledger.transparency.faults import Fault
from ledger.transparency.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_plan,
    consistency_proof,
    fold,
    inclusion_plan,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    range_nodes,
    root,
    subtree,
)
from ledger.transparency.verifying import verify_consistency, verify_inclusion
from tests.ledger.transparency import naive

SMALL = 40
ENTRIES = [str(number).encode() for number in range(600)]
LEAVES = leaf_hashes(ENTRIES)
sizes = st.integers(1, len(ENTRIES))
huge = st.integers(1, 2**64 - 1) | st.integers(0, 63).map(lambda level: 1 << level)


class Stored:
    """Nodes of the sample entries, hashed anew each time."""

    def node(self, level: int, number: int) -> bytes:
        return subtree(LEAVES[number << level : (number + 1) << level])


class Uniform:
    """A log of any size whose entries are all the same: a node's hash is that of its level."""

    @staticmethod
    @cache
    def of(level: int) -> bytes:
        below = Uniform.of(level - 1) if level else b""
        return node_hash(below, below) if level else leaf_hash(b"same")

    def node(self, level: int, number: int) -> bytes:
        return self.of(level)


def flipped(hashes: list[bytes], bit: int) -> list[bytes]:
    """The hashes with one bit changed."""
    at, place = divmod(bit % (len(hashes) * 256), 256)
    changed = int.from_bytes(hashes[at], "big") ^ (1 << place)
    return [*hashes[:at], changed.to_bytes(32, "big"), *hashes[at + 1 :]]


@pytest.mark.parametrize("size", range(SMALL))
def test_every_small_tree(size: int) -> None:
    """Roots and all proofs up to a size are those of the recursive definition, and verify."""
    entries, reader = ENTRIES[:size], Stored()
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    head = naive.root(entries)
    assert head == frontier.root() == root(reader, size)
    for index in range(size):
        path = naive.path(index, entries)
        assert path == inclusion_proof(reader, index, size)
        verify_inclusion(LEAVES[index], index, size, path, head)
    for old in range(1, size + 1):
        proof = naive.proof(old, entries)
        assert proof == consistency_proof(reader, old, size)
        verify_consistency(old, naive.root(entries[:old]), size, head, proof)
    verify_consistency(0, EMPTY_ROOT, size, head, consistency_proof(reader, 0, size))


@given(sizes, st.data())
def test_larger_trees(size: int, data: st.DataObject) -> None:
    """A proof of any leaf and any older size is that of the recursive definition."""
    entries, reader = ENTRIES[:size], Stored()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert naive.path(index, entries) == inclusion_proof(reader, index, size)
    assert naive.proof(old, entries) == consistency_proof(reader, old, size)


@given(st.lists(st.integers(0, 90), max_size=6))
def test_one_by_one_or_in_bulk(counts: list[int]) -> None:
    """However leaves come in, the frontier ends up the same and tells each new node once."""
    bulk, single = Frontier(), Frontier()
    levels: dict[int, list[bytes]] = {}
    for count in counts:
        for level, nodes in enumerate(bulk.extend(LEAVES[bulk.size : bulk.size + count])):
            levels.setdefault(level, []).extend(nodes)
    for leaf in LEAVES[: sum(counts)]:
        single.append(leaf)
    assert (single.size, single.subtrees()) == (bulk.size, bulk.subtrees())
    expected = {
        level: [Stored().node(level, number) for number in range(bulk.size >> level)]
        for level in range(bulk.size.bit_length())
    }
    assert expected == levels


@given(sizes, st.integers(0, 90))
def test_a_frontier_goes_on(size: int, more: int) -> None:
    """A frontier that was kept as its subtrees grows on like the one it was."""
    kept = [Stored().node(*node) for node in range_nodes(0, size)]
    frontier = Frontier(size, kept)
    assert kept == frontier.subtrees()
    frontier.extend(LEAVES[size : size + more])
    assert fold([Stored().node(*node) for node in range_nodes(0, frontier.size)]) == frontier.root()


@given(huge, st.data())
def test_trees_of_every_size(size: int, data: st.DataObject) -> None:
    """Up to 2^64 − 1 leaves, proofs have at most 64 hashes and verify for their question alone."""
    reader = Uniform()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    head, before = root(reader, size), root(reader, old)
    path, proof = inclusion_proof(reader, index, size), consistency_proof(reader, old, size)
    assert max(len(path), len(proof)) <= 64
    verify_inclusion(reader.of(0), index, size, path, head)
    verify_consistency(old, before, size, head, proof)
    for hashes in ([*path, head], path[:-1] if path else [head]):
        with pytest.raises(ProofInvalidError):
            verify_inclusion(reader.of(0), index, size, hashes, head)
    with pytest.raises(ProofInvalidError):
        verify_consistency(old, before, size, head, [*proof, head])


@given(sizes, st.data(), st.integers(0))
def test_no_bit_can_be_changed(size: int, data: st.DataObject, bit: int) -> None:
    """A proof with one bit of leaf, hash or root changed is refused, whichever it is."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    head, before = root(Stored(), size), root(Stored(), old)
    leaf, *path, end = flipped([LEAVES[index], *inclusion_proof(Stored(), index, size), head], bit)
    with pytest.raises(ProofInvalidError):
        verify_inclusion(leaf, index, size, path, end)
    first, *proof, last = flipped([before, *consistency_proof(Stored(), old, size), head], bit)
    with pytest.raises(ProofInvalidError):
        verify_consistency(old, first, size, last, proof)


@given(sizes, st.data())
def test_no_other_question_is_answered(size: int, data: st.DataObject) -> None:
    """A proof does not hold for another index or another size of the same log."""
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    head = root(Stored(), size)
    path = inclusion_proof(Stored(), index, size)
    if other != index:
        with pytest.raises(ProofInvalidError):
            verify_inclusion(LEAVES[index], other, size, path, head)
    old, wrong = data.draw(st.integers(1, size)), data.draw(st.integers(0, size))
    proof = consistency_proof(Stored(), old, size)
    if wrong != old:
        with pytest.raises(ProofInvalidError):
            verify_consistency(wrong, root(Stored(), old), size, head, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (2**64 + 1, 5)])
def test_no_leaf_outside_the_tree(index: int, size: int) -> None:
    """No proof is planned or holds for an index that the tree has not."""
    with pytest.raises(ValueError, match="has no index"):
        inclusion_plan(index, size)
    with pytest.raises(ProofInvalidError) as refusal:
        verify_inclusion(LEAVES[0], index, size, [], EMPTY_ROOT)
    assert {"reason": Fault.INDEX} == refusal.value.params


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
def test_no_tree_shrinks(old: int, new: int) -> None:
    """No proof is planned or holds from a larger size to a smaller one."""
    with pytest.raises(ValueError, match="does not grow"):
        consistency_plan(old, new)
    with pytest.raises(ProofInvalidError):
        verify_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, [])


def test_a_frontier_has_as_many_subtrees_as_its_size() -> None:
    """A frontier is not made of too few subtrees."""
    with pytest.raises(ValueError, match="2 complete subtrees"):
        Frontier(5, LEAVES[:1])
