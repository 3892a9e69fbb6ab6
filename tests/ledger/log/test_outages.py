"""A database that is away for long: readers are back as soon as it is."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.log import datastore
from ledger.log.datastore import LogDatastore
from ledger.log.store import StoreUnavailableError
from ledger.server import WRITER, Database


@pytest.mark.slow
def test_readers_do_not_stay_away_as_long_again(
    database: Database, schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an outage that several readers have waited for in vain, the next one is served."""
    monkeypatch.setattr(datastore, "CONNECT_TIMEOUT_SECONDS", 4)
    sockets = tmp_path / "sockets"
    address = make_conninfo(database.conninfo(WRITER), host=str(sockets))
    log = LogDatastore(address, schema)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            with log.reading():
                pass
    sockets.symlink_to(str(conninfo_to_dict(database.conninfo())["host"]))
    psycopg.connect(address).close()
    with log.reading() as connection:
        assert [(1,)] == connection.execute("SELECT 1").fetchall()
    log.close()
