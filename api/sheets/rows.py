"""The typed rows of each sheet, as the quarter's readers give them.

``row`` is the 1-based data row. Words are those of the ledger (``real``, ``grid_leader``,
``hour``), not of the paper. In the rows that report what happened, None stands for a cell that
could not be read; texts are without surrounding blanks and with ASCII digits. Date-times are local
and naive.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Team = Literal["volunteer", "cadre", "party_member", "cleaner", ""]
Consent = Literal["real", "masked", "anonymous"]
PostWord = Literal["grid_leader", "reviewer", "second_reviewer", "clerk", "storekeeper"]
Unit = Literal["time", "hour"]


@dataclass(frozen=True, slots=True)
class Resident:
    """A line of residents.csv. ``card`` is empty for members without a card of their own."""

    row: int
    number: str
    name: str
    household: str
    grid: str
    building: str
    flat: str
    phone: str
    team: Team
    consent: Consent
    card: str
    card_blocked: bool


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A line of officers.csv. ``member`` is the own volunteer number, or empty."""

    row: int
    officer: str
    name: str
    member: str
    post: PostWord


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A line of rules.csv. ``sign`` is 1 or -1; ``points`` > 0 a unit; a cap of None is none."""

    row: int
    rule: str
    name_zh: str
    name_en: str
    category: str
    sign: Literal[1, -1]
    unit: Unit
    points: int
    cap_day: int | None
    cap_month: int | None


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """A line of goods.csv, one lot. ``price`` in points, ``donor`` empty when bought."""

    row: int
    item: str
    name_zh: str
    name_en: str
    unit: str
    quantity: int
    donor: str
    unit_value_fen: int | None
    best_before: date | None
    price: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class ActRow:
    """A line of acts.csv. Times of day in minutes after midnight; ``register_number`` > 0."""

    row: int
    register_number: int | None
    member: str
    name: str
    rule: str
    performed_on: date | None
    start: int | None
    end: int | None
    recorder: str
    registered_at: datetime | None
    reviewer: str
    outcome: Literal["approve", "decline"] | None
    reviewed_at: datetime | None
    reviewed_at_text: str
    second_reviewer: str
    remark: str


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A line of opening.csv: ``points`` > 0 that a paper book said at the end of a day."""

    row: int
    member: str
    name: str
    points: int | None
    performed_on: date | None
    recorder: str
    reviewer: str
    remark: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """A line of objections.csv."""

    row: int
    register_number: int | None
    at: datetime | None
    outcome: Literal["upheld", "dismissed"] | None


@dataclass(frozen=True, slots=True)
class ReversalRow:
    """A line of reversals.csv."""

    row: int
    register_number: int | None
    at: datetime | None
    reason: str
    officer: str


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of slips.csv; lines with the same ``slip`` are one basket. ``quantity`` > 0."""

    row: int
    slip: str
    at: datetime | None
    at_text: str
    card: str
    session: str
    item: str
    quantity: int | None
    clerk: str


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A line of returns.csv. ``quantity`` > 0."""

    row: int
    slip: str
    at: datetime | None
    item: str
    quantity: int | None
    reason: str
    officer: str
