"""What the office sends."""

from typing import Annotated, Literal

from pydantic import Field

from api.web.fields import (
    Body,
    Code,
    Count,
    Day,
    Instant,
    Name,
    Quantity,
    Reason,
    Text,
    Whole,
    Word,
)
from ledger.commands.opening import OPENING_POINTS_MAX

Post = Literal[
    "grid_leader",
    "reviewer",
    "second_reviewer",
    "clerk",
    "storekeeper",
    "supervisor",
    "secretary",
]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
"""Minutes after local midnight."""


class GridBody(Body):
    """A grid."""

    grid: Code = Field(examples=["G1"])


class BuildingBody(Body):
    """A building of a grid."""

    building: Code = Field(examples=["3"])
    grid: Code = Field(examples=["G1"])


class HouseholdBody(Body):
    """A household and where it lives; an empty text: not given."""

    household: Code = Field(examples=["H0001"])
    grid: Word = ""
    building: Word = ""
    flat: Word = ""


class MemberBody(Body):
    """A resident with a volunteer number, and how their name may be shown in public."""

    member: Code = Field(examples=["V00001"])
    household: Code = Field(examples=["H0001"])
    name: Name
    phone: Word = ""
    team: Literal["volunteer", "cadre", "party_member", "cleaner", ""] = ""
    consent: Literal["real", "masked", "anonymous"] = "anonymous"


class CardBody(Body):
    """A card for an account."""

    card: Code
    account: Code


class OfficerBody(Body):
    """A post for a term; ``member`` is the officer's own volunteer number, if they have one."""

    officer: Code = Field(examples=["D01"])
    name: Name
    post: Post
    begins: Instant
    ends: Instant | None = None
    member: Code | None = None


class RelativesBody(Body):
    """A household that an officer never decides for."""

    officer: Code
    household: Code


class RuleBody(Body):
    """One line of a rulebook."""

    rule: Code = Field(examples=["A01"])
    name_zh: Name
    name_en: Name
    category: Word = ""
    sign: Literal[1, -1]
    unit: Literal["time", "hour"]
    points: Quantity
    cap_day: Count | None = None
    cap_month: Count | None = None


class RulebookBody(Body):
    """A rulebook, in force from a local date."""

    rulebook: Code = Field(examples=["2026-10"])
    in_force_from: Day
    rules: Annotated[list[RuleBody], Field(min_length=1, max_length=500)]


class SettingsBody(Body):
    """When notices are posted (Monday is 0, minutes after midnight), how long, and the expiry."""

    post_weekday: Annotated[int, Field(ge=0, le=6)]
    post_time: Annotated[int, Field(ge=0, lt=24 * 60)]
    notice_days: Annotated[int, Field(ge=0, le=366)]
    expiry_months: Annotated[int, Field(ge=0, le=1200)] | None


class ActBody(Body):
    """Something that was done; times of day count under a rule per hour only."""

    member: Code
    rule: Code
    performed_on: Day
    performed_from: Minutes | None = None
    performed_to: Minutes | None = None
    name: Name | None = None
    register_number: Whole | None = None
    remark: Text = ""
    evidence: Annotated[list[Code], Field(max_length=20, default_factory=list)]


class OpeningBalanceBody(Body):
    """Points that a paper book said at the end of a local date, on notice like an act."""

    member: Code
    points: Annotated[int, Field(ge=1, le=OPENING_POINTS_MAX)]
    performed_on: Day
    name: Name | None = None
    register_number: Whole | None = None
    remark: Text = ""


class ReviewBody(Body):
    """The reviewer's decision; the reason is published where the act is declined."""

    approve: bool
    reason: Text = ""


class ReasonBody(Body):
    """Why; published."""

    reason: Reason


class ObjectionBody(Body):
    """What a resident says against an act on notice; private until moderated."""

    statement: Text = ""


class DecisionBody(Body):
    """The supervisors' decision on an objection; the reason is published."""

    upheld: bool
    reason: Text = ""


class StatementBody(Body):
    """An objection's text as moderated; published."""

    statement: Reason


class ItemBody(Body):
    """An item of the shop on its terms."""

    item: Code = Field(examples=["RICE5"])
    name_zh: Name
    name_en: Name
    unit: Code
    price: Count
    limit: Count | None = None


class GoodsBody(Body):
    """A lot of goods; ``donor`` is published, and empty when bought."""

    item: Code
    quantity: Quantity
    unit_value_fen: Count | None = None
    best_before: Day | None = None
    donor: Word = ""


class WriteOffBody(Body):
    """Goods to be written off; the reason is published."""

    goods: Code
    quantity: Quantity
    reason: Reason


class Counted(Body):
    """What was counted of a lot."""

    goods: Code
    quantity: Count


class CountBody(Body):
    """A count of the shelf."""

    counted: Annotated[list[Counted], Field(min_length=1, max_length=300)]


class SessionBody(Body):
    """An exchange day with its window."""

    session: Code = Field(examples=["2026Q4"])
    place: Name
    opens_at: Instant
    closes_at: Instant


class ClosingBody(Body):
    """A session, and the confirmed count that closes it."""

    session: Code
    count: Code


class SearchBody(Body):
    """What to look for: a volunteer number, a household, or the beginning of a name."""

    text: Name
    limit: Annotated[int, Field(ge=1, le=100)] = 20
