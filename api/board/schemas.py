"""Facts of the board about notices and people: what a program gets, and all that a page knows.

Names are those that their holders consented to. There is no field for a volunteer number, a
household, a flat, a telephone or a card, for anybody's balance, or for what anybody spent.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Instant = Annotated[str, Field(description="An instant in UTC.", examples=["2022-09-24T01:30:00Z"])]
Day = Annotated[str, Field(description="A local date.", examples=["2022-09-24"])]
Month = Annotated[str, Field(description="A local calendar month.", examples=["2022-09"])]
Quarter = Annotated[str, Field(description="A quarter of a year.", examples=["2022Q3"])]
Points = Annotated[int, Field(description="Whole points.", examples=[12])]
Minutes = Annotated[int, Field(description="Minutes of service.", examples=[90])]
Count = Annotated[int, Field(description="How many.", examples=[3])]
ShownName = Annotated[
    str,
    Field(
        description="The name as its holder consented: whole, surname and star, or nobody's.",
        examples=["欧阳*"],
    ),
]
Next = Annotated[
    int | None,
    Field(description="Pass it as `after` for what follows; null: nothing does.", examples=[50]),
]


class Fact(BaseModel):
    """Base of all facts: read once, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class AsOf(Fact):
    """The moment that an answer is of."""

    position: Annotated[int, Field(description="Place in the log.", examples=[24817])]
    recorded_at: Annotated[
        str | None,
        Field(
            description="When the event there was recorded; null: the log is empty.",
            examples=["2022-09-30T15:59:00Z"],
        ),
    ]


class Answer(Fact):
    """Base of all answers: each says as of which position it is."""

    as_of: AsOf


class NoticeHead(Fact):
    """A sheet on the board."""

    notice: Annotated[str, Field(description="Its id.", examples=["4f9d0c6a1b2e3d4c"])]
    number: Annotated[int, Field(description="Sheets are counted from 1.", examples=[37])]
    posted_at: Instant
    closes_at: Instant
    open: Annotated[bool, Field(description="Whether it hangs now: residents may object.")]
    acts: Annotated[int, Field(description="Acts posted on it.", examples=[120])]
    lines: Annotated[int, Field(description="Acts that earn points, each a line.", examples=[110])]
    deductions: Annotated[
        int, Field(description="Acts that cost points: counted, never listed.", examples=[10])
    ]
    objections: Annotated[int, Field(description="Objections raised.", examples=[2])]
    undecided: Annotated[int, Field(description="Objections not decided yet.", examples=[0])]


class NoticeList(Answer):
    """Sheets, the newest first."""

    notices: list[NoticeHead]
    next: Next


class ObjectionFact(Fact):
    """What a resident challenged, and what the supervisors decided."""

    raised_at: Instant
    statement: Annotated[
        str | None, Field(description="The text, once moderators released it.", examples=[None])
    ]
    upheld: Annotated[bool | None, Field(description="null: not decided.", examples=[False])]
    reason: Annotated[str | None, Field(description="The supervisors' reason.", examples=[None])]


Stage = Literal["posted", "awarded", "capped", "refused", "reversed"]


class NoticeLine(Fact):
    """One act on notice that earns points."""

    act: Annotated[str, Field(description="The act's id.", examples=["7c1e5a90d2b34f68"])]
    name: ShownName
    rule: Annotated[
        str, Field(description="Code of the rule; empty: carried over.", examples=["A01"])
    ]
    rule_zh: Annotated[str, Field(examples=["治安巡逻"])]
    rule_en: Annotated[str, Field(examples=["Safety patrol"])]
    performed_on: Day
    minutes: Annotated[
        int | None, Field(description="Length, under a rule per hour.", examples=[120])
    ]
    points: Annotated[
        int | None,
        Field(
            description="Booked, or while it is on notice what it would earn before caps; "
            "null where the rule is not known.",
            examples=[2],
        ),
    ]
    stage: Annotated[
        Stage,
        Field(description="On notice, booked, under a cap, objection upheld, or taken back."),
    ]
    objections: list[ObjectionFact]


class NoticeSheet(Answer):
    """A sheet with its lines in the order in which they hang."""

    notice: NoticeHead
    lines: list[NoticeLine]
    next: Next


class RollLine(Fact):
    """Somebody on the honour roll."""

    rank: Annotated[int, Field(description="Equal points share a rank.", examples=[1])]
    name: ShownName
    points: Points
    minutes: Minutes
    acts: Count


class Roll(Answer):
    """The honour roll of a quarter: points earned by acts performed in it, none taken off."""

    quarter: Annotated[
        str | None, Field(description="null: nobody has earned yet.", examples=["2022Q3"])
    ]
    quarters: Annotated[list[Quarter], Field(description="Quarters with a roll, newest first.")]
    lines: list[RollLine]
    next: Next


class EarnedLine(Fact):
    """What somebody earned in a month."""

    name: ShownName
    points: Points
    minutes: Minutes
    acts: Count


class Earned(Answer):
    """Points earned by person in a month, the most first."""

    month: Annotated[
        str | None, Field(description="null: nobody has earned yet.", examples=["2022-09"])
    ]
    months: Annotated[list[Month], Field(description="Months with earnings, newest first.")]
    people: Annotated[int, Field(description="How many earned.", examples=[812])]
    points: Annotated[int, Field(description="What they earned together.", examples=[4021])]
    lines: list[EarnedLine]
    next: Next
