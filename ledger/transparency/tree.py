"""The Merkle tree of RFC 6962, 2.1 (the same as RFC 9162, 2.1): hashes, roots and proofs.

A *node* (level, number) is the hash of the ``2**level`` leaves from ``number * 2**level`` on; it
exists from the size on that has them all, and never changes after. The root of a size is folded
from the nodes of its binary digits, largest first, and so is the one incomplete part of a proof.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
"""Domain separation of leaves and nodes: neither can be offered as the other."""
EMPTY_ROOT: Final = sha256(b"").digest()
LEVELS_MAX: Final = 64
"""Sizes have at most 64 bits, so no proof has more hashes than this (RFC 6962, 2.1.3)."""


class Node(NamedTuple):
    """The place of a complete subtree of ``2**level`` leaves."""

    level: int
    number: int


class NodeReader(Protocol):
    """Where stored hashes come from."""

    def node(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree."""
        ...


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(LEAF + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """The hashes of many entries; the fast way."""
    # Bound to plain names: with entries of some hundred bytes the loop costs as much as SHA-256.
    hashed, prefix = sha256, LEAF
    return [hashed(prefix + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, side by side."""
    return sha256(NODE + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes one level up; an odd last one has no parent yet."""
    hashed, prefix = sha256, NODE
    each = iter(hashes)
    return [hashed(prefix + left + right).digest() for left, right in zip(each, each, strict=False)]


def subtree(hashes: Sequence[bytes]) -> bytes:
    """The hash of a complete subtree, from its ``2**level`` parts."""
    while len(hashes) > 1:
        hashes = parents(hashes)
    return hashes[0]


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, largest first; of none, that of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


def range_nodes(start: int, end: int) -> list[Node]:
    """The complete subtrees of the leaves from ``start`` to ``end``, largest first.

    ``start`` is a multiple of the power of two that is at or above ``end - start``.
    """
    found = []
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            found.append(Node(level, start >> level))
            start += 1 << level
    return found


Plan = list[list[Node]]
"""A proof before it is read: per hash the nodes it is folded from, mostly one."""


def _path(level: int, index: int, size: int) -> Plan:
    """The siblings of a node up to the root of a size, nearest first."""
    last = (size - 1) >> level
    inner = (index ^ last).bit_length()
    plan = []
    for step in range(inner):
        sibling = (index >> step) ^ 1
        if step + 1 < inner:
            plan.append([Node(level + step, sibling)])
        else:
            # Where the ways to the node and to the last leaf part, the right side is cut short.
            plan.append(range_nodes(sibling << (level + step), size))
    # Above that, the node is on the right edge: only what stands left of it is hashed in.
    plan += [
        [Node(level + step, (index >> step) - 1)]
        for step in range(inner, index.bit_length())
        if index >> step & 1
    ]
    return plan


def inclusion_plan(index: int, size: int) -> Plan:
    """The nodes of an inclusion proof (RFC 6962, 2.1.1).

    Raises:
        ValueError: the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        message = f"a tree of {size} leaves has no index {index}"
        raise ValueError(message)
    return _path(0, index, size)


def consistency_plan(old: int, new: int) -> Plan:
    """The nodes of a consistency proof (RFC 6962, 2.1.2); empty from size 0 and to the same size.

    Raises:
        ValueError: the tree does not grow from ``old`` to ``new``.
    """
    if not 0 <= old <= new:
        message = f"a tree does not grow from {old} to {new} leaves"
        raise ValueError(message)
    if old in {0, new}:
        return []
    level = (old & -old).bit_length() - 1
    index = (old - 1) >> level
    # A complete old tree is its own first node, and whoever checks the proof has its root.
    seed = [[Node(level, index)]] if index else []
    return seed + _path(level, index, new)


def read(plan: Plan, reader: NodeReader) -> list[bytes]:
    """The hashes of a planned proof."""
    return [fold([reader.node(*node) for node in nodes]) for nodes in plan]


def inclusion_proof(reader: NodeReader, index: int, size: int) -> list[bytes]:
    """The siblings of a leaf, from the leaf to the root."""
    return read(inclusion_plan(index, size), reader)


def consistency_proof(reader: NodeReader, old: int, new: int) -> list[bytes]:
    """The hashes that show that the tree of ``new`` leaves begins with the one of ``old``."""
    return read(consistency_plan(old, new), reader)


def root(reader: NodeReader, size: int) -> bytes:
    """The root of a size that the reader has."""
    return fold([reader.node(*node) for node in range_nodes(0, size)])


class Frontier:
    """What a growing tree has to remember: its complete subtrees, one per binary digit of its size.

    Also called a compact range. Appending is constant work per leaf, the root logarithmic.
    """

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        """Go on from a size, given its complete subtrees, largest first."""
        nodes = range_nodes(0, size)
        if len(nodes) != len(subtrees):
            message = f"a tree of {size} leaves has {len(nodes)} complete subtrees"
            raise ValueError(message)
        self.size = size
        self._peaks = {node.level: found for node, found in zip(nodes, subtrees, strict=True)}

    def append(self, leaf: bytes) -> None:
        """Take in the hash of one more leaf."""
        level = 0
        while self.size >> level & 1:
            leaf = node_hash(self._peaks.pop(level), leaf)
            level += 1
        self._peaks[level] = leaf
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
        """Take in the hashes of many leaves; the fast way.

        Returns the nodes that came into being, by level, each level in order.
        """
        self.size += len(leaves)
        new: list[Sequence[bytes]] = []
        while leaves:
            level = len(new)
            new.append(leaves)
            waiting = [self._peaks.pop(level), *leaves] if level in self._peaks else leaves
            if len(waiting) & 1:
                self._peaks[level] = waiting[-1]
            leaves = parents(waiting)
        return new

    def subtrees(self) -> list[bytes]:
        """The complete subtrees, largest first."""
        return [self._peaks[level] for level in sorted(self._peaks, reverse=True)]

    def root(self) -> bytes:
        """The root of all leaves so far."""
        return fold(self.subtrees())
