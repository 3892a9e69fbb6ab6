"""What is said of generated acts later: objections and reversals."""

from datetime import datetime, timedelta

from tests.model.deeds import Deed
from tests.model.ink import DAY, MINUTE, REMARKS, Ink, Pen, settled
from tests.model.setting import Row, Setting


def when_noticed(setting: Setting, deed: Deed) -> tuple[datetime, datetime]:
    """Return when an act was posted and when its notice closed, had nothing been wrong."""
    posting = setting.posting(deed.reviewed)
    return posting, setting.closing(posting)


def likely(pen: Pen, deeds: list[Deed], fit: list[Deed]) -> Deed:
    """Choose an act, most often one of those that fit."""
    return pen.pick(fit) if fit and pen.chance(85) else pen.pick(deeds)


def number_of(pen: Pen, ink: Ink, deed: Deed) -> str:
    """Write the number of an act, or now and then one that is of none."""
    return pen.pick(("0", "99", "", "-1", "１．０")) if pen.chance(6) else ink.number(deed.number)


def objections(pen: Pen, setting: Setting, deeds: list[Deed]) -> list[Row]:
    """Choose objections about the instants at which a notice is posted and closes."""
    rows = []
    for _ in range(pen.number(0, 6) if deeds else 0):
        ink, deed = pen.ink(), likely(pen, deeds, [deed for deed in deeds if deed.posted])
        posting, closing = when_noticed(setting, deed)
        raised = pen.pick(
            (
                posting + (closing - posting) / 2,
                posting,
                closing - MINUTE,
                closing,
                posting - MINUTE,
                setting.ends + MINUTE,
            )
        )
        raised = settled(raised.replace(second=0), setting.zone)
        rows.append(
            {
                "登记号": number_of(pen, ink, deed),
                "提出时间": pen.unreadable_moment(raised) if pen.chance(6) else ink.moment(raised),
                "结果": ink.blank + pen.pick(("成立", "不成立")),
            }
        )
    return rows


def reversals(pen: Pen, setting: Setting, deeds: list[Deed]) -> list[Row]:
    """Choose reversals at and after the award, several of some acts."""
    rows: list[Row] = []
    everyone = [number for post in setting.officers.values() for number in post]
    awarded, deed = [deed for deed in deeds if deed.points], None
    for _ in range(pen.number(0, 5) if deeds else 0):
        ink = pen.ink()
        deed = deed if deed and pen.chance(25) else likely(pen, deeds, awarded)
        closing = when_noticed(setting, deed)[1]
        wait = pen.pick((DAY, 0 * DAY, -MINUTE, MINUTE, 14 * DAY, 31 * DAY, 90 * DAY))
        at = settled(closing + wait, setting.zone)
        if pen.chance(15):
            at = settled(pen.pick((deed.recorded - MINUTE, deed.recorded)), setting.zone)
        if wait > timedelta(0) and pen.chance(60):
            at = setting.inside(at)
        officer = pen.pick(("", "G99")) if pen.chance(5) else pen.pick(everyone)
        rows.append(
            {
                "登记号": number_of(pen, ink, deed),
                "撤销时间": pen.unreadable_moment(at) if pen.chance(5) else ink.moment(at),
                "原因": pen.pick(REMARKS),
                "经办人": ink.text(officer),
            }
        )
    return rows
