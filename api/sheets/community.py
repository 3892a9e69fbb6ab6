"""Reads ``community.json``: the community, its quarter, its notices and its exchange days.

Read strictly: unknown and repeated keys, and values of another kind, are faults; all are listed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from api.messages import N_, Problem, ProblemList, excerpt
from api.sheets.cells import text
from api.sheets.files import FileRefused, read_ordinary
from api.sheets.strict_json import parse_json

FILE_NAME = "community.json"
FILE_BYTES_MAX = 1024 * 1024
PERIOD_MAX = timedelta(days=3653)  # ten years

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MISSING = N_("This key is missing.")
_UNKNOWN = N_("This key is not known. Remove it.")
_ORDER = N_("This must be later than {begins}.")
_PERIOD = N_("The period is longer than ten years.")
_SESSION_TWICE = N_("The session {session} is listed more than once.")

_HOLDER = N_("This must be household or member: whose the accounts are.")
_NAME = N_("This must be a name of 1 to 200 characters.")
_OBJECT = N_("This must be an object with the keys of the example.")
_INSTANT = N_("This must be a time with its offset, such as 2022-07-01T00:00:00+08:00.")
_EXPECTED: Mapping[str, str] = {
    "": N_("The file must hold one object with the keys of the example."),
    "community": N_("This must be a short name of a–z, 0–9 and _, at most 41, a letter first."),
    "name_zh": _NAME,
    "name_en": _NAME,
    "timezone": N_("This must be an IANA time zone such as Asia/Shanghai."),
    "account_holder": N_("This must be household: a rehearsal keeps points by household."),
    "starts": _INSTANT,
    "ends": _INSTANT,
    "notice": _OBJECT,
    "post_weekday": N_("This must be a day of the week in English, monday to sunday."),
    "post_time": N_("This must be a time of day such as 18:00."),
    "days": N_("This must be a whole number from 0 to 366."),
    "points_expire": _OBJECT,
    "months": N_("This must be null (never) or a whole number from 0 to 1200."),
    "origin": N_("This must be an address without https://, such as ledger.example.org/guangsha."),
    "sessions": N_("This must be a list; an empty one if there is no exchange day."),
    "session": N_("This must be a name of 1 to 64 characters."),
    "place_zh": _NAME,
    "opens": _INSTANT,
    "closes": _INSTANT,
}

_INSTANT_STYLE = re.compile(
    r"(?:19[7-9][0-9]|[2-8][0-9]{3})-[0-9]{2}-[0-9]{2}"
    r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ORIGIN_STYLE = r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[a-z0-9._-]+)*$"
_ZONE_STYLE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
_NO_ZONES = ("Factory",)


def _instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT_STYLE.fullmatch(value):
        raise ValueError
    return datetime.fromisoformat(value)


def _check_zone(value: str) -> str:
    if not _ZONE_STYLE.fullmatch(value) or value in _NO_ZONES:
        raise ValueError
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as error:  # OSError: the folder of a continent
        raise ValueError from error
    return value


def _word(value: str) -> str:
    """Read as a cell is; a lone surrogate, which JSON can write, raises a ValueError."""
    value.encode()
    return text(value)


_Name = Annotated[str, AfterValidator(_word), Field(min_length=1, max_length=200)]
_Instant = Annotated[datetime, BeforeValidator(_instant)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Notice(_Strict):
    """When awards are posted, week by week in local time, and for how many times 24 hours."""

    post_weekday: Weekday
    post_time: Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
    days: Annotated[int, Field(ge=0, le=366)]

    @property
    def weekday(self) -> int:
        """The day of the week, Monday = 0."""
        return _WEEKDAYS.index(self.post_weekday)

    @property
    def minutes(self) -> int:
        """The time of day in minutes after midnight."""
        return int(self.post_time[:2]) * 60 + int(self.post_time[3:])


class PointsExpire(_Strict):
    """After how many calendar months points expire; None: never."""

    months: Annotated[int, Field(ge=0, le=1200)] | None


class Session(_Strict):
    """An exchange day: open for opens ≤ t < closes."""

    session: Annotated[str, AfterValidator(_word), Field(min_length=1, max_length=64)]
    place_zh: _Name
    opens: _Instant
    closes: _Instant


class Founding(_Strict):
    """What ``community.json`` says; instants are aware, and names have no surrounding blanks.

    A ledger on the real clock has no end: ``ends`` means nothing to it and may be left out.
    ``origin`` is the name of its transparency log, an address without scheme (C2SP
    tlog-checkpoint); a rehearsal has its own.
    """

    community: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    name_zh: _Name
    name_en: _Name
    timezone: Annotated[str, AfterValidator(_check_zone)]
    account_holder: Literal["household", "member"]
    starts: _Instant
    ends: _Instant | None = None
    notice: Notice
    points_expire: PointsExpire
    sessions: Annotated[tuple[Session, ...], Field(strict=False)]
    origin: Annotated[str, Field(pattern=_ORIGIN_STYLE, max_length=200)] | None = None


class Community(Founding):
    """The same for a rehearsal, which has an end, and keeps points by household."""

    account_holder: Literal["household"]
    ends: _Instant


C = TypeVar("C", bound=Founding)


def _key(location: Sequence[int | str]) -> str:
    """The path of a key as a person would write it: ``sessions[0].opens``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _message_of(error: ErrorDetails, model: type[Founding]) -> str:
    if error["type"] == "missing":
        return _MISSING
    if error["type"] == "extra_forbidden":
        return _UNKNOWN
    names = [part for part in error["loc"] if isinstance(part, str)]
    if error["loc"] and isinstance(error["loc"][-1], int):
        return _OBJECT
    if names == ["account_holder"] and model is Founding:
        return _HOLDER
    return _EXPECTED.get(names[-1] if names else "", _OBJECT)


def _spans(community: Founding) -> Iterator[tuple[str, datetime, datetime]]:
    """Key of the end, beginning and end of each span of time."""
    if isinstance(community, Community):
        yield "ends", community.starts, community.ends
    for number, session in enumerate(community.sessions):
        yield _key(("sessions", number, "closes")), session.opens, session.closes


def _check_whole(community: Founding, problems: ProblemList) -> None:
    """What one key alone cannot show."""
    for key, begins, ends in _spans(community):
        if ends <= begins:
            problems.fault(_ORDER, column=key, begins=begins.isoformat())
    if isinstance(community, Community) and community.ends - community.starts > PERIOD_MAX:
        problems.fault(_PERIOD, column="ends")
    names = Counter(session.session for session in community.sessions)
    for name, count in names.items():
        if count > 1:
            problems.fault(_SESSION_TWICE, column="sessions", session=excerpt(name))


def read_community(path: Path) -> tuple[Community | None, tuple[Problem, ...]]:
    """Read the file; the community is None if anything in it is at fault. Never raises."""
    return _read(path, Community)


def read_founding(path: Path) -> tuple[Founding | None, tuple[Problem, ...]]:
    """The same for a ledger on the real clock."""
    return _read(path, Founding)


def _read(path: Path, model: type[C]) -> tuple[C | None, tuple[Problem, ...]]:
    problems = ProblemList(path.name)
    community = None
    try:
        value = parse_json(read_ordinary(path, FILE_BYTES_MAX), problems)
        community = model.model_validate(value)
        _check_whole(community, problems)
    except FileRefused as error:
        problems.add(error.problem(path.name))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            column = excerpt(_key(detail["loc"])) or None
            problems.fault(_message_of(detail, model), column=column)
    return None if problems.has_fault else community, problems.finish()
