"""One rehearsal from the sheets to the report, in a ledger that is thrown away or kept."""

import secrets
from pathlib import Path

from api.rehearsal.homes import kept_schema, passing_schema, prepared_database
from api.rehearsal.stage import Progress, Rehearsed, Stage, staged
from api.settings import Settings
from api.sheets.quarter import Quarter
from ledger.log.guard import HeadGuard, mark_of
from ledger.log.sources import SEED_BYTES


def new_seed() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(SEED_BYTES)


def rehearse(
    quarter: Quarter, settings: Settings, *, seed: bytes, keep: Path | None, progress: Progress
) -> Rehearsed:
    """Play a quarter.

    Raises:
        LedgerError: the home is taken, or the ledger could not go on.
        ServerError: there is no database that will do.
    """
    community = quarter.community.community
    with prepared_database(settings, keep) as database:
        if keep is None:
            with (
                passing_schema(database) as schema,
                staged(quarter, database, schema, seed, progress) as stage,
            ):
                return stage.rehearsed(stage.play())
        guard = HeadGuard(settings.guard_folder(keep), community, rehearsal=True)
        with (
            kept_schema(database, community, keep) as schema,
            staged(quarter, database, schema, seed, progress) as stage,
        ):
            return _kept(stage, keep, guard)


def _kept(stage: Stage, keep: Path, guard: HeadGuard) -> Rehearsed:
    stage.key.save(keep / "keys" / f"{stage.quarter.community.community}.key")
    played = stage.play()
    # Whatever the guard saw before was another rehearsal, which is gone.
    guard.swap(guard.read(), mark_of(stage.recorder, stage.recorder.head().position))
    return stage.rehearsed(played)
