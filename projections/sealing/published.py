"""What everybody may read of the sealed log: what the published checkpoint covers, and no more."""

from ledger.log.datastore import LogDatastore
from ledger.transparency.tiles import WIDTH, EntryBundle, Tile, hashes_at
from projections.sealing.storage import Storage


def read_checkpoint(datastore: LogDatastore) -> bytes | None:
    """The note of the newest checkpoint; None before the first.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    with datastore.reading() as connection:
        size, note = Storage(connection, datastore.schema).newest()
    return note if size else None


def read_resource(datastore: LogDatastore, named: Tile | EntryBundle) -> bytes | None:
    """The bytes of a tile or bundle; None where the checkpoint does not cover all of it.

    Narrower ones than there are now stay readable: whoever has an older checkpoint asks for them.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    start = named.index * WIDTH
    with datastore.reading() as connection:
        storage = Storage(connection, datastore.schema)
        size, _ = storage.newest()
        level = named.level if isinstance(named, Tile) else 0
        if start + named.width > hashes_at(level, size):
            return None
        if isinstance(named, Tile):
            return storage.tile(named)
        return storage.bundle(named, start)
