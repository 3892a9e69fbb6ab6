"""What a community has registered: people, places, cards, officers, rules, goods, sessions.

For whoever compares a list of their own with it, as an import does. All as of one position.
"""

from typing import Any, Final, NamedTuple

from ledger.log.datastore import LogDatastore
from projections.community import Community
from projections.people import People
from projections.shop import Shop
from projections.tables import Connection
from projections.views import view

_NEWEST_BOOK: Final = """
SELECT rule, name_zh, name_en, category, sign, unit, points, cap_day, cap_month FROM rules
WHERE rulebook = (
    SELECT rulebook FROM rulebooks ORDER BY in_force_from DESC, position DESC LIMIT 1
)
ORDER BY position
"""
_HELD_POSTS: Final = """
SELECT o.officer, p.kind, o.name, coalesce(o.member, ''), p.post, p.begins, coalesce(p.ends, '')
FROM posts p JOIN officers o USING (post) ORDER BY p.begins, p.post
"""
_SETTINGS: Final = """
SELECT post_weekday, post_time, notice_days, expiry_months FROM settings
ORDER BY position DESC LIMIT 1
"""
_LEDGER: Final = (
    "SELECT community, name_zh, name_en, timezone, account_holder, rehearsal, starts FROM ledger"
)


class Opened(NamedTuple):
    """The genesis of the ledger."""

    community: str
    name_zh: str
    name_en: str
    timezone: str
    account_holder: str
    rehearsal: bool
    starts: str


class Place(NamedTuple):
    """Where a household lives; empty texts were not given."""

    grid: str
    building: str
    flat: str


class Person(NamedTuple):
    """A member's details; see :class:`ledger.events.people.MemberRegistered`."""

    household: str
    name: str
    phone: str
    team: str
    consent: str


class HeldPost(NamedTuple):
    """A post, ``begins`` <= t < ``ends`` (empty: open), and who holds it, as which member."""

    officer: str
    kind: str
    name: str
    member: str
    post: str
    begins: str
    ends: str

    def in_term(self, instant: str) -> bool:
        """Whether the term runs at an instant."""
        return self.begins <= instant and (not self.ends or instant < self.ends)


class Rule(NamedTuple):
    """A line of a rulebook; see :class:`ledger.events.rulebooks.RuleListed`."""

    rule: str
    name_zh: str
    name_en: str
    category: str
    sign: int
    unit: str
    points: int
    cap_day: int | None
    cap_month: int | None


class Terms(NamedTuple):
    """An item on its newest terms; ``price`` in points."""

    name_zh: str
    name_en: str
    unit: str
    price: int
    limit: int | None


class Lot(NamedTuple):
    """A lot of goods as it was received."""

    goods: str
    item: str
    donor: str
    unit_value_fen: int | None
    best_before: str | None
    received: int


class Day(NamedTuple):
    """An exchange session."""

    place: str
    opens_at: str
    closes_at: str


class Register(NamedTuple):
    """Everything registered. ``cards`` give account and whether blocked, ``buildings`` the grid.

    ``rules`` are those of the rulebook that came into force last; ``opened`` is None on an empty
    log, and ``settings`` are as :class:`ledger.events.community.SettingsAdopted` has them.
    """

    opened: Opened | None
    settings: tuple[int, int, int, int | None] | None
    grids: set[str]
    buildings: dict[str, str]
    households: dict[str, Place]
    members: dict[str, Person]
    cards: dict[str, tuple[str, bool]]
    posts: list[HeldPost]
    rulebooks: set[str]
    rules: list[Rule]
    items: dict[str, Terms]
    lots: list[Lot]
    sessions: dict[str, Day]


def read_register(datastore: LogDatastore) -> Register:
    """Read it from the books, as far as they have followed.

    Raises:
        ProjectionStaleError: the books are missing, or must be rebuilt.
        StoreUnavailableError: the database does not answer.
    """
    with view(datastore, Community, People, Shop) as seen:
        return _read(seen.connection)


def _read(found: Connection) -> Register:
    def rows(statement: Any) -> list[tuple[Any, ...]]:
        return found.execute(statement).fetchall()

    ledger, settings = rows(_LEDGER), rows(_SETTINGS)
    people = rows("SELECT member, household, name, phone, team, consent FROM members")
    cards = rows("SELECT card, account, blocked_at IS NOT NULL FROM cards")
    items = rows("SELECT item, name_zh, name_en, unit, price, limit_each FROM items")
    lots = rows(
        "SELECT goods, item, donor, unit_value_fen, best_before, received FROM goods "
        "ORDER BY position"
    )
    households = rows("SELECT household, grid, building, flat FROM households")
    return Register(
        opened=Opened(*ledger[0]) if ledger else None,
        settings=settings[0] if settings else None,
        grids={grid for (grid,) in rows("SELECT grid FROM grids")},
        buildings=dict(rows("SELECT building, grid FROM buildings")),
        households={household: Place(*place) for household, *place in households},
        members={member: Person(*person) for member, *person in people},
        cards={card: (account, blocked) for card, account, blocked in cards},
        posts=[HeldPost(*post) for post in rows(_HELD_POSTS)],
        rulebooks={book for (book,) in rows("SELECT rulebook FROM rulebooks")},
        rules=[Rule(*rule) for rule in rows(_NEWEST_BOOK)],
        items={item: Terms(*terms) for item, *terms in items},
        lots=[Lot(*lot) for lot in lots],
        sessions={
            name: Day(*day)
            for name, *day in rows("SELECT session, place, opens_at, closes_at FROM sessions")
        },
    )
