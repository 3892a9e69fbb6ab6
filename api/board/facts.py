"""From the read models to the facts of the board: one function an answer, each of one moment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from api.board.errors import NoticeNotFound
from api.board.names import chinese_key, public_name
from api.board.schemas import (
    AsOf,
    Earned,
    EarnedLine,
    NoticeHead,
    NoticeLine,
    NoticeList,
    NoticeSheet,
    ObjectionFact,
    Roll,
    RollLine,
)
from api.hosting.errors import NotFoundError
from api.hosting.house import House
from api.messages import N_, translate
from api.names import harmless
from ledger.calendar import local_date
from projections.base import Projection
from projections.board import notices as noticed
from projections.board import people as earning
from projections.board.community import CommunityFacts, community_facts, moment_at
from projections.community import Community
from projections.tables import Connection
from projections.views import view

ROLL_RANKS_MAX: Final = 100
"""Ranks of an honour roll."""

CARRIED_OVER: Final = N_("Carried over from paper")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """The books at one moment; ``now`` is the instant by the house's clock, ``today`` its date.

    ``served_as`` is the community's name in addresses.
    """

    served_as: str
    connection: Connection
    as_of: AsOf
    community: CommunityFacts
    now: str
    today: str


@contextmanager
def opened(house: House, *projections: type[Projection]) -> Iterator[Seen]:
    """The books of a house, opened at one moment.

    Raises:
        NotFoundError: the community's genesis is not there yet.
        ProjectionStaleError: the books must be rebuilt.
        StoreUnavailableError: the database does not answer.
    """
    with view(house.books, Community, *projections) as seen:
        community = community_facts(seen.connection)
        if community is None:
            raise NotFoundError
        now = house.clock()
        moment = moment_at(seen.connection, seen.position)
        as_of = AsOf(position=moment.position, recorded_at=moment.recorded_at)
        today = local_date(now, community.timezone)
        yield Seen(house.community, seen.connection, as_of, community, now, today)


def paged(rows: Sequence[T], limit: int, skip: int) -> tuple[Sequence[T], int | None]:
    """A page of rows that were all read, and where the next one begins."""
    end = skip + limit
    return rows[skip:end], end if end < len(rows) else None


def _head(seen: Seen, found: noticed.NoticeFacts) -> NoticeHead:
    facts = found._asdict()
    del facts["position"]
    return NoticeHead(open=found.closes_at > seen.now, **facts)


def notice_list(seen: Seen, limit: int, before: int | None = None) -> NoticeList:
    """Sheets, the newest first."""
    found = noticed.notices(seen.connection, limit + 1, before)
    more = found[limit - 1].position if len(found) > limit else None
    heads = [_head(seen, notice) for notice in found[:limit]]
    return NoticeList(as_of=seen.as_of, notices=heads, next=more)


def open_notices(seen: Seen, limit: int) -> list[NoticeHead]:
    """Sheets that hang now."""
    return [_head(seen, n) for n in noticed.open_notices(seen.connection, seen.now, limit)]


def notice_sheet(seen: Seen, notice: str, limit: int, skip: int, language: str) -> NoticeSheet:
    """A sheet with some of its lines.

    Raises:
        NoticeNotFound: there is none of that id.
    """
    found = noticed.notice(seen.connection, notice)
    if found is None:
        raise NoticeNotFound
    lines = noticed.lines(seen.connection, notice, limit, skip)
    acts = [line.act for line in lines if line.objections]
    challenged: dict[str, list[ObjectionFact]] = {}
    for objection in noticed.objections(seen.connection, acts) if acts else ():
        challenged.setdefault(objection.act, []).append(_objection(objection))
    end = skip + len(lines)
    return NoticeSheet(
        as_of=seen.as_of,
        notice=_head(seen, found),
        lines=[_line(line, challenged.get(line.act, []), language) for line in lines],
        next=end if lines and end < found.lines else None,
    )


def _objection(found: noticed.ObjectionFacts) -> ObjectionFact:
    return ObjectionFact(
        raised_at=found.raised_at,
        statement=harmless(found.statement) if found.statement else None,
        upheld=found.upheld,
        reason=harmless(found.reason) if found.reason else None,
    )


def rule_names(zh: str | None, en: str | None, rule: str) -> tuple[str, str]:
    """A rule's name in both languages; its code where there is none."""
    if not rule:
        return translate(CARRIED_OVER, {}, "zh-CN"), translate(CARRIED_OVER, {}, "en")
    return harmless(zh or rule), harmless(en or rule)


def _line(found: noticed.LineFacts, objections: list[ObjectionFact], language: str) -> NoticeLine:
    rule_zh, rule_en = rule_names(found.rule_zh, found.rule_en, found.rule)
    return NoticeLine.model_validate(
        {
            "act": found.act,
            "name": public_name(found.name, found.consent, language),
            "rule": found.rule,
            "rule_zh": rule_zh,
            "rule_en": rule_en,
            "performed_on": found.performed_on,
            "minutes": found.minutes,
            "points": found.points,
            "stage": found.stage,
            "objections": objections,
        }
    )


def _ranked(found: list[earning.EarnerFacts], language: str) -> list[RollLine]:
    """In the order of rank; equals by what is shown of them, and by nothing else."""
    nobody = public_name(None, None, language)
    lines = [
        RollLine(
            rank=earner.rank,
            name=public_name(earner.name, earner.consent, language),
            points=earner.points,
            minutes=earner.minutes,
            acts=earner.acts,
        )
        for earner in found
    ]
    lines.sort(key=lambda r: (r.rank, r.name == nobody, chinese_key(r.name), -r.minutes, -r.acts))
    return lines


def quarter_of(month: str) -> str:
    """The quarter of a month: ``2022Q3`` of ``2022-09``."""
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def months_of(quarter: str) -> tuple[str, str]:
    """The first and the last month of a quarter."""
    last = 3 * int(quarter[5])
    return f"{quarter[:4]}-{last - 2:02}", f"{quarter[:4]}-{last:02}"


def roll(seen: Seen, quarter: str | None, limit: int, skip: int, language: str) -> Roll:
    """The honour roll of a quarter; without one, of the newest that has a roll."""
    months = earning.months(seen.connection)
    quarters = list(dict.fromkeys(quarter_of(month) for month in months))
    wanted = quarter or (quarters[0] if quarters else None)
    found = earning.earners(seen.connection, *months_of(wanted), ROLL_RANKS_MAX) if wanted else []
    lines, more = paged(_ranked(found, language), limit, skip)
    return Roll(as_of=seen.as_of, quarter=wanted, quarters=quarters, lines=list(lines), next=more)


def earned(seen: Seen, month: str | None, limit: int, skip: int, language: str) -> Earned:
    """What everybody earned in a month; without one, in the newest in which anybody did."""
    months = earning.months(seen.connection)
    wanted = month or (months[0] if months else None)
    found = earning.earners(seen.connection, wanted, wanted) if wanted else []
    lines, more = paged(_ranked(found, language), limit, skip)
    return Earned(
        as_of=seen.as_of,
        month=wanted,
        months=months,
        people=len(found),
        points=sum(earner.points for earner in found),
        lines=[
            EarnedLine(name=line.name, points=line.points, minutes=line.minutes, acts=line.acts)
            for line in lines
        ],
        next=more,
    )
