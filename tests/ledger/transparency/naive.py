"""The Merkle tree once more, word for word from RFC 6962, 2.1: slow, recursive, and not ours."""

from collections.abc import Sequence
from hashlib import sha256

Leaves = Sequence[bytes]


def split(count: int) -> int:
    """The largest power of two below a count above 1."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(entries: Leaves) -> bytes:
    """MTH(D[n])."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\x01" + root(entries[:k]) + root(entries[k:])).digest()


def path(index: int, entries: Leaves) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*path(index, entries[:k]), root(entries[k:])]
    return [*path(index - k, entries[k:]), root(entries[:k])]


def proof(old: int, entries: Leaves) -> list[bytes]:
    """PROOF(m, D[n])."""
    return _subproof(old, entries, whole=True)


def _subproof(old: int, entries: Leaves, *, whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [root(entries)]
    k = split(len(entries))
    if old <= k:
        return [*_subproof(old, entries[:k], whole=whole), root(entries[k:])]
    return [*_subproof(old - k, entries[k:], whole=False), root(entries[:k])]


def hash_tiles(entries: Leaves) -> dict[tuple[int, int, int], bytes]:
    """All tiles of a log by level, index and width (C2SP tlog-tiles, the formal definition)."""
    tiles, span, level = {}, 1, 0
    while len(entries) // span:
        roots = [
            root(entries[at : at + span]) for at in range(0, len(entries) // span * span, span)
        ]
        for at in range(0, len(roots), 256):
            part = roots[at : at + 256]
            tiles[level, at // 256, len(part)] = b"".join(part)
        span, level = span * 256, level + 1
    return tiles
