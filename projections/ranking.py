"""Ranking members, households, teams, buildings and grids over some months."""

from typing import Any, Final, Literal, NamedTuple

from psycopg.sql import SQL, Identifier

from projections.standings import PERSONS, GroupStandingRow, PersonStandingRow
from projections.tables import Connection

Kind = Literal["member", "household", "team", "building", "grid"]
Measure = Literal["points", "minutes", "acts"]

_RANKED: Final = SQL("""
SELECT rank, key, points, minutes, acts FROM (
    SELECT rank() OVER (ORDER BY sum({measure}) DESC) AS rank, key, sum(points)::bigint AS points,
           sum(minutes)::bigint AS minutes, sum(acts)::bigint AS acts
    FROM {table}
    WHERE kind = %s AND period BETWEEN %s AND %s
    GROUP BY key
) ranked
WHERE {measure} >= %s AND rank <= %s
ORDER BY rank, key
""")


class Standing(NamedTuple):
    """One line of a ranking: ``key`` is the volunteer number, household, team, building or grid."""

    rank: int
    key: str
    points: int
    minutes: int
    acts: int


def standings(
    connection: Connection,
    kind: Kind,
    first_period: str,
    last_period: str,
    limit: int,
    *,
    by: Measure = "points",
    at_least: int = 1,
) -> list[Standing]:
    """The standings of the months ``first_period`` to ``last_period`` (``2022-09``), best first.

    Equal sums share a rank and stand in the order of their keys; the next rank leaves the places
    out that they take. All of rank ``limit`` or better are listed, so that nobody who is as good
    as the last one is left out; sums below ``at_least`` are not.
    """
    row = PersonStandingRow if kind in PERSONS else GroupStandingRow
    statement = _RANKED.format(measure=Identifier(by), table=Identifier(row.TABLE))
    values: tuple[Any, ...] = (kind, first_period, last_period, at_least, limit)
    return [Standing(*found) for found in connection.execute(statement, values)]
