"""Accounts: balances, what is left of each lot, and a statement line for every movement."""

from collections.abc import Iterable
from typing import ClassVar

from ledger.events.base import Event, Recorded
from ledger.events.community import LedgerOpened
from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.events.people import HouseholdRegistered, MemberRegistered
from ledger.events.points import (
    AwardReversed,
    LotsExpired,
    PointsAwarded,
    PointsDeducted,
    Taken,
)
from projections.base import Projection, folds
from projections.rows import Row
from projections.tables import Connection, Tables, Touch


class AccountRow(Row):
    """An account and its sums in points.

    ``balance`` is the sum of the lots less the debt, as far as events say: a lot counts until its
    expiry is written. ``reversed`` is net: plus-awards taken back less deductions given back.
    """

    TABLE = "accounts"
    KEY = ("account",)
    PERSON = "account"

    account: str
    balance: int = 0
    debt: int = 0
    awarded: int = 0
    deducted: int = 0
    reversed: int = 0
    spent: int = 0
    returned: int = 0
    expired: int = 0


class LotRow(Row):
    """What is left of points that came in together, void from 00:00 of ``expires`` on.

    ``position`` is that of the event it came with: lots with one expiry are spent in its order.
    """

    TABLE = "lots"
    KEY = ("account", "lot")
    INDEXES = (("expires",),)
    PERSON = "account"

    account: str
    lot: str
    points: int
    expires: str | None
    position: int


class LineRow(Row):
    """One movement of an account: signed ``points``, and the balance after it.

    ``kind`` is awarded, deducted, reversed, spent, returned or expired.
    """

    TABLE = "statement_lines"
    KEY = ("account", "position")
    PERSON = "account"
    APPEND_ONLY = True

    account: str
    position: int
    recorded_at: str
    kind: str
    points: int
    balance: int
    act: str | None = None
    rule: str | None = None
    performed_on: str | None = None
    exchange: str | None = None
    goods_return: str | None = None
    session: str | None = None


class HolderRow(Row):
    """Who holds accounts in this ledger: ``household`` or ``member``."""

    TABLE = "account_holder"
    KEY = ("one",)

    holder: str
    one: int = 1


class Accounts(Projection):
    """Every household (or member) has an account from its registration on."""

    NAME: ClassVar[str] = "accounts"
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[type[Row], ...]] = (AccountRow, LotRow, LineRow, HolderRow)

    def __init__(self, tables: Tables) -> None:
        """Fold into these tables."""
        super().__init__(tables)
        self.accounts, self.lots = tables[AccountRow], tables[LotRow]
        self.lines, self.holder = tables[LineRow], tables[HolderRow]

    def touches(self, event: Event) -> Iterable[Touch]:
        """The account and the lots that it takes from."""
        yield HolderRow, 1
        account = getattr(event, "account", None)
        if account is not None:
            yield AccountRow, account
            for lot, _ in getattr(event, "taken", ()):
                yield LotRow, (account, lot)

    @folds(LedgerOpened)
    def ledger_opened(self, event: LedgerOpened, _: Recorded) -> None:
        """The genesis says who holds accounts."""
        self.holder.add(HolderRow(holder=event.account_holder))

    @folds(HouseholdRegistered)
    def household_registered(self, event: HouseholdRegistered, _: Recorded) -> None:
        """An empty account."""
        if self._held_by("household"):
            self.accounts.add(AccountRow(account=event.household))

    @folds(MemberRegistered)
    def member_registered(self, event: MemberRegistered, _: Recorded) -> None:
        """An empty account."""
        if self._held_by("member"):
            self.accounts.add(AccountRow(account=event.member))

    @folds(PointsAwarded)
    def points_awarded(self, event: PointsAwarded, recorded: Recorded) -> None:
        """Debt first, the rest a lot."""
        account = self.accounts.edit(event.account)
        account.awarded += event.points
        self._receive(account, event, event.act, recorded)
        line = self._line(account, recorded, "awarded", event.points)
        line.act, line.rule, line.performed_on = event.act, event.rule, event.performed_on

    @folds(PointsDeducted)
    def points_deducted(self, event: PointsDeducted, recorded: Recorded) -> None:
        """Lots first, the rest debt."""
        account = self.accounts.edit(event.account)
        account.deducted += event.points
        account.debt += event.debt_added
        self._take(account, event.taken)
        line = self._line(account, recorded, "deducted", -event.points)
        line.act, line.rule, line.performed_on = event.act, event.rule, event.performed_on

    @folds(AwardReversed)
    def award_reversed(self, event: AwardReversed, recorded: Recorded) -> None:
        """A plus-award is taken back, or a deduction given back."""
        account = self.accounts.edit(event.account)
        account.reversed += event.points
        account.debt += event.debt_added
        self._take(account, event.taken)
        self._receive(account, event, event.lot, recorded)
        line = self._line(account, recorded, "reversed", -event.points)
        line.act, line.rule, line.performed_on = event.act, event.rule, event.performed_on

    @folds(LotsExpired)
    def lots_expired(self, event: LotsExpired, recorded: Recorded) -> None:
        """What was left of the lots is void."""
        account = self.accounts.edit(event.account)
        account.expired += event.points
        self._take(account, event.taken)
        self._line(account, recorded, "expired", -event.points)

    @folds(GoodsExchanged)
    def goods_exchanged(self, event: GoodsExchanged, recorded: Recorded) -> None:
        """Points leave."""
        account = self.accounts.edit(event.account)
        account.spent += event.points
        self._take(account, event.taken)
        line = self._line(account, recorded, "spent", -event.points)
        line.exchange, line.session = event.exchange, event.session

    @folds(GoodsReturned)
    def goods_returned(self, event: GoodsReturned, recorded: Recorded) -> None:
        """Points come back, as a new lot after debt."""
        account = self.accounts.edit(event.account)
        account.returned += event.points
        self._receive(account, event, event.lot, recorded)
        line = self._line(account, recorded, "returned", event.points)
        line.exchange, line.session = event.exchange, event.session
        line.goods_return = event.goods_return

    def _held_by(self, holder: str) -> bool:
        row = self.holder.find(1)
        return row is not None and row.holder == holder

    def _take(self, account: AccountRow, taken: Taken) -> None:
        for name, points in taken:
            key = (account.account, name)
            lot = self.lots.edit(key)
            lot.points -= points
            if lot.points == 0:
                self.lots.remove(key)

    def _receive(
        self,
        account: AccountRow,
        event: PointsAwarded | AwardReversed | GoodsReturned,
        lot: str,
        recorded: Recorded,
    ) -> None:
        account.debt -= event.debt_paid
        if event.lot_points:
            row = LotRow(
                account=account.account,
                lot=lot,
                points=event.lot_points,
                expires=event.expires,
                position=recorded.position,
            )
            self.lots.add(row)

    def _line(self, account: AccountRow, recorded: Recorded, kind: str, points: int) -> LineRow:
        account.balance += points
        line = LineRow(
            account=account.account,
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            kind=kind,
            points=points,
            balance=account.balance,
        )
        return self.lines.add(line)


def balances(connection: Connection) -> dict[str, int]:
    """The balance of every account, in points."""
    return dict(connection.execute("SELECT account, balance FROM accounts").fetchall())


def expired(connection: Connection) -> dict[str, int]:
    """The points of every account that have expired so far."""
    return dict(connection.execute("SELECT account, expired FROM accounts").fetchall())
