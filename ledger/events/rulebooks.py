"""Rulebooks: what earns or costs points."""

from typing import ClassVar

from ledger.events.base import Entry, Event


class RulebookAdopted(Event):
    """A rulebook of ``rules`` lines, in force from a local date; its lines follow at once."""

    TOPIC: ClassVar[str] = "rulebook-adopted.v1"
    PUBLIC_TAGS = ("rulebook",)

    rulebook: Entry[str]
    in_force_from: Entry[str]
    rules: Entry[int]


class RuleListed(Event):
    """One line of a rulebook.

    ``sign`` is 1 for plus-rules and -1 for minus-rules; ``unit`` is ``time`` (per occasion) or
    ``hour``; ``points`` is what one unit earns or costs; the caps are points per member, rule and
    local day or calendar month of the act (None: no cap).
    """

    TOPIC: ClassVar[str] = "rule-listed.v1"
    PUBLIC_TAGS = ("rulebook", "rule")

    rulebook: Entry[str]
    rule: Entry[str]
    name_zh: Entry[str]
    name_en: Entry[str]
    category: Entry[str]
    sign: Entry[int]
    unit: Entry[str]
    points: Entry[int]
    cap_day: Entry[int | None]
    cap_month: Entry[int | None]
