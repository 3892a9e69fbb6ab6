"""The community in public: its name, places, settings, rulebooks and posts."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.base import Event, Recorded
from ledger.events.community import LedgerOpened, RehearsalCarriedOn, SettingsAdopted
from ledger.events.officers import OfficerAppointed, TermEnded
from ledger.events.people import BuildingRegistered, GridRegistered
from ledger.events.rulebooks import RulebookAdopted, RuleListed
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Connection, Tables, Touch


class LedgerRow(Row):
    """The genesis; ``key`` is the verifier key of the transparency log ``origin``.

    ``ends`` is None as well once a rehearsal was carried on.
    """

    TABLE = "ledger"
    KEY = ("community",)

    community: str
    name_zh: str
    name_en: str
    timezone: str
    account_holder: str
    origin: str
    key: str
    rehearsal: bool
    starts: str
    ends: str | None


class SettingsRow(Row):
    """Settings as adopted at a position; see :class:`ledger.events.community.SettingsAdopted`."""

    TABLE = "settings"
    KEY = ("position",)
    APPEND_ONLY = True

    position: int
    recorded_at: str
    post_weekday: int
    post_time: int
    notice_days: int
    expiry_months: int | None


class GridRow(Row):
    """A grid."""

    TABLE = "grids"
    KEY = ("grid",)
    APPEND_ONLY = True

    grid: str


class BuildingRow(Row):
    """A building of a grid."""

    TABLE = "buildings"
    KEY = ("building",)
    INDEXES = (("grid",),)
    APPEND_ONLY = True

    building: str
    grid: str


class RulebookRow(Row):
    """A rulebook, in force from a local date; of those of one date the last adopted counts."""

    TABLE = "rulebooks"
    KEY = ("rulebook",)
    APPEND_ONLY = True

    rulebook: str
    position: int
    adopted_at: str
    adopted_by: str
    in_force_from: str
    rules: int


class RuleRow(Row):
    """One line of a rulebook; see :class:`ledger.events.rulebooks.RuleListed`."""

    TABLE = "rules"
    KEY = ("rulebook", "rule")
    APPEND_ONLY = True

    rulebook: str
    rule: str
    position: int
    name_zh: str
    name_en: str
    category: str
    sign: int
    unit: str
    points: int
    cap_day: int | None
    cap_month: int | None


class PostRow(Row):
    """A post for one term, ``begins`` <= t < ``ends``; who holds it is personal."""

    TABLE = "posts"
    KEY = ("post",)

    post: str
    kind: str
    begins: str
    ends: str | None


class Community(Projection):
    """What anybody may know of the community."""

    NAME: ClassVar[str] = "community"
    VERSION: ClassVar[int] = 2
    TABLES: ClassVar[tuple[type[Row], ...]] = (
        LedgerRow,
        SettingsRow,
        GridRow,
        BuildingRow,
        RulebookRow,
        RuleRow,
        PostRow,
    )

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.posts = tables[PostRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The post, or the genesis."""
        if isinstance(event, TermEnded):
            yield PostRow, event.post
        if isinstance(event, RehearsalCarriedOn):
            yield LedgerRow, event.community

    @folds(LedgerOpened, public=True)
    def ledger_opened(self, event: LedgerOpened, _: Recorded) -> None:
        """The genesis."""
        self.tables[LedgerRow].add(
            LedgerRow(**{name: getattr(event, name) for name in LedgerRow.__struct_fields__})
        )

    @folds(RehearsalCarriedOn, public=True)
    def rehearsal_carried_on(self, event: RehearsalCarriedOn, _: Recorded) -> None:
        """The period has no end any more."""
        self.tables[LedgerRow].edit(event.community).ends = None

    @folds(SettingsAdopted, public=True)
    def settings_adopted(self, event: SettingsAdopted, recorded: Recorded) -> None:
        """From now on."""
        self.tables[SettingsRow].add(
            SettingsRow(
                position=recorded.position,
                recorded_at=recorded.recorded_at,
                post_weekday=event.post_weekday,
                post_time=event.post_time,
                notice_days=event.notice_days,
                expiry_months=event.expiry_months,
            )
        )

    @folds(GridRegistered, public=True)
    def grid_registered(self, event: GridRegistered, _: Recorded) -> None:
        """A place."""
        self.tables[GridRow].add(GridRow(grid=event.grid))

    @folds(BuildingRegistered, public=True)
    def building_registered(self, event: BuildingRegistered, _: Recorded) -> None:
        """A place."""
        self.tables[BuildingRow].add(BuildingRow(building=event.building, grid=event.grid))

    @folds(RulebookAdopted, public=True)
    def rulebook_adopted(self, event: RulebookAdopted, recorded: Recorded) -> None:
        """The head; its lines follow."""
        self.tables[RulebookRow].add(
            RulebookRow(
                rulebook=event.rulebook,
                position=recorded.position,
                adopted_at=recorded.recorded_at,
                adopted_by=recorded.actor,
                in_force_from=event.in_force_from,
                rules=event.rules,
            )
        )

    @folds(RuleListed, public=True)
    def rule_listed(self, event: RuleListed, recorded: Recorded) -> None:
        """One line."""
        self.tables[RuleRow].add(
            RuleRow(
                rulebook=event.rulebook,
                rule=event.rule,
                position=recorded.position,
                name_zh=event.name_zh,
                name_en=event.name_en,
                category=event.category,
                sign=event.sign,
                unit=event.unit,
                points=event.points,
                cap_day=event.cap_day,
                cap_month=event.cap_month,
            )
        )

    @folds(OfficerAppointed, public=True)
    def officer_appointed(self, event: OfficerAppointed, _: Recorded) -> None:
        """A post and its term."""
        self.posts.add(
            PostRow(post=event.post, kind=event.kind, begins=event.begins, ends=event.ends)
        )

    @folds(TermEnded, public=True)
    def term_ended(self, event: TermEnded, _: Recorded) -> None:
        """The term ends."""
        self.posts.edit(event.post).ends = event.ends


def timezone_of(connection: Connection) -> str:
    """The time zone of the community; UTC before its genesis."""
    row = connection.execute("SELECT timezone FROM ledger LIMIT 1").fetchone()
    return "UTC" if row is None else str(row[0])
