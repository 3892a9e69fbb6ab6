"""Tiles as a tree: proofs read from stored tiles, and tiles made while a log grows.

Reading is by a function from a tile to its bytes, writing is the caller's; nothing is kept here
but what one proof has read, or the partial tiles on the right edge.
"""

from collections.abc import Callable, Sequence
from typing import Self

from ledger.transparency.tiles import (
    HEIGHT,
    WIDTH,
    Tile,
    hashes_at,
    tile_at,
    tile_of,
)
from ledger.transparency.tree import Frontier, Node, range_nodes, subtree

ReadTile = Callable[[Tile], bytes]
"""The bytes of a tile. Where a partial tile is gone, the caller takes the full one's beginning."""


class TileHashes:
    """The nodes of a log of a size, from its tiles; a :class:`ledger.transparency.tree.NodeReader`.

    For one proof or a few: it keeps each tile that it read, at most two a level for a proof.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        """Nothing is read yet."""
        self.size = size
        self._read = read
        self._tiles: dict[Tile, list[bytes]] = {}

    def node(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            ValueError: the log of that size has no such subtree.
            MalformedError: a tile has another length than its width says.
        """
        height = level % HEIGHT
        tile = tile_of(Node(level, number), self.size)
        start = (number << height) % WIDTH
        return subtree(self._hashes(tile)[start : start + (1 << height)])

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._tiles:
            self._tiles[tile] = tile.split(self._read(tile))
        return self._tiles[tile]


class TileBuilder:
    """A log that grows: takes in leaf hashes, gives out the tiles to write.

    It remembers the partial tile of each level and the frontier, whatever the size of the log.
    """

    def __init__(self) -> None:
        """An empty log."""
        self._frontier = Frontier()
        self._partial: list[list[bytes]] = []

    @classmethod
    def load(cls, size: int, read: ReadTile) -> Self:
        """Go on from a size, with the partial tile of each level; full tiles are not read.

        What was stored is taken as it is: compare :meth:`root` with the checkpoint of that size.

        Raises:
            MalformedError: a tile has another length than its width says.
        """
        builder = cls()
        stored = TileHashes(size, read)
        nodes = [stored.node(*node) for node in range_nodes(0, size)]
        builder._frontier = Frontier(size, nodes)
        level = 0
        while count := hashes_at(level, size):
            tile = tile_at(level, count - 1, size)
            builder._partial.append(stored._hashes(tile) if tile.width < WIDTH else [])
            level += 1
        return builder

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._frontier.size

    def root(self) -> bytes:
        """The root over them."""
        return self._frontier.root()

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Take in leaf hashes; the tiles that are new or wider, each with its bytes.

        They are those of :func:`ledger.transparency.tiles.tiles_added`, in its order.
        """
        before = self.size
        added = self._frontier.extend(leaves)
        written: list[tuple[Tile, bytes]] = []
        for level, new in enumerate(added[::HEIGHT]):
            if level == len(self._partial):
                self._partial.append([])
            hashes = [*self._partial[level], *new]
            first = hashes_at(level, before) // WIDTH
            for start in range(0, len(hashes), WIDTH):
                part = hashes[start : start + WIDTH]
                tile = Tile(level, first + start // WIDTH, len(part))
                written.append((tile, b"".join(part)))
            self._partial[level] = hashes[len(hashes) - len(hashes) % WIDTH :]
        return written
