"""Where the sealed log lies: its tiles, how far they reach, and the checkpoints.

Written by one process at a time, over one connection that holds a lock of its session. Should that
lock be lost unnoticed, the statements still keep two writers from each other: tiles are written
only by who has seen the size that they have, and a checkpoint only once for a size.
"""

from collections.abc import Sequence
from typing import Final

import psycopg

from ledger.transparency.strict import HASH_BYTES
from ledger.transparency.tiles import EntryBundle, Tile, join_entries
from projections.reading import head_position
from projections.tables import Connection

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('sunledger-sealing:' || %s, 0))"
_SIZE: Final = "SELECT size FROM sealing"
_MOVE: Final = "UPDATE sealing SET size = %s WHERE size = %s"
_TILE: Final = """
SELECT substring(hashes FROM 1 FOR %s) FROM tiles WHERE level = %s AND number = %s
"""
_PUT_TILE: Final = """
INSERT INTO tiles (level, number, hashes) VALUES (%s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
_ENTRIES: Final = """
SELECT entry FROM events WHERE position > %s AND position <= %s ORDER BY position
"""
_NEWEST: Final = "SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1"
_PUBLISH: Final = "INSERT INTO checkpoints (size, note) VALUES (%s, %s)"


class OvertakenError(Exception):
    """Another process has written in between: look at everything anew."""


class Storage:
    """The tables of one schema, over a connection that commits each statement by itself."""

    def __init__(self, connection: Connection, schema: str) -> None:
        """Nothing is read yet."""
        self._connection, self._schema = connection, schema

    def lock(self) -> bool:
        """Become the one who seals, until the connection ends; whether nobody else is."""
        return self._connection.execute(_LOCK, (self._schema,)).fetchone() == (True,)

    def head(self) -> int:
        """The last position of the log."""
        return head_position(self._connection)

    def size(self) -> int:
        """How many entries the tiles have."""
        row = self._connection.execute(_SIZE).fetchone()
        return row[0] if row else 0

    def newest(self) -> tuple[int, bytes]:
        """Size and note of the published checkpoint; 0 and nothing where there is none yet."""
        row = self._connection.execute(_NEWEST).fetchone()
        return (row[0], row[1]) if row else (0, b"")

    def entries(self, after: int, through: int) -> list[bytes]:
        """Entries with ``after`` < position <= ``through``, in order."""
        return [row[0] for row in self._connection.execute(_ENTRIES, (after, through))]

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile, or what there is of it."""
        wanted = (tile.width * HASH_BYTES, tile.level, tile.index)
        row = self._connection.execute(_TILE, wanted).fetchone()
        return row[0] if row else b""

    def bundle(self, bundle: EntryBundle, start: int) -> bytes:
        """The bytes of a bundle that begins behind the position ``start``."""
        return join_entries(self.entries(start, start + bundle.width))

    def write_tiles(self, old: int, new: int, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        """Write the tiles that came with the growth from ``old`` to ``new``, and the size.

        Raises:
            OvertakenError: the tiles have another size than ``old`` by now.
        """
        with self._connection.transaction():
            if self._connection.execute(_MOVE, (new, old)).rowcount != 1:
                raise OvertakenError
            with self._connection.cursor() as cursor:
                cursor.executemany(_PUT_TILE, [(t.level, t.index, data) for t, data in tiles])

    def publish(self, size: int, note: bytes) -> None:
        """Publish the checkpoint of a size.

        Raises:
            OvertakenError: there is one of this size by now.
        """
        try:
            self._connection.execute(_PUBLISH, (size, note))
        except psycopg.errors.UniqueViolation as error:
            raise OvertakenError from error
