"""The log itself: positions, bytes, commitments, tags, times (design, section 5)."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from ledger.calendar import moment_of
from ledger.events.base import CATALOGUE, Event, FieldClass, fields_of
from ledger.log.entries import ENTRY_BYTES_MAX
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold
from projections.audit.ground import Ground
from projections.audit.history import HALF_KEYS, Fields, Line

VERSIONS: Final = {"opening": "sunledger-opening-1", "text": "sunledger-text-1"}
SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""16 bytes in base64url without padding."""
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

POSITION_GAP: Final = Fault(
    "position_gap",
    N_("Position {position} stands where {expected} must: positions run 1, 2, 3 … without gaps."),
)
NOT_CANONICAL: Final = Fault(
    "not_canonical",
    N_("Position {position}: the {part} does not re-encode to its own bytes ({reason})."),
)
ENTRY_TOO_LONG: Final = Fault(
    "entry_too_long", N_("Position {position}: the entry has {bytes} bytes; {limit} are allowed.")
)
EVENT_UNREADABLE: Final = Fault(
    "event_unreadable", N_("Position {position}: the parts do not make an event of a known type.")
)
FIELDS_WRONG: Final = Fault(
    "fields_wrong",
    N_("Position {position}: the {part} does not hold exactly the fields of its type."),
)
TYPE_DIFFERS: Final = Fault(
    "type_differs", N_("Position {position}: row and entry name different types.")
)
HALF_MISSING: Final = Fault(
    "half_missing",
    N_("Position {position}: the {part} that the entry commits to is not there."),
)
HALF_UNEXPECTED: Final = Fault(
    "half_unexpected",
    N_("Position {position}: the entry does not know of the {part} beside it."),
)
NOT_COMMITTED: Final = Fault(
    "not_committed",
    N_("Position {position}: the {part} is not the one that the entry commits to."),
)
NOT_SALTED: Final = Fault(
    "not_salted",
    N_("Position {position}: the {part} has not the version and the salt of its format."),
)
TAGS_DIFFER: Final = Fault(
    "tags_differ",
    N_("Position {position}: the tags beside the {part} are not what the event gives."),
)
TIME_INVALID: Final = Fault(
    "time_invalid", N_("Position {position}: recorded_at is not an instant in UTC to the second.")
)
TIME_DIFFERS: Final = Fault(
    "time_differs", N_("Position {position}: row and entry name different times of recording.")
)
TIME_DECREASES: Final = Fault(
    "time_decreases",
    N_("Position {position} was recorded before the event that stands in front of it."),
)


def commitment(half: bytes) -> str:
    """What an entry must say of these bytes."""
    return urlsafe_b64encode(sha256(half).digest()).decode().rstrip("=")


def is_instant(text: str) -> bool:
    """Whether a text is an instant as entries have it."""
    if INSTANT.fullmatch(text) is None:
        return False
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


class Log(Fold):
    """Positions without gaps, and each row what its bytes say."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.recorded_at = ""

    def take(self, line: Line) -> None:
        """Check one row."""
        expected, self.position = self.position + 1, line.position
        self.check(line.position == expected, POSITION_GAP, expected=expected)
        for part, reason in line.reasons.items():
            self.report(NOT_CANONICAL, part=part, reason=reason)
        size = len(line.stored.data)
        self.check(size <= ENTRY_BYTES_MAX, ENTRY_TOO_LONG, bytes=size, limit=ENTRY_BYTES_MAX)
        if line.entry is None:
            return
        self.check(line.recorded is not None, EVENT_UNREADABLE)
        self.check(line.entry["type"] == line.stored.type, TYPE_DIFFERS)
        self.check_half("opening", line.entry["sealed"], line.stored.opening)
        self.check_half("text", line.entry["text"], line.stored.text)
        self.check_time(line.entry["meta"]["recorded_at"], line.stored.recorded_at)
        kind = CATALOGUE.get(line.entry["type"])
        if kind is not None:
            self.check_fields(kind, line)
            self.check_tags(kind, line)

    def check_half(self, part: str, stated: str | None, half: bytes | None) -> None:
        """The opening or text is there if the entry says so, and is the one it means."""
        if half is None or stated is None:
            self.check(half is not None or stated is None, HALF_MISSING, part=part)
            self.check(half is None or stated is not None, HALF_UNEXPECTED, part=part)
        else:
            self.check(commitment(half) == stated, NOT_COMMITTED, part=part)

    def check_time(self, recorded_at: str, row: str) -> None:
        """Time never decreases, and the row says the same; a row may be read without its time."""
        if not is_instant(recorded_at):
            self.report(TIME_INVALID)
            return
        self.check(row in {"", recorded_at}, TIME_DIFFERS)
        self.check(recorded_at >= self.recorded_at, TIME_DECREASES)
        self.recorded_at = max(self.recorded_at, recorded_at)

    def check_fields(self, kind: type[Event], line: Line) -> None:
        """Entry, opening and text hold the fields of their class and nothing else."""
        data = None if line.entry is None else line.entry["data"]
        parts = (
            ("entry", data, FieldClass.ENTRY, frozenset[str]()),
            ("opening", line.opening, FieldClass.PRIVATE, HALF_KEYS),
            ("text", line.text, FieldClass.PUBLISHED, HALF_KEYS),
        )
        for part, fields, wanted, extra in parts:
            if fields is None:
                continue
            self.check(fields.keys() == {*fields_of(kind, wanted), *extra}, FIELDS_WRONG, part=part)
            if extra:
                self.check(is_salted(fields, VERSIONS[part]), NOT_SALTED, part=part)

    def check_tags(self, kind: type[Event], line: Line) -> None:
        """Public tags are what the entry gives, private ones what entry and opening give."""
        data: Fields = {} if line.entry is None else line.entry["data"]
        tags = tags_from(data, kind.PUBLIC_TAGS)
        self.check(tags == line.stored.tags, TAGS_DIFFER, part="entry")
        hidden: list[str] = []
        if line.opening is not None:
            hidden = tags_from(data | line.opening, kind.PRIVATE_TAGS)
        if line.opening is not None or line.stored.opening is None:
            self.check(hidden == line.stored.private_tags, TAGS_DIFFER, part="opening")


def is_salted(fields: Fields, version: str) -> bool:
    """Whether an opening or text bears its version and a salt of 16 bytes."""
    salt = fields.get("salt")
    return fields.get("v") == version and isinstance(salt, str) and bool(SALT.fullmatch(salt))


def tags_from(fields: Fields, names: Iterable[str]) -> list[str]:
    """The tags ``field:value`` that named fields give; None gives none."""
    return [f"{name}:{fields[name]}" for name in names if fields.get(name) is not None]
