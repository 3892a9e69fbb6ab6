"""Officers and the rulebook into the ledger.

An officer whose post is new is appointed to it from the ledger's beginning on; posts are ended in
the office. The rulebook is adopted as a whole: the first is in force from the ledger's first day,
a later one, where anything in it differs, from the day of the import.
"""

from itertools import count
from typing import Final

from api.importing.courier import Content, Errand
from api.importing.work import Work
from api.messages import N_
from api.rehearsal.opening import rule_line
from api.sheets.columns import OFFICERS, RULES
from api.sheets.rows import OfficerRow
from ledger.calendar import local_date
from ledger.commands.officers import AdoptRulebook, AppointOfficer
from ledger.states.officers import PostKind
from projections.register import Rule

PHASE: Final = "offices"

_OTHER_PERSON = N_(
    "This officer holds the post under another name or volunteer number. "
    "End that post in the office first, or write them as they stand there."
)
_WHOLE = N_(
    "A rulebook is adopted as a whole, so none of this one went in. "
    "Correct the rows that are named, and import it again."
)


def bring_in(work: Work) -> None:
    """Send both sheets."""
    officers = [e for row in work.intake.officers.rows if (e := _officer(work, row)) is not None]
    work.send(PHASE, officers)
    if work.intake.rules.rows:
        _bring_in_rules(work)


def _officer(work: Work, row: OfficerRow) -> Errand | None:
    """The appointment in a row, unless it is known or contradicts what is."""
    for post in work.register.posts:
        if (post.officer, post.kind) == (row.officer, row.post) and post.in_term(work.now):
            if (post.name, post.member) != (row.name, row.member):
                work.tally.refuse(OFFICERS, row.row, _OTHER_PERSON, "姓名")
            return None
    opened = work.register.opened
    command = AppointOfficer(
        officer=row.officer,
        name=row.name,
        kind=PostKind(row.post),
        begins=work.now if opened is None else opened.starts,
        member=row.member or None,
    )
    content = [row.officer, row.post, row.name, row.member]
    return work.errand(OFFICERS, row.row, "officer", content, command)


def has_rules(work: Work) -> bool:
    """Whether there is a rulebook, or will be, under which acts can be recorded."""
    return bool(work.register.rules or (work.intake.rules.rows and work.intake.rules.sound))


def _bring_in_rules(work: Work) -> None:
    rows = work.intake.rules.rows
    if not work.intake.rules.sound:
        work.tally.fault(RULES, _WHOLE)
        for row in rows:
            work.tally.withhold(RULES, row.row)
        return
    lines = [rule_line(row) for row in rows]
    wanted = [Rule(*(getattr(line, name) for name in Rule._fields)) for line in lines]
    if wanted == work.register.rules:
        return
    day = _in_force_from(work)
    names = (day if number == 1 else f"{day}-{number}" for number in count(1))
    name = next(name for name in names if name not in work.register.rulebooks)
    command = AdoptRulebook(rulebook=name, in_force_from=day, rules=lines)
    errand = work.errand(RULES, rows[0].row, "rulebook", _content(wanted), command)
    errand.primary = not work.register.rules
    errands = work.changes([(errand, _content(work.register.rules))])
    work.send(PHASE, errands)
    word = "changed" if work.register.rules else "new"
    for row in rows if errand.accepted and not errand.known else ():
        work.tally.mark(RULES, row.row, word)


def _in_force_from(work: Work) -> str:
    """The first day of the ledger for its first rulebook, today for any other."""
    opened = work.register.opened
    if work.register.rulebooks or opened is None:
        return work.today
    return local_date(opened.starts, work.timezone)


def _content(rules: list[Rule]) -> Content:
    return [value for rule in rules for value in rule]
