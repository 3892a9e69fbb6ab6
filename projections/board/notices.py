"""Notices and their lines, for the board.

Acts under plus-rules are lines with a name; acts that cost points are counted and never listed.
An act whose record was erased is neither.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ledger.states.rulebooks import Rule
from projections.tables import Connection

NOTICES_MAX: Final = 100
LINES_MAX: Final = 200
OBJECTIONS_MAX: Final = 1_000
"""Objections that are read for one page of lines."""

_FROM: Final = """
FROM notice_lines l
JOIN acts a USING (act)
LEFT JOIN rules r ON r.rulebook = a.rulebook AND r.rule = a.rule
"""
_SHOWN: Final = "coalesce(r.sign, 1) > 0 AND coalesce(l.points, 0) >= 0"
_HEADS: Final = f"""
SELECT n.notice, (SELECT count(*) FROM notices older WHERE older.position <= n.position),
       n.position, n.posted_at, n.closes_at, n.acts, c.lines, c.deductions,
       c.objections, c.undecided
FROM (SELECT * FROM notices WHERE {{}} ORDER BY position DESC LIMIT %s) n,
LATERAL (
    SELECT count(*) FILTER (WHERE {_SHOWN}) AS lines,
           count(*) FILTER (WHERE NOT ({_SHOWN})) AS deductions,
           coalesce(sum(l.objections), 0)::bigint AS objections,
           coalesce(sum(l.undecided), 0)::bigint AS undecided
    {_FROM} WHERE l.notice = n.notice
) c
ORDER BY n.position DESC
"""  # noqa: S608 (constants of this module)
_LINES: Final = f"""
SELECT l.act, m.name, m.consent, a.rule, r.name_zh, r.name_en, a.performed_on, a.minutes,
       l.stage, l.points, l.objections, l.undecided, a.carried, r.sign, r.unit, r.points
{_FROM} LEFT JOIN members m ON m.member = a.member
WHERE l.notice = %s AND {_SHOWN}
ORDER BY l.position LIMIT %s OFFSET %s
"""
_OBJECTIONS: Final = """
SELECT act, raised_at, statement, upheld, reason, decided_at
FROM objections WHERE act = ANY(%s) ORDER BY position LIMIT %s
"""


class NoticeFacts(NamedTuple):
    """A sheet, the ``number``-th of this ledger.

    ``acts`` were posted on it; ``lines`` of them are listed, ``deductions`` only counted.
    """

    notice: str
    number: int
    position: int
    posted_at: str
    closes_at: str
    acts: int
    lines: int
    deductions: int
    objections: int
    undecided: int


class LineFacts(NamedTuple):
    """A line: ``points`` are those booked, or what the act would earn while it is on notice.

    What was carried over from paper stands there with its points, for nobody could object to a
    figure that is not shown. ``name`` and ``consent`` are None where the member was erased.
    """

    act: str
    name: str | None
    consent: str | None
    rule: str
    rule_zh: str | None
    rule_en: str | None
    performed_on: str
    minutes: int | None
    stage: str
    points: int | None
    objections: int
    undecided: int


class ObjectionFacts(NamedTuple):
    """A challenge; ``statement`` as released by the moderators, ``upheld`` None: not decided."""

    act: str
    raised_at: str
    statement: str | None
    upheld: bool | None
    reason: str | None
    decided_at: str | None


def notices(connection: Connection, limit: int, before: int | None = None) -> list[NoticeFacts]:
    """Sheets, the newest first; ``before``: only those posted before this position."""
    where, values = ("position < %s", [before]) if before is not None else ("true", [])
    return _heads(connection, where, [*values, min(limit, NOTICES_MAX)])


def open_notices(connection: Connection, now: str, limit: int) -> list[NoticeFacts]:
    """Sheets that hang at the instant ``now``, the newest first."""
    return _heads(connection, "closes_at > %s", [now, min(limit, NOTICES_MAX)])


def notice(connection: Connection, notice_id: str) -> NoticeFacts | None:
    """One sheet."""
    return next(iter(_heads(connection, "notice = %s", [notice_id, 1])), None)


def _heads(connection: Connection, where: str, values: list[Any]) -> list[NoticeFacts]:
    found = connection.execute(_HEADS.format(where), values)
    return [NoticeFacts(*row) for row in found]


def lines(connection: Connection, notice_id: str, limit: int, skip: int = 0) -> list[LineFacts]:
    """The lines of a sheet in the order in which they hang."""
    values = (notice_id, min(limit, LINES_MAX), skip)
    return [_line(*row) for row in connection.execute(_LINES, values)]


def _line(*row: Any) -> LineFacts:
    *facts, carried, sign, unit, each = row
    line = LineFacts(*facts)
    if line.points is None and sign is None:
        return line._replace(points=carried)
    if line.points is None:
        raw = Rule(line.rule, sign, unit, each, None, None).raw_points(line.minutes)
        return line._replace(points=raw)
    return line


def objections(connection: Connection, acts: Sequence[str]) -> list[ObjectionFacts]:
    """The objections to some acts, in the order in which they were raised."""
    found = connection.execute(_OBJECTIONS, (list(acts), OBJECTIONS_MAX))
    return [ObjectionFacts(*row) for row in found]
