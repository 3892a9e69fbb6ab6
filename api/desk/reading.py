"""What the desk asks the states at the head: an account, the open session, a basket."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from api.desk.schemas import CardAnswer, ExchangeShown, Limit, StillOut
from api.hosting.house import Caller, House
from api.names import harmless, masked
from ledger.commands.base import Context
from ledger.commands.exchanges import check_card
from ledger.commands.returns import SlipUnknown
from ledger.log.datastore import LogDatastore
from ledger.states.officers import Post, PostKind
from projections.people import People, names_of
from projections.views import view

DESK_POSTS: Final = (PostKind.CLERK,)


@dataclass(slots=True)
class Seen:
    """An account at the head of the log."""

    account: str
    balance: int
    session: str | None
    position: int
    limits: list[Limit] = field(default_factory=list)


def looking_up(card: str) -> Callable[[Context, Post], Seen]:
    """The question of what a card opens.

    Raises (when asked):
        CardUnknown: no such card.
        CardBlocked: it was reported lost.
    """

    def question(context: Context, post: Post) -> Seen:
        del post
        states = context.states
        account_id = check_card(states.card(card))
        account = states.account(account_id)
        session = next(iter(states.shop.open_at(context.instant)), None)
        seen = Seen(account_id, account.balance(context.today), session, context.position)
        if session is not None:
            drawn = account.drawn
            seen.limits = [
                _limit(item, terms.limit, drawn.get(f"{session}|{item}", 0))
                for item, terms in states.shop.items.items()
                if terms.limit is not None
            ]
        return seen

    return question


def _limit(item: str, limit: int, drawn: int) -> Limit:
    return Limit(item=item, limit=limit, drawn=drawn, left=max(0, limit - drawn))


async def look_up(house: House, caller: Caller, card: str) -> CardAnswer:
    """The account behind a card, as the ledger itself has it now."""
    seen = await house.admit_later(caller, looking_up(card), *DESK_POSTS)
    names = await house.read_later(partial(_names, seen.account))
    return CardAnswer(
        display_name="、".join(masked(harmless(name)) for name in names),
        balance=seen.balance,
        held=0,  # nothing can be kept for somebody yet
        session=seen.session,
        limits=seen.limits,
        position=seen.position,
    )


def _names(account: str, books: LogDatastore) -> list[str]:
    with view(books, People) as seen:
        return names_of(seen.connection, account)


def basket(exchange: str) -> Callable[[Context, Post], ExchangeShown]:
    """The question of what is still out of an exchange.

    Raises (when asked):
        SlipUnknown: no such exchange.
    """

    def question(context: Context, post: Post) -> ExchangeShown:
        del post
        found = context.states.exchange(exchange)
        if found.account is None:
            raise SlipUnknown
        return ExchangeShown(
            exchange=exchange,
            session=found.session,
            lines=[
                StillOut(item=item, price=given.price, quantity=given.quantity)
                for item, given in found.given.items()
            ],
            position=context.position,
        )

    return question
