"""Sheets as they come: every bad row is named in one sentence, and the good ones go in."""

import pytest

from api.importing import courier
from ledger.commands.officers import EndTerm
from ledger.log.requests import Request
from tests.api.importing.conftest import Town
from tests.api.importing.folder import ACTS, GOODS, OFFICERS, RESIDENTS, RULES, at, day

MORE = {
    "en": "What is named above did not go in. Correct it and run the same command again: "
    "what went in stays, and comes in only once.",
    "zh-CN": "上面列出的没有导入。请改正后再运行同一条命令：已导入的会保留，不会重复。",
}


def mess(town: Town) -> None:
    """Something wrong with every sheet."""
    folder = town.folder
    folder.csv(
        "residents",
        RESIDENTS[0],
        ",,,,,,,,,,",
        "V2,蔡浩然,H1,第一网格,1幢,,,路人,脱敏,,",
        "V３,𬱖堃,H2,第一网格,2幢,101,,党员,匿名,６７,挂失",
        "V1,林兰兰,H1,第一网格,1幢,302,,,实名,,",
        "V5,赵云,H3,第二网格,3幢,201,,,实名,,",
        "V6,钱进,H3,第二网格,4幢,201,,,实名,,",
        encoding="gb18030",
    )
    folder.csv("officers", *OFFICERS[:2], "G1,别人,,评审员", "G9,钱进,V9,网格长", "G8,无职,,主任")
    folder.csv("goods", *GOODS, "RICE,大米,Rice,袋,四十,,,,44,2", "OIL,油,Oil,桶,5,,,2099-2-30,9,")
    folder.xlsx(
        "opening",
        ("V1", "林兰", 86, day(31), "G1", "G2", ""),
        (),
        ("V1", "林兰", 68, day(31), "G1", "", ""),
        ("V3", "别名", 10, day(31), "G1", "", ""),
        ("V5", "赵云", 0, day(31), "G1", "", ""),
        ("V5", "赵云", 7, day(-1), "G1", "", ""),
        ("V5", "赵云", 7, day(31), "G2", "", ""),
    )
    folder.csv(
        "acts",
        ACTS[0],
        f"1,V3,𬱖堃,A1,{day(6)},8:00,9:00,G1,{at(6, 10)},,,,,",
        f"３,V3,𬱖堃,A1,{day(5)},8点,9:00,G1,{at(5, 10)},,,,,",
        f"4,V9,无名,A1,{day(5)},8:00,9:00,G1,{at(5, 10)},,,,,",
        f"5,V3,𬱖堃,A1,{day(5)},8:00,9:00,G1,{at(5, 10)},G2,通过,{at(4)},,",
        f"6,V5,赵云,A1,{day(5)},8:00,9:00,G1,{at(5, 10)},G2,通过,{at(-2)},,",
        f"7,V5,赵云,A9,{day(5)},8:00,9:00,G1,{at(5, 10)},,,,,",
        f"8,V5,赵云,A1,{day(60)},8:00,9:00,G1,{at(5, 10)},,,,,",
    )
    folder.csv("slips", "S1")
    folder.csv("reversals")
    (folder.path / "goods.xls").write_bytes(b"")
    (folder.path / "通知.csv").write_text("x")


SENTENCES = {
    "en": [
        "residents.csv, row 3, column 队伍: “路人” is not one of 志愿者, 社区干部, 党员, 保洁.",
        "residents.csv, row 5, column 志愿者编号: “V1” stands in row 1 already.",
        "residents.csv, row 7, column 户号: Household H3 stands at another place in an earlier "
        "row or in the ledger. Write the grid, building and flat that stand there.",
        "officers.csv, row 3, column 工号: “G1” stands in row 1 already.",
        "officers.csv, row 4, column 志愿者编号: This volunteer number is not registered.",
        "officers.csv, row 5, column 职务: “主任” is not one of "
        "网格长, 评审员, 复核员, 兑换员, 库管员.",
        "goods.csv, row 3, column 数量: “四十” is not a whole number above 0.",
        "goods.csv, row 4, column 保质期: “2099-2-30” is not a date of the calendar. "
        "Write it like 2022-09-06.",
        "opening.xlsx, row 3: An opening balance of this member is recorded already. "
        "Decline that one or take it back before recording another.",
        "opening.xlsx, row 4, column 姓名: The name is not the one registered for this volunteer "
        "number.",
        "opening.xlsx, row 5, column 积分: “0” is not a whole number above 0.",
        "opening.xlsx, row 6, column 截至日期: The day of the balance is not a date of the "
        "calendar, or has not come yet.",
        "opening.xlsx, row 7, column 记录人: Only an officer whose post allows this, here and at "
        "this time, may do it.",
        "acts.csv, row 2, column 登记号: This register number stands for another row, or for an "
        "act recorded before that is not the same. What is recorded does not change: take that "
        "act back in the office, or use a new number.",
        "acts.csv, row 3, column 开始: “8点” is not a time of day. Write it like 08:30.",
        "acts.csv, row 4, column 志愿者编号: This volunteer number is not registered.",
        "acts.csv, row 5, column 审核人: The reviewer recorded this act, or belongs to the "
        "household of the member.",
        "acts.csv, row 6, column 审核人: The reviewer does not hold that post, or the time of the "
        "review cannot be right.",
        "acts.csv, row 7, column 项目代码: This rule is not in the rulebook in force on that day.",
        "acts.csv, row 8, column 日期: The date cannot be read, or lies outside the period of the "
        "ledger.",
        "goods.xls: A sheet of this kind is not read. Save it as .xlsx, or as CSV in UTF-8.",
        "reversals.csv: What was taken back in the past stays on paper, so nothing of this sheet "
        "goes in. Leave those acts out of acts, and their points out of opening.",
        "slips.csv: What was handed out in the past stays on paper, so nothing of this sheet goes "
        "in. Count what is left into goods, and bring the balances along in opening.",
        "通知.csv: No sheet is called that, so it is not read. Those that are read are residents, "
        "officers, rules, goods, opening, acts.",
    ],
    "zh-CN": [
        "residents.csv 第 3 行「队伍」：“路人”应为下列之一：志愿者、社区干部、党员、保洁。",
        "residents.csv 第 5 行「志愿者编号」：“V1”已在第 1 行出现过。",
        "residents.csv 第 7 行「户号」：户 H3 在前面的行或账本里写的是另一处。"
        "请按那里的网格、楼栋和室填写。",
        "officers.csv 第 3 行「工号」：“G1”已在第 1 行出现过。",
        "officers.csv 第 4 行「志愿者编号」：没有登记过这个志愿者编号，请核对。",
        "officers.csv 第 5 行「职务」：“主任”"
        "应为下列之一：网格长、评审员、复核员、兑换员、库管员。",
        "goods.csv 第 3 行「数量」：“四十”不是大于 0 的整数。",
        "goods.csv 第 4 行「保质期」：“2099-2-30”不是历法中的日期，请写成 2022-09-06 的样式。",
        "opening.xlsx 第 3 行：这位居民的期初积分已经登记过。"
        "要重新登记，请先把那一笔评审为不通过或撤销。",
        "opening.xlsx 第 4 行「姓名」：姓名与这个志愿者编号登记的不一致，请核对。",
        "opening.xlsx 第 5 行「积分」：“0”不是大于 0 的整数。",
        "opening.xlsx 第 6 行「截至日期」：期初"
        "积分的截至日期不是历法中的日期，或者还没有到，请改正。",
        "opening.xlsx 第 7 行「记录人」：只有现任且岗位允许的工作人员才能这样做。",
        "acts.csv 第 2 行「登记号」：这个登记号已用于另一行，或用于以前登记的、内容不同的善行。"
        "登记过的不再改动：请在办公室撤销那一笔，或换一个新的登记号。",
        "acts.csv 第 3 行「开始」：“8点”不是时刻，请写成 08:30 的样式。",
        "acts.csv 第 4 行「志愿者编号」：没有登记过这个志愿者编号，请核对。",
        "acts.csv 第 5 行「审核人」：审核人就是记录人，或与这位居民同户，应由别的评审员评审。",
        "acts.csv 第 6 行「审核人」：审核人不是评审员，或审核时间不对，请核对。",
        "acts.csv 第 7 行「项目代码」：当天施行的积分细则里没有这个项目，请核对项目代码。",
        "acts.csv 第 8 行「日期」：日期看不懂，或不在账本的时段之内，请改正。",
        "goods.xls：不能读取这种格式的表格。请另存为 .xlsx，或 UTF-8 编码的 CSV。",
        "reversals.csv：过去撤销的积分留在纸上，这张表不导入。"
        "那些善行请不要写进 acts 表，它们的积分也不要算进 opening 表。",
        "slips.csv：过去的兑换留在纸上，这张表不导入。"
        "请把剩下的物品盘点后写进 goods 表，余额写进 opening 表。",
        "通知.csv：没有叫这个名字的表，所以不读取。"
        "会读取的是 residents、officers、rules、goods、opening、acts。",
    ],
}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_bad_row_is_named_and_good_rows_go_in(town: Town, language: str) -> None:
    """One sentence a row, by sheets and rows; the sums tell how many went in."""
    mess(town)
    said = town.run(language=language)
    assert (3, [*SENTENCES[language], MORE[language]]) == (said.code, said.err)
    expected = {
        "community": (1, 0, 0, 1, 0),
        "residents": (6, 0, 0, 3, 3),
        "officers": (5, 0, 0, 2, 3),
        "rules": (2, 0, 0, 2, 0),
        "goods": (4, 0, 0, 2, 2),
        "opening": (6, 0, 0, 1, 5),
        "acts": (8, 0, 0, 1, 7),
    }
    assert expected == town.counts()
    members = [event["member"] for event in town.events("member-registered.v1")]
    assert ["V1", "V3", "V5"] == members
    assert [1, 5, 6] == [e["register_number"] for e in town.events("act-recorded.v1")]


def test_a_second_import_of_a_mess_changes_nothing(town: Town) -> None:
    """The same sentences again, and the log as it was."""
    mess(town)
    first = town.run()
    log = town.log()
    second = town.run()
    assert first.err == second.err
    assert log == town.log()


def test_a_mended_mess_goes_in(town: Town) -> None:
    """Once every sheet is right, what is missing comes in, and nothing a second time."""
    mess(town)
    town.run()
    for path in town.folder.path.iterdir():
        path.unlink()
    town.folder.fill()
    found = town.counts()
    assert {0} == {refused for *_, refused in found.values()}
    assert (4, 2, 0, 2, 0) == found["residents"]
    assert (3, 2, 0, 1, 0) == found["acts"]
    assert sorted([1, 2, 3, 5, 6]) == sorted(
        event["register_number"] for event in town.events("act-recorded.v1")
    )


def test_what_was_refused_for_another_sheets_sake_is_asked_again(town: Town) -> None:
    """An act and an officer whose member was missing go in unchanged once the member is there."""
    town.folder.csv("residents", *RESIDENTS[:2])
    first = town.counts()
    assert (4, 3, 0, 0, 1) == first["officers"]
    assert (3, 1, 0, 0, 2) == first["acts"]  # one lacks its member, one its reviewer
    for _ in range(3):
        assert (3, 0, 0, 1, 2) == town.counts()["acts"]
    town.folder.csv("residents", *RESIDENTS)
    second = town.counts()
    assert (4, 1, 0, 3, 0) == second["officers"]
    assert {0} == {refused for *_, refused in second.values()}
    assert (3, 1, 1, 1, 0) == second["acts"]
    log = town.log()
    assert {0} == {new + changed for _, new, changed, _, _ in town.counts().values()}
    assert log == town.log()


def test_one_row_is_asked_for_a_limited_number_of_times(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that nobody mends keeps its sentence, and after some imports is asked no more."""
    monkeypatch.setattr(courier, "ATTEMPTS_MAX", 2)
    town.folder.csv("acts", f"4,V9,无名,A1,{day(5)},8:00,9:00,G1,{at(5, 10)},,,,,")
    sentence = "acts.csv, row 1, column 志愿者编号: This volunteer number is not registered."
    for asked in (1, 2, 2, 2):
        assert [sentence, MORE["en"]] == town.run().err
        with town.recorder() as recorder, recorder.log.reading() as connection:
            statement = "SELECT count(*) FROM requests WHERE key LIKE 'import act %'"
            assert (asked,) == connection.execute(statement).fetchone()


def test_a_faulty_rulebook_holds_acts_back(town: Town) -> None:
    """Nothing of it is adopted, no act is tried without one, and one sentence says each."""
    town.folder.csv("rules", RULES[0], "A2,清扫,Sweeping,环境,加,次,五,,")
    said = town.run()
    assert 3 == said.code
    assert [
        "rules.csv: A rulebook is adopted as a whole, so none of this one went in. "
        "Correct the rows that are named, and import it again.",
        "rules.csv, row 2, column 分值: “五” is not a whole number above 0.",
        "acts.csv: No act was tried, for there is no rulebook yet. "
        "Set the rules right, and import both sheets again.",
        MORE["en"],
    ] == said.err
    counts = town.counts()
    assert ((2, 0, 0, 0, 2), (3, 0, 0, 0, 3)) == (counts["rules"], counts["acts"])
    town.folder.csv("rules", *RULES)
    counts = town.counts()
    assert ((2, 2, 0, 0, 0), (3, 3, 0, 0, 0)) == (counts["rules"], counts["acts"])


def test_another_rulebook_is_in_force_from_today(town: Town) -> None:
    """Acts of before keep their rules; a third one of the same day has a name of its own."""
    town.counts()
    for number, points in enumerate((6, 7), 1):
        town.folder.csv("rules", RULES[0], f"A2,清扫,Sweeping,环境,加,次,{points},,")
        assert (2, 0, 2, 0, 0) == town.counts()["rules"]
        book = town.events("rulebook-adopted.v1")[-1]
        name = str(day(0)) if number == 1 else f"{day(0)}-{number}"
        assert (name, str(day(0))) == (book["rulebook"], book["in_force_from"])
    assert (2, 0, 0, 2, 0) == town.counts()["rules"]


def test_a_changed_quantity_is_no_new_stock(town: Town) -> None:
    """The sentence says what to do; a delivery below the old row comes in."""
    town.counts()
    changed = GOODS[1].replace("80", "85")
    town.folder.csv("goods", GOODS[0], changed)
    said = town.run()
    assert [
        "goods.csv, row 2, column 数量: An earlier import took in 80 of a lot that is the same but "
        "for its quantity, and has no row now. If this is a new delivery, put the old row back "
        "and keep this one below it; if the quantity was wrong, write the old one here and "
        "correct the stock by a count.",
        MORE["en"],
    ] == said.err
    town.folder.csv("goods", *GOODS, changed)
    assert (3, 1, 0, 2, 0) == town.counts()["goods"]
    assert [40, 80, 85] == [event["quantity"] for event in town.events("goods-received.v1")]


def test_what_contradicts_the_ledger_is_named(town: Town) -> None:
    """A moved household, a building elsewhere, another's card, an unblocked card, another name."""
    town.counts()
    log = town.log()
    town.folder.csv(
        "residents",
        "V1,林兰,H1,第二网格,9幢,302,100,志愿者,实名,,",
        "V7,孙子,H7,第二网格,1幢,1,,,实名,,",
        "V4,张敏,H3,第二网格,3幢,201,,,实名,66,正常",
        "V3,𬱖堃,H2,第一网格,2幢,101,,党员,匿名,67,正常",
    )
    town.folder.csv("officers", OFFICERS[0].replace("李水根", "李土根"))
    found = town.run().err
    assert [
        "residents.csv, row 1, column 户号: Household H1 stands at another place in an earlier "
        "row or in the ledger. Write the grid, building and flat that stand there.",
        "residents.csv, row 2, column 网格: Building 1幢 belongs to grid 第一网格. "
        "Write that grid, or give this building a name of its own.",
        "residents.csv, row 3, column 卡号: Card 66 was issued to somebody else. "
        "Write the right card number.",
        "residents.csv, row 4, column 卡状态: Card 67 is blocked, and stays so. "
        "Issue a card with a new number.",
        "officers.csv, row 1, column 姓名: This officer holds the post under another name or "
        "volunteer number. End that post in the office first, or write them as they stand there.",
        MORE["en"],
    ] == found
    assert log == town.log()


def test_an_ended_term_is_not_begun_again(town: Town) -> None:
    """What the office ended, an old sheet does not bring back."""
    town.counts()
    with town.writer() as writer:
        posts = writer.ask(lambda context: context.states.officers.officers["G4"].posts)
        end = Request("office-1", "officer:secretary", EndTerm(post=posts[0]))
        assert writer.submit(end).result().accepted
    log = town.log()
    assert (4, 0, 0, 4, 0) == town.counts()["officers"]
    assert log == town.log()


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "工号,姓名,职务",
            "officers.csv, column 志愿者编号: This column is missing in the first row.",
        ),
        (
            "工号;姓名;志愿者编号;职务",
            "officers.csv: The cells are not separated by commas. "
            "Save the sheet as CSV (comma-separated).",
        ),
    ],
)
def test_a_sheet_that_cannot_be_read_keeps_no_other_out(
    town: Town, header: str, sentence: str
) -> None:
    """Its fault is named; residents and goods are in all the same."""
    town.folder.csv("officers", *OFFICERS, header=header)
    said = town.run()
    assert (3, sentence) == (said.code, said.err[0])
    assert ["V1", "V2", "V3", "V4"] == [e["member"] for e in town.events("member-registered.v1")]
    assert 2 == len(town.events("goods-received.v1"))


def test_two_files_of_one_name_are_not_guessed_about(town: Town) -> None:
    """Neither is read."""
    (town.folder.path / "goods.xlsx").write_bytes(b"")
    said = town.run()
    sentence = "There is goods.xlsx as well, and nobody can tell which counts. "
    assert f"goods.csv: {sentence}Take one of them away." == said.err[0]
    assert [] == town.events("goods-received.v1")


def test_without_a_beginning_there_is_no_ledger(town: Town) -> None:
    """No community.json, a faulty one, or one that begins tomorrow: a sentence, and no schema."""
    nothing = "Nothing was imported. Correct what is named and run it again."
    path = town.folder.path / "community.json"
    path.unlink()
    said = town.run("--community", town.name)
    missing = "There is no ledger yet, and this file is missing, which says how it begins. "
    assert (3, [f"community.json: {missing}Add it to the folder.", nothing]) == (
        said.code,
        said.err,
    )
    town.folder.found(account_holder="team")
    holder = "This must be household or member: whose the accounts are."
    assert [f"community.json, key account_holder: {holder}", nothing] == town.run(
        "--community", town.name
    ).err
    town.folder.found(starts=f"{day(-1)}T00:00:00+08:00")
    ahead = "The ledger cannot begin in the future. Write today's date, or an earlier one."
    assert [f"community.json, key starts: {ahead}", nothing] == town.run().err
    said = town.run("--community", "elsewhere")
    assert 1 == said.code
    town.folder.found()
    assert 0 == town.run().code


def test_what_is_fixed_in_a_ledger_is_only_said(town: Town) -> None:
    """Another name or notice in community.json changes nothing, and is no fault."""
    town.counts()
    log = town.log()
    town.folder.found(
        name_en="Elsewhere",
        ends=f"{day(-90)}T00:00:00+08:00",
        notice={"post_weekday": "monday", "post_time": "18:00", "days": 3},
        sessions=[
            {
                "session": "gone",
                "place_zh": "门岗",
                "opens": f"{day(9)}T09:00:00+08:00",
                "closes": f"{day(9)}T17:00:00+08:00",
            }
        ],
    )
    said = town.run()
    assert 0 == said.code
    assert [
        "community.json, key name_en: The ledger was opened with Guangsha Community here, "
        "and that stays as it is.",
        "community.json, key notice: The ledger has other settings for notices or for expiry. "
        "An import leaves them as they are.",
        "community.json, key ends: A ledger on the real clock has no end; "
        "this key is for rehearsals.",
        "community.json, key sessions[0]: The exchange day gone is over, so it is not announced.",
    ] == said.err
    assert log == town.log()


def test_an_announced_day_stays(town: Town) -> None:
    """Other times for a day that is announced are named."""
    town.counts()
    sessions = [
        {
            "session": "next",
            "place_zh": "佳美超市",
            "opens": f"{day(-20)}T09:00:00+08:00",
            "closes": f"{day(-20)}T17:00:00+08:00",
        }
    ]
    town.folder.found(sessions=sessions)
    said = town.run()
    sentence = "The exchange day next is announced with another place or other times. "
    assert [
        f"community.json, key sessions[0]: {sentence}It stays as it was announced.",
        MORE["en"],
    ] == said.err


def test_a_folder_that_is_none(town: Town) -> None:
    """A file in the place of the folder is one sentence."""
    file = town.folder.path / "community.json"
    said = town.command("import", file)
    assert (3, f"{file}: This is not a folder of sheets.") == (said.code, said.err[0])
