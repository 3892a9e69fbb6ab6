"""What callers of the read models are told.

LedgerError
    ProjectionBehindError   projection_behind   503
    ProjectionStaleError    projection_stale    503
"""

from typing import ClassVar

from ledger.errors import LedgerError


class ProjectionBehindError(LedgerError):
    """A caller asked for a position that the read models have not reached in time."""

    code: ClassVar[str] = "projection_behind"
    status: ClassVar[int] = 503
    message: ClassVar[str] = "The books have not caught up with position {position} yet. Ask again."


class ProjectionStaleError(LedgerError):
    """The tables are not those of this program."""

    code: ClassVar[str] = "projection_stale"
    status: ClassVar[int] = 503
    message: ClassVar[str] = "The books must be rebuilt before they can be read: sunledger rebuild."
