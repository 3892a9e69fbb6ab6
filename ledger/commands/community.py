"""Opening a ledger, its settings and its places."""

from typing import ClassVar

from msgspec import Struct

from ledger.commands.base import (
    CLOCKWORK,
    Command,
    Context,
    Decided,
    OfficerUnknown,
    TimeInvalid,
    check_instants,
    check_post,
)
from ledger.errors import Refusal
from ledger.events.base import Event
from ledger.events.community import LedgerOpened, RehearsalCarriedOn, SettingsAdopted
from ledger.events.officers import OfficerAppointed
from ledger.events.people import BuildingRegistered, GridRegistered
from ledger.states.officers import PostKind


class AlreadyOpened(Refusal):
    """A ledger has one genesis."""

    code = "already_opened"
    message = "This ledger is open already."


class PlaceKnown(Refusal):
    """The place is registered."""

    code = "place_known"
    message = "A place of this name is registered already."


class GridUnknown(Refusal):
    """No such grid."""

    code = "grid_unknown"
    message = "This grid is not registered."


class RehearsalOnly(Refusal):
    """A ledger on the real clock has no period that could end."""

    code = "rehearsal_only"
    message = "Only a rehearsal can be carried on. This is a real ledger, which has no end."


class PeriodRunning(Refusal):
    """What is not over cannot be carried on; nor what was carried on before."""

    code = "period_running"
    message = "The period of this rehearsal has not ended. It can be carried on afterwards, once."


class Settings(Struct, frozen=True):
    """See :class:`ledger.events.community.SettingsAdopted`."""

    post_weekday: int
    post_time: int
    notice_days: int
    expiry_months: int | None

    def event(self) -> SettingsAdopted:
        """The event that adopts them."""
        return SettingsAdopted(
            post_weekday=self.post_weekday,
            post_time=self.post_time,
            notice_days=self.notice_days,
            expiry_months=self.expiry_months,
        )


class OpenLedger(Command):
    """The genesis, with the settings and the founding posts ``(kind, officer number)``.

    The answer's ``posts`` are the ids of the founding posts, in their order.
    """

    NAME: ClassVar[str] = "open-ledger"
    REFUSALS = (
        TimeInvalid,
        AlreadyOpened,
    )

    community: str
    name_zh: str
    name_en: str
    timezone: str
    account_holder: str
    origin: str
    key: str
    rehearsal: bool
    starts: str
    ends: str | None
    settings: Settings
    founders: list[tuple[PostKind, str]]

    def decide(self, context: Context) -> Decided:
        """Only on an empty log."""
        if context.states.community.opened:
            raise AlreadyOpened
        check_instants(self.starts, self.ends)
        genesis = LedgerOpened(
            community=self.community,
            name_zh=self.name_zh,
            name_en=self.name_en,
            timezone=self.timezone,
            account_holder=self.account_holder,
            origin=self.origin,
            key=self.key,
            rehearsal=self.rehearsal,
            starts=self.starts,
            ends=self.ends,
        )
        posts = [
            OfficerAppointed(
                post=context.new_id(),
                kind=kind,
                begins=self.starts,
                ends=None,
                officer=officer,
                name="",
                member=None,
                household=None,
            )
            for kind, officer in self.founders
        ]
        events: list[Event] = [genesis, self.settings.event(), *posts]
        return Decided(events, CLOCKWORK, {"posts": [post.post for post in posts]})


class CarryOn(Command):
    """Take the end off a rehearsal's period, so that its ledger goes on in the present."""

    NAME: ClassVar[str] = "carry-on"
    REFUSALS = (RehearsalOnly, OfficerUnknown, PeriodRunning)

    def decide(self, context: Context) -> Decided:
        """By the secretary, at the end of the period or after it."""
        community = context.states.community
        if community.opened and not community.rehearsal:
            raise RehearsalOnly
        post = check_post(context, PostKind.SECRETARY)
        if context.instant < community.ends:
            raise PeriodRunning
        return Decided([RehearsalCarriedOn(community=community.community)], post.post)


class AdoptSettings(Command):
    """New settings, for what is posted and closed from now on."""

    NAME: ClassVar[str] = "adopt-settings"
    REFUSALS = (OfficerUnknown,)

    settings: Settings

    def decide(self, context: Context) -> Decided:
        """By the secretary."""
        post = check_post(context, PostKind.SECRETARY)
        return Decided([self.settings.event()], post.post)


class RegisterGrid(Command):
    """A grid."""

    NAME: ClassVar[str] = "register-grid"
    REFUSALS = (
        OfficerUnknown,
        PlaceKnown,
    )

    grid: str

    def decide(self, context: Context) -> Decided:
        """Once."""
        post = check_post(context, PostKind.SECRETARY)
        if self.grid in context.states.community.grids:
            raise PlaceKnown
        return Decided([GridRegistered(grid=self.grid)], post.post)


class RegisterBuilding(Command):
    """A building of a grid."""

    NAME: ClassVar[str] = "register-building"
    REFUSALS = (
        OfficerUnknown,
        PlaceKnown,
        GridUnknown,
    )

    building: str
    grid: str

    def decide(self, context: Context) -> Decided:
        """Once, in a known grid."""
        post = check_post(context, PostKind.SECRETARY)
        community = context.states.community
        if self.building in community.buildings:
            raise PlaceKnown
        if self.grid not in community.grids:
            raise GridUnknown
        return Decided([BuildingRegistered(building=self.building, grid=self.grid)], post.post)
