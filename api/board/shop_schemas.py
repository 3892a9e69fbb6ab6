"""Facts of the board about the shop, donors, totals and rules."""

from typing import Annotated, Literal

from pydantic import Field

from api.board.schemas import Answer, Count, Day, Fact, Instant, Minutes, Month, Next, Points

Item = Annotated[str, Field(description="Code of the item.", examples=["RICE5"])]
NameZh = Annotated[str, Field(description="Chinese name.", examples=["大米5公斤"])]
NameEn = Annotated[str, Field(description="English name.", examples=["Rice 5 kg"])]
Unit = Annotated[str, Field(description="What a piece is.", examples=["袋"])]
Pieces = Annotated[int, Field(description="Pieces.", examples=[96])]
Fen = Annotated[int, Field(description="Fen; only lots of known value.", examples=[398000])]


class ExchangeDay(Fact):
    """An exchange day."""

    session: Annotated[str, Field(description="Its id.", examples=["2022Q3"])]
    place: Annotated[str, Field(examples=["佳美超市"])]
    opens_at: Instant
    closes_at: Instant
    state: Annotated[
        Literal["open", "announced", "over"],
        Field(description="Open now, still to come, or over (its hours ended or it was counted)."),
    ]
    exchanges: Annotated[int, Field(description="Baskets handed over.", examples=[1432])]
    returns: Annotated[int, Field(description="Baskets of which part came back.", examples=[41])]
    quantity: Annotated[int, Field(description="Pieces given, less returned.", examples=[2210])]
    points: Annotated[int, Field(description="Points paid, less returned.", examples=[9120])]


class ExchangeDays(Answer):
    """Exchange days, the latest first."""

    sessions: list[ExchangeDay]


class HandedOut(Fact):
    """What of an item an exchange day gave and took back."""

    item: Item
    name_zh: NameZh
    name_en: NameEn
    unit: Unit
    given: Pieces
    returned: Pieces
    points: Points


class ExchangeDaySheet(Answer):
    """An exchange day, and what it handed out by item."""

    session: ExchangeDay
    handed_out: list[HandedOut]


class ShelfItem(Fact):
    """An item on the shelf."""

    item: Item
    name_zh: NameZh
    name_en: NameEn
    unit: Unit
    price: Annotated[int, Field(description="Points for a piece.", examples=[44])]
    limit: Annotated[
        int | None, Field(description="Pieces per household and day; null: no limit.", examples=[2])
    ]
    stock: Annotated[int, Field(description="Pieces that may be given out.", examples=[96])]
    past_date: Annotated[
        int, Field(description="Pieces past their best-before date.", examples=[0])
    ]


class Shelf(Answer):
    """Every item, and what of it may be given out on a local date."""

    day: Day
    items: list[ShelfItem]


class Gift(Fact):
    """What came in of an item, and where it went: handed out + on shelf + lost."""

    item: Item
    name_zh: NameZh
    name_en: NameEn
    unit: Unit
    received: Pieces
    handed_out: Pieces
    on_shelf: Pieces
    lost: Pieces
    value_fen: Fen


class Donor(Fact):
    """A donor and all that they gave."""

    donor: Annotated[str, Field(description="Name; empty: bought.", examples=["佳美超市"])]
    lots: Count
    received: Pieces
    handed_out: Pieces
    on_shelf: Pieces
    lost: Pieces
    value_fen: Fen
    gifts: list[Gift]


class Donors(Answer):
    """Donors in the Chinese order of their names."""

    donors: list[Donor]
    bought: Annotated[Donor | None, Field(description="What the community bought itself.")]
    next: Next


class MonthTotals(Fact):
    """Points by the local month in which they were booked."""

    month: Month
    awarded: Points
    deducted: Points
    reversed: Annotated[int, Field(description="Taken back, less given back.", examples=[4])]
    spent: Points
    returned: Points
    expired: Points


class RuleTotals(Fact):
    """What a rule earned: acts booked and not taken back."""

    rule: Annotated[str, Field(description="Code; empty: carried over.", examples=["A01"])]
    name_zh: Annotated[str, Field(examples=["治安巡逻"])]
    name_en: Annotated[str, Field(examples=["Safety patrol"])]
    acts: Count
    minutes: Minutes
    points: Points


class DeductionCount(Fact):
    """How often points were taken under a rule."""

    rule: Annotated[str, Field(examples=["M01"])]
    name_zh: Annotated[str, Field(examples=["楼道堆物"])]
    name_en: Annotated[str, Field(examples=["Things piled up in a corridor"])]
    acts: Count


class Totals(Answer):
    """The whole ledger: outstanding = awarded - deducted - reversed - spent + returned - expired.

    ``shelf_points`` is what everything on the shelf costs together.
    """

    awarded: Points
    deducted: Points
    reversed: Annotated[int, Field(description="Taken back, less given back.", examples=[4])]
    spent: Points
    returned: Points
    expired: Points
    outstanding: Annotated[int, Field(description="Held by all accounts.", examples=[21000])]
    shelf_points: Annotated[int, Field(description="Price of the whole shelf.", examples=[18000])]
    months: Annotated[list[MonthTotals], Field(description="The newest first.")]
    rules: list[RuleTotals]
    deductions: Annotated[list[DeductionCount], Field(description="Counts, never points.")]


class RulebookHead(Fact):
    """A rulebook, in force from a local date."""

    rulebook: Annotated[str, Field(description="Its id.", examples=["2022"])]
    adopted_at: Instant
    in_force_from: Day
    rules: Annotated[int, Field(description="How many rules it has.", examples=[46])]
    in_force: Annotated[bool, Field(description="Whether it is in force today.")]


class Rule(Fact):
    """What earns or costs points."""

    rule: Annotated[str, Field(description="Its code.", examples=["A01"])]
    name_zh: Annotated[str, Field(examples=["治安巡逻"])]
    name_en: Annotated[str, Field(examples=["Safety patrol"])]
    category: Annotated[str, Field(examples=["平安建设"])]
    sign: Annotated[Literal[1, -1], Field(description="1 earns, -1 costs.")]
    unit: Annotated[Literal["time", "hour"], Field(description="Per occasion or per whole hour.")]
    points: Annotated[int, Field(description="What one unit earns or costs.", examples=[2])]
    cap_day: Annotated[
        int | None, Field(description="Points per member and day; null: no cap.", examples=[4])
    ]
    cap_month: Annotated[
        int | None, Field(description="Points per member and month; null: no cap.", examples=[20])
    ]


class Rules(Answer):
    """A rulebook with its rules, and what other rulebooks there are."""

    rulebook: Annotated[RulebookHead | None, Field(description="null: none was adopted yet.")]
    rulebooks: list[RulebookHead]
    rules: list[Rule]
