"""How a community's ledger and its read models stand."""

from dataclasses import dataclass

from ledger.events.community import LedgerOpened
from ledger.log.entries import decode
from ledger.log.recorder import LedgerRecorder
from projections.catalogue import ALL
from projections.tracking import standings_of


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """``position`` is how far it is; ``stale``: made by another version, to be rebuilt."""

    position: int
    stale: bool


@dataclass(frozen=True, slots=True)
class LedgerStatus:
    """The head of the log, what kind of ledger it is, and each projection."""

    events: int
    recorded_at: str
    rehearsal: bool
    projections: dict[str, ProjectionStatus]


def status_of(recorder: LedgerRecorder) -> LedgerStatus:
    """Look at one community.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    head = recorder.head()
    genesis = [decode(logged).event for logged in recorder.read_after(0, 1)]
    with recorder.log.reading() as connection:
        found = standings_of(connection, [p.NAME for p in ALL])
    return LedgerStatus(
        events=head.position,
        recorded_at=head.recorded_at,
        rehearsal=any(isinstance(e, LedgerOpened) and e.rehearsal for e in genesis),
        projections={
            p.NAME: ProjectionStatus(
                found[p.NAME].position if p.NAME in found else 0,
                p.NAME not in found or not found[p.NAME].fits(p),
            )
            for p in ALL
        },
    )
