"""Ways of tampering with rows and bytes."""

from dataclasses import replace

from ledger.events.acts import ActDeclined, ActRecorded
from ledger.events.community import ClockConfirmed, LedgerOpened
from ledger.events.goods import GoodsReceived, ItemListed
from ledger.events.officers import TermEnded
from ledger.events.points import ExpiryCompleted, PointsAwarded
from ledger.log.entries import LogEvent, commitment
from projections.audit import log
from tests.projections.audit.forging import Events, Forgery, changed, raw, where


def gap(events: Events) -> int:
    """Take an event out and leave the gap."""
    position = where(events, PointsAwarded)
    del events[position - 1]
    return position + 1


def swapped(events: Events) -> int:
    """Swap two events, positions and all."""
    position = where(events, PointsAwarded)
    events[position - 1], events[position] = events[position], events[position - 1]
    return position + 1


def sealed_again(event: LogEvent, old: bytes, new: bytes) -> LogEvent:
    """Edit opening or text and let the entry commit to what they are now."""
    opening = event.opening and event.opening.replace(old, new)
    text = event.text and event.text.replace(old, new)
    data = event.data
    for before, after in ((event.opening, opening), (event.text, text)):
        if before and after:
            data = data.replace(commitment(before).encode(), commitment(after).encode())
    return replace(event, data=data, opening=opening, text=text)


def row_time(event: LogEvent) -> LogEvent:
    """The row's time is another than the entry's."""
    return replace(event, recorded_at="2022-07-01T00:00:01Z")


def salt_cut(event: LogEvent) -> LogEvent:
    """The opening's salt is too short."""
    assert event.opening is not None
    start = event.opening.index(b'"salt":"') + 8
    salt = event.opening[start : start + 22]
    return sealed_again(event, salt, salt[:8])


BIG = "长" * 20_001
FORGERIES = [
    Forgery(log.POSITION_GAP, gap, "a gap"),
    Forgery(log.POSITION_GAP, swapped, "two swapped"),
    Forgery(
        log.NOT_CANONICAL,
        raw(LedgerOpened, lambda e: replace(e, data=e.data.replace(b":", b": ", 1))),
        "a blank in the entry",
    ),
    Forgery(
        log.NOT_CANONICAL,
        raw(ActRecorded, lambda e: sealed_again(e, b'"remark":""', b'"remark":1.5')),
        "a float in the opening",
    ),
    Forgery(log.NOT_CANONICAL, raw(ItemListed, lambda e: replace(e, data=b"[1]")), "no entry"),
    Forgery(log.NOT_CANONICAL, raw(ItemListed, lambda e: replace(e, data=b"\xff")), "no text"),
    Forgery(
        log.ENTRY_TOO_LONG,
        raw(
            ItemListed,
            lambda e: replace(e, data=e.data.replace(b'"unit":"', b'"unit":"' + BIG.encode())),
        ),
    ),
    Forgery(
        log.EVENT_UNREADABLE,
        raw(ItemListed, lambda e: replace(e, data=e.data.replace(b'"price":10', b'"price":"x"'))),
        "a word for a number",
    ),
    Forgery(
        log.EVENT_UNREADABLE,
        raw(
            ItemListed,
            lambda e: replace(
                e, type="x.v1", data=e.data.replace(b"item-listed.v1", b"item-listed.v0")
            ),
        ),
        "an unknown type",
    ),
    Forgery(
        log.FIELDS_WRONG,
        raw(
            ItemListed,
            lambda e: replace(e, data=e.data.replace(b'"data":{', b'"data":{"extra":1,')),
        ),
        "one field more in the entry",
    ),
    Forgery(
        log.FIELDS_WRONG,
        raw(ActDeclined, lambda e: sealed_again(e, b'"member":', b'"extra":"","member":')),
        "one field more in the opening",
    ),
    Forgery(log.TYPE_DIFFERS, raw(ClockConfirmed, lambda e: replace(e, type="clock.v9"))),
    Forgery(log.HALF_MISSING, raw(ActRecorded, lambda e: replace(e, opening=None)), "opening"),
    Forgery(log.HALF_MISSING, raw(GoodsReceived, lambda e: replace(e, text=None)), "text"),
    Forgery(log.HALF_UNEXPECTED, raw(ClockConfirmed, lambda e: replace(e, opening=b"{}"))),
    Forgery(
        log.NOT_COMMITTED,
        raw(
            PointsAwarded,
            lambda e: replace(e, opening=(e.opening or b"").replace(b'"H1"', b'"H2"')),
        ),
        "another account",
    ),
    Forgery(
        log.NOT_COMMITTED,
        raw(GoodsReceived, lambda e: replace(e, text=(e.text or b"").replace(b"\xe7", b"\xe6"))),
        "another donor",
    ),
    Forgery(log.NOT_SALTED, raw(ActRecorded, salt_cut), "a short salt"),
    Forgery(
        log.NOT_SALTED,
        raw(ActRecorded, lambda e: sealed_again(e, b"opening-1", b"opening-2")),
        "another version",
    ),
    Forgery(log.TAGS_DIFFER, raw(ActRecorded, lambda e: replace(e, tags=e.tags[:1])), "public"),
    Forgery(
        log.TAGS_DIFFER,
        raw(ActRecorded, lambda e: replace(e, private_tags=["act:x", *e.private_tags[1:]])),
        "private",
    ),
    Forgery(log.TIME_INVALID, changed(ExpiryCompleted, recorded_at="2022-07-09 00:00")),
    Forgery(
        log.TIME_INVALID, changed(ExpiryCompleted, recorded_at="2022-13-09T00:00:00Z"), "month"
    ),
    Forgery(log.TIME_DIFFERS, raw(LedgerOpened, row_time)),
    Forgery(log.TIME_DECREASES, changed(TermEnded, recorded_at="2022-07-09T00:00:00Z")),
]
