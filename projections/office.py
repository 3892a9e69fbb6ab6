"""What the office reads: acts by their stage, residents, who holds which post."""

from typing import Any, Final, NamedTuple

from projections.tables import Connection

_ACTS: Final = """
SELECT a.act, a.position, a.stage, a.member, m.name, a.rule, a.performed_on, a.minutes,
       a.register_number, a.registered_at, a.recorder, a.reviewer, a.remark, a.closes_at
FROM acts a LEFT JOIN members m USING (member)
WHERE a.stage = %s AND a.position > %s ORDER BY a.position LIMIT %s
"""
_OBJECTIONS: Final = """
SELECT o.objection, o.position, o.act, o.raised_at, s.statement
FROM objections o LEFT JOIN objection_statements s USING (objection)
WHERE o.upheld IS NULL AND o.position > %s ORDER BY o.position LIMIT %s
"""
_MEMBERS: Final = """
SELECT member, household, name, phone, team, consent FROM members
WHERE member = %(text)s OR household = %(text)s OR starts_with(name, %(text)s)
ORDER BY member LIMIT %(limit)s
"""
_POSTS: Final = """
SELECT p.post, p.kind, p.begins, p.ends, o.officer, o.name
FROM posts p LEFT JOIN officers o USING (post)
WHERE p.post > %s ORDER BY p.post LIMIT %s
"""


class ActListed(NamedTuple):
    """An act as the office sees it; ``name`` is None where the person was erased."""

    act: str
    position: int
    stage: str
    member: str
    name: str | None
    rule: str
    performed_on: str
    minutes: int | None
    register_number: int | None
    registered_at: str
    recorder: str
    reviewer: str | None
    remark: str
    closes_at: str | None


class ObjectionListed(NamedTuple):
    """An objection that waits for its decision, with what the resident said."""

    objection: str
    position: int
    act: str
    raised_at: str
    statement: str | None


class MemberFound(NamedTuple):
    """A resident."""

    member: str
    household: str
    name: str
    phone: str
    team: str
    consent: str


class PostHeld(NamedTuple):
    """A post for its term, and who holds it."""

    post: str
    kind: str
    begins: str
    ends: str | None
    officer: str | None
    name: str | None


def acts_at(connection: Connection, stage: str, after: int, limit: int) -> list[ActListed]:
    """Acts at a stage, recorded behind a position, in their order."""
    return [ActListed(*row) for row in connection.execute(_ACTS, (stage, after, limit))]


def open_objections(connection: Connection, after: int, limit: int) -> list[ObjectionListed]:
    """Objections without a decision, raised behind a position, in their order."""
    return [ObjectionListed(*row) for row in connection.execute(_OBJECTIONS, (after, limit))]


def members_like(connection: Connection, text: str, limit: int) -> list[MemberFound]:
    """Residents of this number or household, or whose name begins so."""
    values: dict[str, Any] = {"text": text, "limit": limit}
    return [MemberFound(*row) for row in connection.execute(_MEMBERS, values)]


def posts_after(connection: Connection, after: str, limit: int) -> list[PostHeld]:
    """Posts behind an id, in the order of their ids."""
    return [PostHeld(*row) for row in connection.execute(_POSTS, (after, limit))]
