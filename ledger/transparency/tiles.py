"""Tiles and entry bundles: how a log lies in files (C2SP tlog-tiles).

A tile is up to 256 neighbouring hashes of one level, a bundle the entries under a tile of level 0.
A hash of level L + 1 is the root over one full tile of level L; partial tiles are never hashed up.
Each has one path, and what has another spelling is not found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.transparency.faults import Fault
from ledger.transparency.strict import HASH_BYTES, UINT64_MAX, Reader
from ledger.transparency.tree import Node, Plan

WIDTH: Final = 256
"""Hashes in a full tile, entries in a full bundle."""
HEIGHT: Final = 8
"""Levels of the tree in one level of tiles."""
LEVEL_MAX: Final = 63
ENTRY_BYTES_MAX: Final = 65_535
LENGTH_BYTES: Final = 2

_PATH: Final = re.compile(
    r"tile/(?P<level>[0-9]{1,2}|entries)"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)
_reader: Final = Reader("tlog-tiles")


def _index_path(index: int) -> str:
    """Three digits an element, all but the last begin with x: 1234067 is x001/x234/067."""
    *groups, last = f"{index:,}".split(",")
    return "".join(f"x{int(group):03}/" for group in groups) + f"{int(last):03}"


def _suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile; ``width`` is how many hashes it has, 256 when it is full."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path below the prefix of the log."""
        return f"tile/{self.level}/{_index_path(self.index)}{_suffix(self.width)}"

    def split(self, data: bytes) -> list[bytes]:
        """The hashes in its bytes.

        Raises:
            MalformedError: the bytes have another length.
        """
        if len(data) != self.width * HASH_BYTES:
            raise _reader.refuse(Fault.TILE_LENGTH)
        return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


@dataclass(frozen=True, slots=True, order=True)
class EntryBundle:
    """A bundle; ``width`` is how many entries it has, 256 when it is full."""

    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path below the prefix of the log."""
        return f"tile/entries/{_index_path(self.index)}{_suffix(self.width)}"

    def split(self, data: bytes) -> list[bytes]:
        """The entries in its bytes.

        Raises:
            MalformedError: the bytes do not hold exactly ``width`` entries.
        """
        entries, at, end = [], 0, len(data)
        while at < end:
            start = at + LENGTH_BYTES
            at = start + int.from_bytes(data[at:start], "big")
            entries.append(data[start:at])
        # One look at the end is enough: whatever was cut off, the last entry would reach past it.
        if at != end or len(entries) != self.width:
            raise _reader.refuse(Fault.BUNDLE_LENGTH)
        return entries


def join_entries(entries: Sequence[bytes]) -> bytes:
    """The bytes of a bundle.

    Raises:
        MalformedError: an entry is too long, or there are none or too many.
    """
    if not 0 < len(entries) <= WIDTH:
        raise _reader.refuse(Fault.BUNDLE_WIDTH)
    if max(map(len, entries)) > ENTRY_BYTES_MAX:
        raise _reader.refuse(Fault.ENTRY_LENGTH)
    return b"".join([len(entry).to_bytes(LENGTH_BYTES, "big") + entry for entry in entries])


def parse_path(path: str) -> Tile | EntryBundle:
    """What a path below the prefix names; no size of a log is known here.

    Raises:
        MalformedError: it names nothing, or in another spelling than the one there is.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise _reader.refuse(Fault.PATH)
    index = int(found["index"].replace("/", "").replace("x", ""))
    width = WIDTH if found["width"] is None else int(found["width"])
    if found["level"] == "entries":
        named: Tile | EntryBundle = EntryBundle(index, width)
    else:
        named = Tile(int(found["level"]), index, width)
        if named.level > LEVEL_MAX:
            raise _reader.refuse(Fault.PATH)
    # Writing it again refuses leading zeroes, widths of 0 or 256, and a superfluous x000.
    if index > UINT64_MAX or not 0 < width <= WIDTH or named.path != path:
        raise _reader.refuse(Fault.PATH)
    return named


def hashes_at(level: int, size: int) -> int:
    """How many hashes the tiles of a level have in a log of a size."""
    return size >> HEIGHT * level


def tile_at(level: int, position: int, size: int) -> Tile:
    """The tile that has the hash at ``position`` of a level, as wide as it is at a size.

    Raises:
        ValueError: a log of that size has no such hash.
    """
    count = hashes_at(level, size)
    if not 0 <= position < count:
        message = f"level {level} has {count} hashes, and no position {position}"
        raise ValueError(message)
    index = position >> HEIGHT
    return Tile(level, index, min(WIDTH, count - index * WIDTH))


def bundle_at(index: int, size: int) -> tuple[EntryBundle, int]:
    """The bundle that has the entry of an index, as wide as it is at a size, and where in it.

    Raises:
        ValueError: a log of that size has no such entry.
    """
    tile = tile_at(0, index, size)
    return EntryBundle(tile.index, tile.width), index % WIDTH


def _grown(old: int, new: int) -> Iterator[tuple[int, int]]:
    """Index and width of what a level that grew from ``old`` to ``new`` hashes has to write."""
    if old < new:
        yield from ((index, WIDTH) for index in range(old // WIDTH, new // WIDTH))
        if new % WIDTH:
            yield new // WIDTH, new % WIDTH


def tiles_added(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a log of ``new`` entries has and one of ``old`` entries has not, by level."""
    for level in range(LEVEL_MAX + 1):
        counts = hashes_at(level, old), hashes_at(level, new)
        yield from (Tile(level, *each) for each in _grown(*counts))
        if counts[0] == counts[1]:
            return


def bundles_added(old: int, new: int) -> Iterator[EntryBundle]:
    """The bundles that a log of ``new`` entries has and one of ``old`` entries has not."""
    return (EntryBundle(*each) for each in _grown(old, new))


def tile_of(node: Node, size: int) -> Tile:
    """The tile from which a node is computed in a log of a size.

    Raises:
        ValueError: a log of that size does not have all leaves of the node.
    """
    level, height = divmod(node.level, HEIGHT)
    return tile_at(level, ((node.number + 1) << height) - 1, size)


def tiles_of(plan: Plan, size: int) -> list[Tile]:
    """The tiles that a proof is read from, each once, in order."""
    return sorted({tile_of(node, size) for nodes in plan for node in nodes})
