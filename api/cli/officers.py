"""``sunledger officers``: who holds which post, from when to when."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.application import Application
from api.cli.console import Exit, StopError, complain, out, print_json
from api.cli.language import say
from api.cli.ledgers import as_secretary, one_house
from api.messages import N_
from ledger.calendar import NEVER, instant_of, zone_of
from ledger.commands.base import Context
from ledger.commands.clock import ConfirmClock
from ledger.commands.officers import AppointOfficer, EndTerm
from ledger.states.officers import PostKind

_HELP = N_("Appoint officers, list posts, end terms, confirm the clock.")
_APPOINT = N_("Appoint somebody to a post.")
_LIST = N_("List the posts of this ledger.")
_END = N_("End the term of a post now.")
_CONFIRM = N_("Confirm that the clock of this machine is right, after a week of silence.")
_OFFICER = N_("The officer's number.")
_NAME = N_("The officer's name; private.")
_POST = N_("The post.")
_FROM = N_("When the term begins, such as 2026-10-01T08:00+08:00; without it: now.")
_UNTIL = N_("When the term ends; without it: open.")
_MEMBER = N_("The officer's own volunteer number, if they live here.")
_COMMUNITY = N_("The community, where the database holds several.")
_ID = N_("The post's id, as the list shows it.")
_JSON = N_("Print one JSON document instead of tables.")
_NOT_A_TIME = N_("“{value}” is not a time. Write it like 2026-10-01T08:00+08:00.")
_APPOINTED = N_("Officer {officer} holds post {post} ({kind}).")
_NO_MEMBER = N_(
    "No volunteer number was given, so the ledger knows no household that {officer} must not decide"
    " for. If they live here, appoint them with --member; declare their relatives in the office."
)
_ENDED = N_("The term of post {post} has ended.")
_CONFIRMED = N_("The clock is confirmed; the ledger writes again.")
_COLUMNS = (N_("Post"), N_("Kind"), N_("Officer"), N_("From"), N_("Until"))
KINDS = {
    PostKind.GRID_LEADER: N_("grid leader"),
    PostKind.REVIEWER: N_("reviewer"),
    PostKind.SECOND_REVIEWER: N_("second reviewer"),
    PostKind.CLERK: N_("clerk of the exchange desk"),
    PostKind.STOREKEEPER: N_("storekeeper"),
    PostKind.SUPERVISOR: N_("supervisor"),
    PostKind.SECRETARY: N_("secretary"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    officers = Application(help=_HELP)
    officers.command("appoint", help=_APPOINT)(appoint)
    officers.command("list", help=_LIST)(list_posts)
    officers.command("end", help=_END)(end)
    officers.command("confirm-clock", help=_CONFIRM)(confirm_clock)
    app.add_typer(officers, name="officers")


def appoint(
    officer: Annotated[str, typer.Option(help=_OFFICER)],
    name: Annotated[str, typer.Option(help=_NAME)],
    post: Annotated[PostKind, typer.Option(help=_POST)],
    begins: Annotated[str | None, typer.Option("--from", metavar="TIME", help=_FROM)] = None,
    ends: Annotated[str | None, typer.Option("--until", metavar="TIME", help=_UNTIL)] = None,
    member: Annotated[str | None, typer.Option(help=_MEMBER)] = None,
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
) -> None:
    """Appoint in the name of the secretary in office."""
    with one_house(community) as house:
        now, timezone = house.writer.ask(_now_and_zone)
        command = AppointOfficer(
            officer=officer,
            name=name,
            kind=post,
            begins=_instant(begins, timezone) or now,
            ends=_instant(ends, timezone),
            member=member,
        )
        outcome = as_secretary(house, command)
    if member is None:
        complain(say(_NO_MEMBER, officer=officer))
    kind = say(KINDS[post])
    out.print(Text(say(_APPOINTED, officer=officer, post=outcome.answer["post"], kind=kind)))


def list_posts(
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_JSON)] = False,
) -> None:
    """Show every post with its term."""
    with one_house(community) as house:
        found = house.writer.ask(lambda context: list(context.states.officers.posts.values()))
    if as_json:
        print_json(
            [
                {
                    "post": p.post,
                    "kind": p.kind,
                    "officer": p.officer,
                    "begins": p.begins,
                    "ends": None if p.ends == NEVER else p.ends,
                }
                for p in found
            ]
        )
        return
    table = Table(*map(say, _COLUMNS))
    for p in found:
        ends = "" if p.ends == NEVER else p.ends
        table.add_row(p.post, say(KINDS[PostKind(p.kind)]), Text(p.officer), p.begins, ends)
    out.print(table)


def end(
    post: Annotated[str, typer.Argument(metavar="POST", help=_ID)],
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
) -> None:
    """End a term in the name of the secretary in office."""
    with one_house(community) as house:
        as_secretary(house, EndTerm(post=post))
    out.print(Text(say(_ENDED, post=post)))


def confirm_clock(
    community: Annotated[str | None, typer.Option(help=_COMMUNITY)] = None,
) -> None:
    """Confirm the clock in the name of the secretary in office."""
    with one_house(community) as house:
        as_secretary(house, ConfirmClock())
    out.print(Text(say(_CONFIRMED)))


def _now_and_zone(context: Context) -> tuple[str, str]:
    return context.instant, context.states.community.timezone


def _instant(text: str | None, timezone: str) -> str | None:
    """A time as a person types it: without an offset it is the community's own."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone_of(timezone))
        return instant_of(moment)
    except (ValueError, OverflowError):
        complain(say(_NOT_A_TIME, value=text))
        raise StopError(Exit.USAGE) from None
