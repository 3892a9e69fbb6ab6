"""The kinds of fields that bodies have, with the limits that keep an entry within its bytes."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ledger.calendar import instant_of
from ledger.log.canonical import MAX_INTEGER

QUANTITY_MAX: Final = 1_000_000_000
LINES_MAX: Final = 100
TEXT_MAX: Final = 4_000


class Body(BaseModel):
    """A body: strict, and nothing in it that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Shown(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


def _writable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("text_unreadable", "lone surrogate") from None
    if "\0" in text:
        raise PydanticCustomError("text_unreadable", "NUL")
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else _not_a_day()
    except ValueError:
        return _not_a_day()


def _not_a_day() -> str:
    raise PydanticCustomError("date_unreadable", "not a date")


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise PydanticCustomError("instant_unreadable", "not an instant")
    try:
        return instant_of(moment)
    except (OverflowError, ValueError):
        return text  # so far away that the ledger refuses it by its own rules


_NO_NUL: Final = r"^[^\x00]*$"
_Plain = AfterValidator(_writable)

Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_NO_NUL), _Plain]
"""A short name that people or the ledger gave: an item, a rule, a card, an id."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL), _Plain]
Word = Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL), _Plain]
"""A short text that may be empty."""
Text = Annotated[str, StringConstraints(max_length=TEXT_MAX, pattern=_NO_NUL), _Plain]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT_MAX, pattern=_NO_NUL), _Plain
]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
Count = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
Whole = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
"""A local date, ``2022-09-06``."""
Instant = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
"""A time with its offset; kept as the ledger spells it."""
