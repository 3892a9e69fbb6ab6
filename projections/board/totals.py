"""Totals by month and by rule, and the rulebooks, for the board."""

from typing import Final, NamedTuple

from projections.tables import Connection

MONTHS_MAX: Final = 1_200
RULES_MAX: Final = 1_000
RULEBOOKS_MAX: Final = 200

_MONTHS: Final = """
SELECT month, awarded, deducted, reversed, spent, returned, expired, exchanges
FROM totals ORDER BY month DESC LIMIT %s
"""
_BY_RULE: Final = """
SELECT t.rule, r.name_zh, r.name_en, coalesce(r.sign, 1), t.acts, t.minutes, t.points FROM (
    SELECT rule, sum(acts - reversals)::bigint AS acts, sum(minutes)::bigint AS minutes,
           sum(points - reversed)::bigint AS points
    FROM rule_totals GROUP BY rule
) t LEFT JOIN LATERAL (
    SELECT name_zh, name_en, sign FROM rules WHERE rules.rule = t.rule
    ORDER BY position DESC LIMIT 1
) r ON true
ORDER BY t.rule LIMIT %s
"""
_RULEBOOKS: Final = """
SELECT rulebook, adopted_at, in_force_from, rules FROM rulebooks
ORDER BY in_force_from DESC, position DESC LIMIT %s
"""
_RULES: Final = """
SELECT rule, name_zh, name_en, category, sign, unit, points, cap_day, cap_month
FROM rules WHERE rulebook = %s ORDER BY position LIMIT %s
"""


class MonthFacts(NamedTuple):
    """Points by the local month in which they were booked; ``reversed`` is net."""

    month: str
    awarded: int
    deducted: int
    reversed: int
    spent: int
    returned: int
    expired: int
    exchanges: int


class RuleTotalFacts(NamedTuple):
    """What is booked under a rule and not taken back; names are None where no rulebook has it."""

    rule: str
    name_zh: str | None
    name_en: str | None
    sign: int
    acts: int
    minutes: int
    points: int


class RulebookFacts(NamedTuple):
    """A rulebook, in force from a local date."""

    rulebook: str
    adopted_at: str
    in_force_from: str
    rules: int


class RuleFacts(NamedTuple):
    """One line of a rulebook; see :class:`ledger.events.rulebooks.RuleListed`."""

    rule: str
    name_zh: str
    name_en: str
    category: str
    sign: int
    unit: str
    points: int
    cap_day: int | None
    cap_month: int | None


def months(connection: Connection) -> list[MonthFacts]:
    """Totals by month, the newest first."""
    return [MonthFacts(*row) for row in connection.execute(_MONTHS, (MONTHS_MAX,))]


def by_rule(connection: Connection) -> list[RuleTotalFacts]:
    """Totals by rule over all time, in the order of the rules' codes."""
    return [RuleTotalFacts(*row) for row in connection.execute(_BY_RULE, (RULES_MAX,))]


def rulebooks(connection: Connection) -> list[RulebookFacts]:
    """All rulebooks; the first whose day has come is the one in force."""
    return [RulebookFacts(*row) for row in connection.execute(_RULEBOOKS, (RULEBOOKS_MAX,))]


def rules(connection: Connection, rulebook: str) -> list[RuleFacts]:
    """The lines of a rulebook as it was adopted."""
    return [RuleFacts(*row) for row in connection.execute(_RULES, (rulebook, RULES_MAX))]
