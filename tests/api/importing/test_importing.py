"""Sheets without fault: what they become, and that importing them again changes nothing."""

import json
from datetime import datetime, time

import pytest

from ledger.commands.base import CLOCKWORK
from ledger.commands.people import ChangeMember
from ledger.log.communities import communities, schema_of
from ledger.log.migrations import migrate
from ledger.log.requests import Request
from ledger.server import OWNER
from projections.catalogue import ALL
from projections.rebuild import rebuild
from projections.views import dump, view
from tests.api.importing.conftest import MakeTown, Town
from tests.api.importing.folder import OPENING, RESIDENTS, at, day
from tests.support.ledgers import SmallLedger

NEW = {
    "community": (1, 1, 0, 0, 0),
    "residents": (4, 4, 0, 0, 0),
    "officers": (4, 4, 0, 0, 0),
    "rules": (2, 2, 0, 0, 0),
    "goods": (2, 2, 0, 0, 0),
    "opening": (2, 2, 0, 0, 0),
    "acts": (3, 3, 0, 0, 0),
}
KNOWN = {sheet: (rows, 0, 0, rows, 0) for sheet, (rows, *_) in NEW.items()}


def test_a_folder_opens_a_ledger_on_the_real_clock(town: Town) -> None:
    """The genesis says what community.json says, has no end, and its key is kept in the home."""
    assert town.counts() == NEW
    (genesis,) = town.events("ledger-opened.v1")
    assert (town.name, False, None) == (
        genesis["community"],
        genesis["rehearsal"],
        genesis["ends"],
    )
    assert f"sunledger.invalid/{town.name}" == genesis["origin"]
    saved = town.home / "keys" / f"{town.name}.key"
    assert genesis["origin"] == saved.read_text().splitlines()[0]
    assert 0o600 == saved.stat().st_mode & 0o777
    assert (town.home.parent / "home-guard" / f"{town.name}.json").exists()


def test_everything_in_the_sheets_is_in_the_ledger(town: Town) -> None:
    """Places, people, cards, officers, rules, stock, days, balances, acts, and their reviews."""
    town.counts()
    counted: dict[str, int] = {}
    for logged in town.log():
        counted[logged.event.type] = counted.get(logged.event.type, 0) + 1
    expected = {
        "act-recorded.v1": 3,
        "act-reviewed.v1": 3,
        "act-second-approved.v1": 1,
        "building-registered.v1": 3,
        "card-blocked.v1": 1,
        "card-issued.v1": 3,
        "goods-received.v1": 2,
        "grid-registered.v1": 2,
        "household-registered.v1": 3,
        "item-listed.v1": 1,
        "ledger-opened.v1": 1,
        "member-registered.v1": 4,
        "officer-appointed.v1": 6,
        "opening-balance-recorded.v1": 2,
        "rule-listed.v1": 2,
        "rulebook-adopted.v1": 1,
        "session-announced.v1": 1,
        "settings-adopted.v1": 1,
    }
    assert expected == counted
    assert [86, 12] == [event["points"] for event in town.events("opening-balance-recorded.v1")]
    acts = {event["register_number"]: event for event in town.events("act-recorded.v1")}
    assert (str(day(6)), 60, "冬季") == (
        acts[1]["performed_on"],
        acts[1]["minutes"],
        acts[2]["remark"],
    )
    (book,) = town.events("rulebook-adopted.v1")
    assert str(day(30)) == book["in_force_from"]


def test_paper_says_when_and_the_ledger_says_when_it_heard(town: Town) -> None:
    """The register's time stands in the entry; recorded_at is now, and so the notice is to come."""
    town.counts()
    act = town.events("act-recorded.v1")[0]
    assert act["registered_at"] < str(day(5)) + "T"
    with town.writer() as writer:
        waiting = writer.ask(lambda context: context.states.notices.waiting)
    assert 3 == len(waiting)  # two acts and a balance; the other act and balance wait for review
    assert {True} == {each.approved_at[:10] >= str(day(1)) for each in waiting.values()}


def test_a_second_import_changes_nothing(town: Town) -> None:
    """Not a byte of the log is another, and every row is known."""
    assert town.counts() == NEW
    log = town.log()
    assert town.counts() == KNOWN
    assert log == town.log()


def test_the_same_rows_from_workbooks_are_the_same_rows(town: Town) -> None:
    """Residents as text, balances with real dates and numbers: known by what they say."""
    town.counts()
    log = town.log()
    town.folder.xlsx("residents", *[line.split(",") for line in RESIDENTS])
    rows = [line.split(",") for line in OPENING]
    town.folder.xlsx(
        "opening",
        *[[r[0], r[1], int(r[2]), datetime.combine(day(31), time()), *r[4:]] for r in rows],
    )
    assert town.counts() == KNOWN
    assert log == town.log()


def test_the_books_are_what_a_rebuild_makes(town: Town) -> None:
    """After the import the read models are up to date, and the same when made anew."""
    town.counts()
    with town.recorder() as recorder:
        with view(recorder.log, *ALL) as seen:
            assert recorder.head().position == seen.position
            before = dump(seen.connection, *ALL)
        rebuild(town.database.conninfo(OWNER), schema_of(town.name), ALL)
        with view(recorder.log, *ALL) as seen:
            assert before == dump(seen.connection, *ALL)


def test_two_communities_keep_apart(make_town: MakeTown) -> None:
    """The same sheets into two ledgers; without community.json a name must be given."""
    first, second = make_town(), make_town()
    assert (NEW, NEW) == (first.counts(), second.counts())
    (second.folder.path / "community.json").unlink()
    said = second.run()
    # Other tests leave communities on the same database.
    names = communities(second.database)
    assert {first.name, second.name} <= set(names)
    sentence = f"Which community is meant, of {', '.join(names)}? "
    assert 1 == said.code
    assert [sentence + "Name one with --community, as it is spelled."] == said.err
    log = second.log()
    assert 0 == second.run("--community", second.name).code
    assert log == second.log()
    said = first.run("--community", second.name)
    assert (1, True) == (said.code, said.err[0].startswith("Which community is meant"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["File", "Known before"]), ("zh-CN", ["表格", "已有"])],
)
def test_the_sums_are_for_people(town: Town, language: str, words: list[str]) -> None:
    """A table with a line for each sheet, in the reader's language, and nothing on the side."""
    said = town.run(language=language)
    assert (0, []) == (said.code, said.err)
    shown = "\n".join(said.out)
    assert [] == [word for word in [*words, "residents.csv", "acts.csv"] if word not in shown]


def test_a_row_that_says_something_new_changes_what_it_is_about(town: Town) -> None:
    """A member's details, and an item's terms; back and forth, as often as the sheet says so."""
    town.counts()
    other = RESIDENTS[0].replace("志愿者,实名", "党员,脱敏")
    for lines, expected in ((other, "masked"), (RESIDENTS[0], "real"), (other, "masked")):
        town.folder.csv("residents", lines, *RESIDENTS[1:])
        assert (4, 0, 1, 3, 0) == town.counts()["residents"]
        assert expected == town.events("member-changed.v1")[-1]["consent"]
    assert (4, 0, 0, 4, 0) == town.counts()["residents"]
    for price in ("45", "44", "45"):
        first = f"RICE,大米,Rice,袋,40,粮油店,3980,2099/2/26,{price},2"
        town.folder.csv("goods", first, f"RICE,大米,Rice,袋,80,,,,{price},2")
        assert (2, 0, 1, 1, 0) == town.counts()["goods"]
        assert int(price) == town.events("item-listed.v1")[-1]["price"]


def test_what_the_office_changed_since_stays(town: Town) -> None:
    """An old row does not undo what was written in the office after it was imported."""
    town.counts()
    with town.writer() as writer:
        change = ChangeMember(
            member="V1", household="H1", name="林兰", phone="999", team="", consent="real"
        )
        request = Request("office-1", "officer:secretary", change)
        assert writer.submit(request).result().accepted
    log = town.log()
    assert town.counts() == KNOWN
    assert log == town.log()


def test_a_review_may_come_in_later(town: Town) -> None:
    """Filling in the reviewer of an act that waits changes that row and records nothing twice."""
    town.counts()
    line = f"2,V2,蔡浩然,A2,{day(5)},,,G1,{at(5, 10)},G2,不通过,{at(1)},,冬季"
    town.folder.csv("acts", line)
    assert (1, 0, 1, 0, 0) == town.counts()["acts"]
    assert 3 == len(town.events("act-recorded.v1"))
    assert 1 == len(town.events("act-declined.v1"))
    assert (1, 0, 0, 1, 0) == town.counts()["acts"]


def test_equal_lots_are_as_many_as_their_rows(town: Town) -> None:
    """Two deliveries may be the same in all; each row is one lot, and a third row a third."""
    line = "SALT,盐,Salt,袋,10,,,,2,"
    town.folder.csv("goods", line, line)
    assert (2, 2, 0, 0, 0) == town.counts()["goods"]
    town.folder.csv("goods", line, line, line)
    assert (3, 1, 0, 2, 0) == town.counts()["goods"]
    assert [10, 10, 10] == [event["quantity"] for event in town.events("goods-received.v1")]


def test_accounts_of_members_get_cards_of_members(town: Town) -> None:
    """Where points belong to single members, so do the cards."""
    town.folder.found(account_holder="member")
    assert town.counts() == NEW
    accounts = {event["card"]: event["account"] for event in town.events("card-issued.v1")}
    assert {"66": "V1", "67": "V3", "68": "V4"} == accounts


def test_json_is_one_document(town: Town) -> None:
    """Sums and problems for programs, with the end of the log."""
    town.folder.csv("slips")
    said = town.run("--json", language="zh-CN")
    told = json.loads("\n".join(said.out))
    assert {"community", "events", "sheets", "problems"} == told.keys()
    assert (0, town.name, len(town.log())) == (said.code, told["community"], told["events"])
    (problem,) = told["problems"]
    assert ("slips.csv", None, "notice") == (problem["file"], problem["row"], problem["level"])
    assert [problem["sentence"]] == said.err
    assert problem["sentence"].startswith("slips.csv：过去的兑换留在纸上")


def test_a_rehearsal_is_left_alone(town: Town) -> None:
    """Real sheets do not go into a ledger on a simulated clock; not one event more."""
    migrate(town.database.conninfo(OWNER), schema_of(town.name))
    with town.writer() as writer, town.recorder() as recorder:
        SmallLedger(writer, recorder).do(SmallLedger(writer, recorder).genesis(), CLOCKWORK)
    log = town.log()
    said = town.run()
    assert 1 == said.code
    assert [
        f"{town.name} is a rehearsal on a simulated clock; nothing was imported into it. "
        "Choose another home with SUNLEDGER_HOME."
    ] == said.err
    assert log == town.log()
