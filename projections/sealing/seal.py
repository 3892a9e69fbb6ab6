"""Sealing a page of the log, in steps whose order is the whole point.

1. *Tiles.* The entries behind the tiles are hashed; tiles and size are written in one transaction.
2. *Guard.* A checkpoint over all tiles is signed and put into the head guard, outside the database,
   by compare-and-swap. From here on it counts as signed, whoever has seen it.
3. *Publication.* The same note is stored in the database, which is where it is read from.

Each is durable before the next begins. A crash, or an error whose outcome nobody knows, leaves

- before 1: nothing;
- after 1: tiles that no checkpoint covers and nobody is given. They are hashes of entries, which
  never change, so they stay, and the next checkpoint covers them;
- after 2: a checkpoint that is signed and not published. The next process publishes that very note
  before it signs anything else;
- after 3: nothing to be done.

The log only grows, so checkpoints of one database are all consistent. What could break that is a
database that was set back: its log does not hold the guard's last position, or its tiles lead to
another root than the one that was signed, and then nothing is signed any more. (The order is that
of FiloSottile/sunlight, whose lock backend is our guard.)
"""

from collections.abc import Sequence
from typing import Final

from ledger.events.community import LedgerOpened
from ledger.log.canonical import parse_canonical
from ledger.log.guard import GuardMovedError, HeadGuard, LedgerBehindError, Mark, leaf_of
from ledger.transparency.checkpoints import Checkpoint, open_signed
from ledger.transparency.errors import TransparencyError
from ledger.transparency.signers import Signer
from ledger.transparency.tile_hashes import TileBuilder, TileHashes
from ledger.transparency.tiles import Tile
from ledger.transparency.tree import leaf_hashes, root
from ledger.transparency.vkeys import ED25519
from projections.sealing.errors import SealBrokenError, SigningKeyUnfitError
from projections.sealing.storage import OvertakenError, Storage

PAGE_ENTRIES: Final = 2_048
"""Entries that are hashed at once; at 60,000 bytes each they still fit into memory."""


def check_key(genesis: bytes, key: Signer) -> None:
    """Check that a key is the one that the genesis, an entry, names.

    Raises:
        SigningKeyUnfitError: it is that of another log.
    """
    entry = parse_canonical(genesis)
    opened = entry["data"] if entry["type"] == LedgerOpened.TOPIC else {}
    if (opened.get("origin"), opened.get("key")) != (key.name, key.verifier):
        raise SigningKeyUnfitError(name=key.name)


class Seal:
    """One log as it is sealed by one process, which holds the lock; see above."""

    def __init__(
        self, storage: Storage, guard: HeadGuard, key: Signer, page_entries: int = PAGE_ENTRIES
    ) -> None:
        """Nothing is read yet."""
        self._storage, self._guard, self._key = storage, guard, key
        self._page_entries = page_entries
        self._tree: TileBuilder | None = None
        self._mark: Mark | None = None
        self.head, self.published = 0, 0

    def step(self) -> None:
        """Seal one page, if there is one; ``head`` and ``published`` tell how far that is.

        Raises:
            LedgerBehindError: the database was set back.
            GuardUnreadableError: nobody can tell whether it was.
            SigningKeyUnfitError: the key is that of another log.
            SealBrokenError: rows were changed.
            OvertakenError: another process has written, or moved the guard; begin anew.
        """
        self.head, mark = self._storage.head(), self._guard.read()
        signed = self._met(mark)
        if not self.head:
            return
        tree = self._tree or self._take_over(signed)
        if signed is not None and signed.size > self.published:
            # What was signed is published before anything else is, so the tiles stop there first.
            self._hash(tree, signed.size)
            if tree.size >= signed.size:
                self._check_root(signed)
                self._publish(signed.size, mark.note.encode())
            return
        self._hash(tree, self.head)
        if tree.size > self.published:
            self._sign(tree, mark)

    def _met(self, mark: Mark) -> Checkpoint | None:
        """What was signed last, once the log is known to hold what the guard has seen."""
        # Asked each time: rows can be exchanged under a connection that goes on.
        held = not mark.position or self._leaf(mark.position) == mark.leaf
        if self.head < mark.position or not held:
            raise LedgerBehindError(position=self.head, seen=mark.position)
        if mark != self._mark:
            # Somebody else has moved it: what is known of tiles and checkpoints may be out of date.
            self._tree, self._mark = None, mark
        return self._read(mark.note.encode())

    def _leaf(self, position: int) -> str:
        found = self._storage.entries(position - 1, position)
        return leaf_of(found[0]) if found else ""

    def _read(self, note: bytes) -> Checkpoint | None:
        """A checkpoint that this key has signed; None of no note."""
        if not note:
            return None
        try:
            return open_signed(note, self._key.name, [self._key.public(ED25519)]).checkpoint
        except TransparencyError as error:
            raise SealBrokenError(size=self.published) from error

    def _take_over(self, signed: Checkpoint | None) -> TileBuilder:
        """Load what another process has left, and check that it leads to what was signed."""
        check_key(self._storage.entries(0, 1)[0], self._key)
        self.published, note = self._storage.newest()
        try:
            tree = TileBuilder.load(self._storage.size(), self._storage.tile)
        except TransparencyError as error:
            raise SealBrokenError(size=self.published) from error
        stored = self._read(note)
        if self.published > tree.size or (stored.size if stored else 0) != self.published:
            raise SealBrokenError(size=self.published)
        for checkpoint in (stored, signed):
            if checkpoint is not None and checkpoint.size <= tree.size:
                self._check_root(checkpoint)
        self._tree = tree
        return tree

    def _check_root(self, signed: Checkpoint) -> None:
        tiles = TileHashes(signed.size, self._storage.tile)
        try:
            found = root(tiles, signed.size)
        except TransparencyError as error:
            raise SealBrokenError(size=signed.size) from error
        if found != signed.root:
            raise SealBrokenError(size=signed.size)

    def _hash(self, tree: TileBuilder, aim: int) -> None:
        """Step 1: a page of what is between the tiles and the aim."""
        old, new = tree.size, min(aim, tree.size + self._page_entries)
        if new <= old:
            return
        entries = self._storage.entries(old, new)
        if len(entries) != new - old:
            raise SealBrokenError(size=self.published)
        # From here on the tree in memory is ahead of the tables, until they are known to follow.
        self._tree = None
        self._write_tiles(old, new, tree.extend(leaf_hashes(entries)))
        self._tree = tree

    def _sign(self, tree: TileBuilder, mark: Mark) -> None:
        """Steps 2 and 3."""
        note = Checkpoint(self._key.name, tree.size, tree.root()).sign(self._key).encode()
        signed = mark.signed(Mark(tree.size, self._leaf(tree.size)), note.decode())
        self._move_guard(mark, signed)
        self._mark = signed
        self._publish(tree.size, note)

    # What makes each step durable; tests let these fail before and after they did.

    def _write_tiles(self, old: int, new: int, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        self._storage.write_tiles(old, new, tiles)

    def _move_guard(self, seen: Mark, signed: Mark) -> None:
        try:
            self._guard.swap(seen, signed)
        except GuardMovedError as error:
            raise OvertakenError from error

    def _publish(self, size: int, note: bytes) -> None:
        self._storage.publish(size, note)
        self.published = size
