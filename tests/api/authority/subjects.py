"""For each call something to act on, fresh each time, and in household `H1` where it has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ledger.calendar import instant_of
from ledger.commands.people import IssueCard, RegisterMember
from tests.api.ground import Ground
from tests.support.ledgers import ACTED_ON
from tests.support.live import SESSION

ITEM = {"name_zh": "米", "name_en": "Rice", "unit": "bag", "price": 1}
LINES = [{"item": "rice", "quantity": 1}]
RULE = {
    "rule": "A01",
    "name_zh": "甲",
    "name_en": "A",
    "sign": 1,
    "unit": "time",
    "points": 1,
}
SETTINGS = {"post_weekday": 6, "post_time": 1080, "notice_days": 3, "expiry_months": None}
WHY = {"reason": "有误"}


@dataclass
class Subject:
    """What stands in the braces of a call's address, and its body (None: it has none)."""

    address: dict[str, str]
    body: dict[str, Any] | bytes | None = None


def _member(ground: Ground, member: str) -> Subject:
    return Subject({}, {"member": member, "household": "H1", "name": "居民甲"})


def _batch(ground: Ground) -> Subject:
    line = {"key": f"line{ground.new()}", "card": "C1", "session": SESSION, "lines": LINES}
    return Subject({}, msgspec.json.encode(line) + b"\n")


def _opening_balance(ground: Ground) -> Subject:
    """Of a member who has none yet."""
    member = f"v-{ground.new()}"
    details = {"household": "H1", "name": "居民甲", "phone": "", "team": "", "consent": "real"}
    ground.do(RegisterMember(member=member, **details), "S")
    return Subject({}, {"member": member, "points": 5, "performed_on": ACTED_ON})


def _session(ground: Ground) -> Subject:
    opens = datetime.now(UTC) + timedelta(days=1)
    window = {
        "opens_at": instant_of(opens),
        "closes_at": instant_of(opens + timedelta(hours=1)),
    }
    return Subject({}, {"session": f"s-{ground.new()}", "place": "门岗", **window})


def _objected(ground: Ground, body: dict[str, Any]) -> Subject:
    act, objection = ground.objection()
    return Subject({"act": act, "objection": objection}, body)


def _closing(ground: Ground) -> Subject:
    session = ground.ended_session()
    return Subject({}, {"session": session, "count": ground.count(confirmed=True)})


def _card(ground: Ground) -> str:
    card = f"card{ground.new()}"
    ground.do(IssueCard(card=card, account="H1"), "S")
    return card


def _rulebook(ground: Ground) -> Subject:
    """One that never comes into force, for other calls need the rules of the ground."""
    book = {"rulebook": f"r{ground.new()}", "in_force_from": "2099-01-01", "rules": [RULE]}
    return Subject({}, book)


def _act(ground: Ground) -> Subject:
    return Subject({}, {"member": "V1", **ground.deed()})


def _officer(ground: Ground) -> Subject:
    names = {"officer": f"o{ground.new()}", "name": "甲", "post": "clerk"}
    return Subject({}, {**names, "begins": "2022-07-01T00:00:00Z"})


def _building(ground: Ground) -> Subject:
    return Subject({}, {"building": f"b{ground.new()}", "grid": "g1"})


def _sealed(ground: Ground, address: dict[str, str]) -> Subject:
    """Of a log whose first page is under a checkpoint."""
    assert ground.house.sealer is not None
    ground.house.sealer.catch_up()
    return Subject(address)


def _goods(quantity: int, **more: str) -> Callable[[Ground], Subject]:
    return lambda ground: Subject({}, {"goods": ground.goods, "quantity": quantity, **more})


def _counted(ground: Ground) -> Subject:
    return Subject({}, {"counted": [{"goods": ground.goods, "quantity": 5}]})


SUBJECTS: dict[str, Callable[[Ground], Subject]] = {
    "healthz": lambda _: Subject({}),
    "readyz": lambda _: Subject({}),
    "metrics": lambda _: Subject({}),
    "current_session": lambda _: Subject({}),
    "notices": lambda _: Subject({}),
    "notice": lambda g: Subject({"notice": g.notice()}),
    "roll": lambda _: Subject({}),
    "earned": lambda _: Subject({}),
    "sessions": lambda _: Subject({}),
    "session": lambda _: Subject({"session": SESSION}),
    "items": lambda _: Subject({}),
    "donors": lambda _: Subject({}),
    "totals": lambda _: Subject({}),
    "rules": lambda _: Subject({}),
    "log_checkpoint": lambda g: _sealed(g, {}),
    "log_tile": lambda g: _sealed(g, {"tile": "0/000.p/1"}),
    "read_events": lambda _: Subject({}),
    "look_up_card": lambda _: Subject({}, {"card": "C1"}),
    "show_exchange": lambda g: Subject({"exchange": g.exchange()}),
    "exchange_goods": lambda _: Subject({}, {"card": "C1", "session": SESSION, "lines": LINES}),
    "exchange_batch": _batch,
    "return_goods": lambda g: Subject({"exchange": g.exchange()}, {"lines": LINES, **WHY}),
    "block_card": lambda g: Subject({}, {"card": _card(g)}),
    "record_act": _act,
    "record_opening_balance": _opening_balance,
    "review_act": lambda g: Subject({"act": g.recorded()}, {"approve": True}),
    "approve_act_again": lambda g: Subject({"act": g.reviewed()}),
    "raise_objection": lambda g: Subject({"act": next(g.posted)}, {"statement": "不实"}),
    "decide_objection": lambda g: _objected(g, {"upheld": False}),
    "release_objection_text": lambda g: _objected(g, {"statement": "不实"}),
    "reverse_award": lambda g: Subject({"act": next(g.awarded)}, WHY),
    "adopt_rulebook": _rulebook,
    "register_grid": lambda g: Subject({}, {"grid": f"g-{g.new()}"}),
    "register_building": _building,
    "register_household": lambda g: Subject({}, {"household": f"h-{g.new()}"}),
    "register_member": lambda g: _member(g, f"v-{g.new()}"),
    "change_member": lambda g: _member(g, "V1"),
    "issue_card": lambda g: Subject({}, {"card": f"c-{g.new()}", "account": "H1"}),
    "appoint_officer": _officer,
    "declare_relatives": lambda _: Subject({}, {"officer": "G", "household": "H2"}),
    "end_term": lambda g: Subject({"post": g.spare_post()}),
    "revoke_key": lambda g: Subject({"key": g.spare_key()}),
    "adopt_settings": lambda _: Subject({}, SETTINGS),
    "confirm_clock": lambda _: Subject({}),
    "list_item": lambda g: Subject({}, {"item": f"i-{g.new()}", **ITEM}),
    "receive_goods": lambda _: Subject({}, {"item": "rice", "quantity": 1}),
    "propose_write_off": _goods(1, reason="破损"),
    "confirm_write_off": lambda g: Subject({"write_off": g.write_off()}),
    "count_stock": _counted,
    "confirm_count": lambda g: Subject({"count": g.count()}),
    "announce_session": _session,
    "close_session": _closing,
    "list_acts": lambda _: Subject({}),
    "list_objections": lambda _: Subject({}),
    "search_members": lambda _: Subject({}, {"text": "V1"}),
    "list_posts": lambda _: Subject({}),
    "list_keys": lambda _: Subject({}),
}
