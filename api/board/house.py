"""What the board needs of a community at work in this process."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ledger.log.datastore import LogDatastore


class BoardHouse(Protocol):
    """A community whose books may be read."""

    @property
    def community(self) -> str:
        """Its name, as it stands in paths."""

    @property
    def books(self) -> LogDatastore:
        """The read models, to be opened as the reader."""

    @property
    def clock(self) -> Callable[[], str]:
        """The instant now."""


HouseOf = Callable[[str], BoardHouse]
"""The community of a name; raises a :class:`ledger.errors.LedgerError` for one that is not here."""

Communities = Callable[[], Sequence[str]]
"""The names of all communities that are at work here."""
