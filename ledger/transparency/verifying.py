"""Checking proofs against roots: RFC 9162, 2.1.3.2 and 2.1.4.2, over whole numbers of any size.

Both walk the proof once. How many hashes it must have follows from the sizes alone, so there is
one proof for each question and nothing in it goes unused.
"""

from collections.abc import Iterable, Sequence

from ledger.transparency.errors import ProofInvalidError
from ledger.transparency.faults import Fault
from ledger.transparency.strict import HASH_BYTES
from ledger.transparency.tree import EMPTY_ROOT, node_hash


def _check_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofInvalidError(reason=Fault.HASH_LENGTH)


def _check_root(wanted: bytes, found: bytes) -> None:
    if wanted != found:
        raise ProofInvalidError(reason=Fault.ROOT)


def _check_count(hashes: Sequence[bytes], count: int) -> None:
    if len(hashes) != count:
        raise ProofInvalidError(reason=Fault.HASH_COUNT)


def _climb(start: bytes, index: int, hashes: Iterable[bytes]) -> bytes:
    """Hash a node with its siblings; the bits of its index say on which side it stands."""
    for step, sibling in enumerate(hashes):
        on_the_right = index >> step & 1
        start = node_hash(sibling, start) if on_the_right else node_hash(start, sibling)
    return start


def _climb_edge(start: bytes, hashes: Iterable[bytes]) -> bytes:
    """Hash a node on the right edge of the tree with all that stands left of it."""
    for left in hashes:
        start = node_hash(left, start)
    return start


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the tree with this size and root has this leaf hash at this index.

    Raises:
        ProofInvalidError: it has not, or the proof is for something else.
    """
    if not 0 <= index < size:
        raise ProofInvalidError(reason=Fault.INDEX)
    _check_hashes(leaf, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    _check_count(proof, inner + (index >> inner).bit_count())
    found = _climb(leaf, index, proof[:inner])
    _check_root(root, _climb_edge(found, proof[inner:]))


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of ``new`` leaves begins with the tree of ``old`` leaves.

    From size 0 and to the same size the proof is empty (C2SP tlog-witness).

    Raises:
        ProofInvalidError: it does not, or the proof is for something else.
    """
    if not 0 <= old <= new:
        raise ProofInvalidError(reason=Fault.SIZE)
    _check_hashes(old_root, new_root, *proof)
    for size, found in ((old, old_root), (new, new_root)):
        if size == 0:
            _check_root(EMPTY_ROOT, found)
    if old == new:
        _check_root(old_root, new_root)
    if old in {0, new}:
        _check_count(proof, 0)
        return
    _verify_growth(old, old_root, new, new_root, list(proof))


def _verify_growth(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]
) -> None:
    shift = (old & -old).bit_length() - 1
    index = (old - 1) >> shift
    # A complete old tree is the node to start from; of any other the proof brings its last one.
    hashes = [old_root, *proof] if not index else proof
    inner = (index ^ ((new - 1) >> shift)).bit_length()
    _check_count(hashes, 1 + inner + (index >> inner).bit_count())
    seed, inside, edge = hashes[0], hashes[1 : 1 + inner], hashes[1 + inner :]
    in_old = [left for step, left in enumerate(inside) if index >> step & 1]
    _check_root(old_root, _climb_edge(_climb_edge(seed, in_old), edge))
    _check_root(new_root, _climb_edge(_climb(seed, index, inside), edge))
