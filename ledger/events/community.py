"""The community: its genesis and its settings."""

from typing import ClassVar

from ledger.events.base import Entry, Event


class LedgerOpened(Event):
    """The genesis: the first event of every log.

    ``origin`` and ``key`` (a C2SP verifier key) are those of the transparency log. ``starts``
    and ``ends`` bound what may be reported; a ledger on the real clock has no end.
    """

    TOPIC: ClassVar[str] = "ledger-opened.v1"

    community: Entry[str]
    name_zh: Entry[str]
    name_en: Entry[str]
    timezone: Entry[str]
    account_holder: Entry[str]
    origin: Entry[str]
    key: Entry[str]
    rehearsal: Entry[bool]
    starts: Entry[str]
    ends: Entry[str | None]


class RehearsalCarriedOn(Event):
    """The period of a rehearsal has no end from this event on: the ledger goes on in the present.

    ``community`` is that of the genesis.
    """

    TOPIC: ClassVar[str] = "rehearsal-carried-on.v1"

    community: Entry[str]


class SettingsAdopted(Event):
    """How long acts stand on notice and when points expire, from this event on.

    ``post_weekday`` counts from Monday = 0; ``post_time`` is minutes after local midnight;
    ``expiry_months`` is None when points never expire.
    """

    TOPIC: ClassVar[str] = "settings-adopted.v1"

    post_weekday: Entry[int]
    post_time: Entry[int]
    notice_days: Entry[int]
    expiry_months: Entry[int | None]


class ClockConfirmed(Event):
    """An officer found the clock right after it had jumped."""

    TOPIC: ClassVar[str] = "clock-confirmed.v1"
