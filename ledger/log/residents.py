"""The resident states: few, hot, and in memory as long as the writer works."""

from typing import Final

import msgspec

from ledger.events.base import Event
from ledger.states import Community, Keys, Notices, Officers, Rulebooks, Shop, State


class Residents(msgspec.Struct):
    """The few hot states that every decision may ask."""

    community: Community = msgspec.field(default_factory=Community)
    officers: Officers = msgspec.field(default_factory=Officers)
    keys: Keys = msgspec.field(default_factory=Keys)
    rulebooks: Rulebooks = msgspec.field(default_factory=Rulebooks)
    notices: Notices = msgspec.field(default_factory=Notices)
    shop: Shop = msgspec.field(default_factory=Shop)


RESIDENTS: Final[tuple[tuple[str, type[State]], ...]] = (
    ("community", Community),
    ("officers", Officers),
    ("keys", Keys),
    ("rulebooks", Rulebooks),
    ("notices", Notices),
    ("shop", Shop),
)
HEARERS: Final[dict[type[Event], tuple[str, ...]]] = {
    kind: tuple(name for name, state in RESIDENTS if kind in state.HANDLERS)
    for _, each in RESIDENTS
    for kind in each.HANDLERS
}
"""The residents that hear an event type."""


def residents_version() -> int:
    """The version of all residents together: it goes up with that of any of them."""
    return sum(state.VERSION for _, state in RESIDENTS)
