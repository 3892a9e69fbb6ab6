"""The community as the decisions see it: genesis, settings, places."""

from typing import ClassVar

from msgspec import field

from ledger.calendar import NEVER, Posting
from ledger.events.base import Recorded
from ledger.events.community import LedgerOpened, RehearsalCarriedOn, SettingsAdopted
from ledger.events.people import BuildingRegistered, GridRegistered
from ledger.events.points import ExpiryCompleted
from ledger.states.base import State, folds


class Community(State):
    """Resident. ``opened`` is False before the genesis; ``posting`` is None before settings."""

    VERSION: ClassVar[int] = 2

    opened: bool = False
    community: str = ""
    rehearsal: bool = False
    timezone: str = "UTC"
    account_holder: str = "household"
    starts: str = NEVER
    ends: str = NEVER
    posting: Posting | None = None
    notice_days: int = 0
    expiry_months: int | None = None
    expired_through: str = ""
    grids: set[str] = field(default_factory=set)
    buildings: dict[str, str] = field(default_factory=dict)

    def holds(self, instant: str) -> bool:
        """Whether an instant lies in the ledger's period."""
        return self.starts <= instant <= self.ends

    @folds(LedgerOpened)
    def ledger_opened(self, event: LedgerOpened, _: Recorded) -> None:
        """The genesis."""
        self.opened = True
        self.community = event.community
        self.rehearsal = event.rehearsal
        self.timezone = event.timezone
        self.account_holder = event.account_holder
        self.starts, self.ends = event.starts, event.ends or NEVER

    @folds(RehearsalCarriedOn)
    def rehearsal_carried_on(self, _: RehearsalCarriedOn, __: Recorded) -> None:
        """The period has no end any more."""
        self.ends = NEVER

    @folds(SettingsAdopted)
    def settings_adopted(self, event: SettingsAdopted, _: Recorded) -> None:
        """From now on."""
        self.posting = Posting(event.post_weekday, event.post_time, self.timezone)
        self.notice_days = event.notice_days
        self.expiry_months = event.expiry_months

    @folds(GridRegistered)
    def grid_registered(self, event: GridRegistered, _: Recorded) -> None:
        """A place."""
        self.grids.add(event.grid)

    @folds(BuildingRegistered)
    def building_registered(self, event: BuildingRegistered, _: Recorded) -> None:
        """A place."""
        self.buildings[event.building] = event.grid

    @folds(ExpiryCompleted)
    def expiry_completed(self, event: ExpiryCompleted, _: Recorded) -> None:
        """The clockwork need not look at earlier dates again."""
        self.expired_through = event.date
