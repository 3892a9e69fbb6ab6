"""Places, people and cards."""

from typing import ClassVar

from ledger.events.base import Entry, Event, Private


class GridRegistered(Event):
    """A grid of the community."""

    TOPIC: ClassVar[str] = "grid-registered.v1"

    grid: Entry[str]


class BuildingRegistered(Event):
    """A building, in its grid."""

    TOPIC: ClassVar[str] = "building-registered.v1"

    building: Entry[str]
    grid: Entry[str]


class HouseholdRegistered(Event):
    """A household and where it lives."""

    TOPIC: ClassVar[str] = "household-registered.v1"
    PRIVATE_TAGS = ("household",)

    household: Private[str]
    grid: Private[str]
    building: Private[str]
    flat: Private[str]


class MemberRegistered(Event):
    """A resident with a volunteer number; ``consent`` is real, masked or anonymous."""

    TOPIC: ClassVar[str] = "member-registered.v1"
    PRIVATE_TAGS = ("member", "household")

    member: Private[str]
    household: Private[str]
    name: Private[str]
    phone: Private[str]
    team: Private[str]
    consent: Private[str]


class MemberChanged(Event):
    """All details of a member as they are from now on."""

    TOPIC: ClassVar[str] = "member-changed.v1"
    PRIVATE_TAGS = ("member", "household")

    member: Private[str]
    household: Private[str]
    name: Private[str]
    phone: Private[str]
    team: Private[str]
    consent: Private[str]


class CardIssued(Event):
    """A card that opens an account at the desk."""

    TOPIC: ClassVar[str] = "card-issued.v1"
    PRIVATE_TAGS = ("card", "account")

    card: Private[str]
    account: Private[str]


class CardBlocked(Event):
    """A card that was reported lost; the account stays as it is."""

    TOPIC: ClassVar[str] = "card-blocked.v1"
    PRIVATE_TAGS = ("card", "account")

    card: Private[str]
    account: Private[str]
