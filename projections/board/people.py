"""What members earned, for the board: by quarter with ranks, and month by month.

Rows come without the volunteer number and in no order that tells one; whoever shows them puts
equals in the order of their shown names.
"""

from typing import Final, NamedTuple

from projections.tables import Connection

EARNERS_MAX: Final = 50_000
"""Members of one month or quarter that are read at most."""
PERIODS_MAX: Final = 1_200

_PERIODS: Final = """
WITH RECURSIVE found AS (
    (SELECT max(period) AS period FROM earnings)
    UNION ALL
    SELECT (SELECT max(period) FROM earnings WHERE period < found.period)
    FROM found WHERE found.period IS NOT NULL
)
SELECT period FROM found WHERE period IS NOT NULL LIMIT %s
"""
_EARNED: Final = """
SELECT e.rank, m.name, m.consent, e.points, e.minutes, e.acts FROM (
    SELECT rank() OVER (ORDER BY sum(points) DESC) AS rank, member, sum(points)::bigint AS points,
           sum(minutes)::bigint AS minutes, sum(acts)::bigint AS acts
    FROM earnings WHERE period BETWEEN %s AND %s GROUP BY member
) e LEFT JOIN members m USING (member)
WHERE e.points > 0 AND e.rank <= %s LIMIT %s
"""


class EarnerFacts(NamedTuple):
    """A member's sums; ``rank`` is by points. Name and consent are None where they were erased."""

    rank: int
    name: str | None
    consent: str | None
    points: int
    minutes: int
    acts: int


def months(connection: Connection) -> list[str]:
    """Months (``2022-09``) in which anybody served, the newest first."""
    return [row[0] for row in connection.execute(_PERIODS, (PERIODS_MAX,))]


def earners(
    connection: Connection, first: str, last: str, ranks_max: int = EARNERS_MAX
) -> list[EarnerFacts]:
    """Who earned points in the months ``first`` to ``last``; equal sums share a rank.

    All of rank ``ranks_max`` or better, so that nobody as good as the last one is left out.
    """
    values = (first, last, ranks_max, EARNERS_MAX)
    return [EarnerFacts(*row) for row in connection.execute(_EARNED, values)]
