"""What the office is told of what it recorded."""

from api.web.fields import Shown


class Recorded(Shown):
    """Something was recorded at a position of the log."""

    position: int
    recorded_at: str


class HouseholdRecorded(Recorded):
    """The household is known."""

    household: str


class MemberRecorded(Recorded):
    """The member is known."""

    member: str


class PostRecorded(Recorded):
    """``post`` is the id that stands as actor in the entries."""

    post: str


class RulebookRecorded(Recorded):
    """The rulebook is adopted."""

    rulebook: str


class ActRecorded(Recorded):
    """``act`` is the id that everything about the act is found by."""

    act: str


class ReviewRecorded(ActRecorded):
    """Whether a second approval is still needed."""

    approved: bool
    second_approval_required: bool


class ReversalRecorded(ActRecorded):
    """The signed points that were undone."""

    points: int


class ObjectionRecorded(Recorded):
    """The objection."""

    objection: str


class ItemRecorded(Recorded):
    """The item is listed."""

    item: str


class GoodsRecorded(Recorded):
    """``goods`` is the lot's id."""

    goods: str


class WriteOffRecorded(Recorded):
    """``write_off`` is what a second officer confirms."""

    write_off: str


class CountRecorded(Recorded):
    """``count`` is what a second officer confirms."""

    count: str


class SessionRecorded(Recorded):
    """The session."""

    session: str


class KeyRecorded(Recorded):
    """The key's public id."""

    key: str
