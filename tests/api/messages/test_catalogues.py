"""The catalogues say everything that the source marks."""

import io
import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from api.messages.__main__ import main
from api.messages.catalogues import (
    LOCALES,
    catalogue_path,
    compiled,
    load_from,
    read_catalogue,
)
from api.messages.extract import Mark, marks, marks_in, marks_in_template, messages
from api.messages.translation import LANGUAGES, fields_of
from api.messages.update import faults_of, gaps, leftovers, update, updated

SOURCE = """
from typing import ClassVar
import api.messages as m
A = N_("One {field}, "
       "joined.")
B = m.N_("Two.")
C = N_(f"{A}")
D = N_("Odd {braces!r}")
message = "not in a class"
class Refused(Base):
    message = "Three."
    other = "not a message"
    def f(self): message = "local"
class Worse(Refused):
    message: ClassVar[str] = "Four {a} {b}."
class Bare(Base):
    message: str
    code = "x"
class Empty(Base):
    message: ClassVar[str] = ""
"""


@pytest.fixture(scope="module")
def marked() -> list[Mark]:
    """All marks of the source tree."""
    return marks()


def test_every_mark_can_be_translated(marked: list[Mark]) -> None:
    """Marks are plain strings with plain named fields."""
    assert [] == faults_of(marked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_complete(marked: list[Mark], language: str) -> None:
    """Each marked id has a translation that is not fuzzy and has the same fields."""
    catalogue = read_catalogue(catalogue_path(language), language)
    missing = gaps(catalogue, messages(marked))
    assert [] == missing, "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_nothing_else(marked: list[Mark], language: str) -> None:
    """Ids that nobody marks any more are gone."""
    catalogue = read_catalogue(catalogue_path(language), language)
    gone = leftovers(catalogue, messages(marked))
    assert [] == gone, "\n".join(gone)


def test_marks_are_found() -> None:
    """Calls of N_ and class attributes named message count, and nothing else does."""
    found = {mark.message: mark.fault for mark in marks_in(SOURCE, "x.py")}
    assert {
        "One {field}, joined.": None,
        "Two.": None,
        "Three.": None,
        "Four {a} {b}.": None,
        "Odd {braces!r}": "only plain {named} fields may stand in braces",
        None: "a mark needs one plain string",
    } == found


def test_marks_of_templates_are_found() -> None:
    """Calls of _ in a template count, wherever they stand; an id made at run time is a fault."""
    template = """{% macro m(x) %}{{ _("One {field}", field=x) }}{% endmacro %}
    {% set two = _("Two") %}{{ other("Three") }} {{ _(two) }}"""
    found = {mark.message: mark.fault for mark in marks_in_template(template, "x.html")}
    assert {"One {field}": None, "Two": None, None: "a mark needs one plain string"} == found


def test_gaps_are_listed() -> None:
    """Missing, empty, fuzzy and misfielded translations are each one line."""
    catalogue = Catalog(locale="zh_CN")
    catalogue.add("empty", "")
    catalogue.add("fuzzy", "模糊", flags=["fuzzy"])
    catalogue.add("a {field}", "一个 {feld}")
    catalogue.add("good {field}", "好 {field}")
    ids = {key: ["x.py"] for key in ("missing", "empty", "fuzzy", "a {field}", "good {field}")}
    expected = [f"not translated: {key!r} (x.py)" for key in ("missing", "empty", "fuzzy")]
    expected.append("other {fields}: 'a {field}' -> '一个 {feld}'")
    assert expected == gaps(catalogue, ids)
    assert ["no longer marked: 'empty'"] == leftovers(
        catalogue, {k: [] for k in ids if k != "empty"}
    )


def test_an_update_keeps_what_was_said() -> None:
    """New ids come in, old ones go, and translations stay; English says the id itself."""
    old = Catalog(locale="zh_CN")
    old.add("kept {a}", "留 {a}", user_comments=["why"])
    old.add("gone", "去")
    new = updated(old, "zh-CN", {"kept {a}": ["x.py"], "new": ["y.py"]})
    assert {"kept {a}": "留 {a}", "new": ""} == {e.id: e.string for e in new if e.id}
    english = updated(Catalog(locale="en"), "en", {"new": ["y.py"]})
    assert ["new"] == [entry.string for entry in english if entry.id]


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    """The files written are the same each time, and complete in English."""
    first, second = io.StringIO(), io.StringIO()
    update(first, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.po")}
    assert len(LOCALES) == len(before)
    assert 1 == update(second, tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.po")}
    assert first.getvalue() == second.getvalue()
    assert "en: " not in first.getvalue()
    assert "zh-CN: not translated: 'The file is missing.'" in first.getvalue()


def test_a_plain_checkout_is_compiled_in_memory(tmp_path: Path) -> None:
    """Without .mo the .po is used; with one, it is, until the .po is edited."""
    po = tmp_path / "sunledger.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "a"\nmsgstr "甲"\n'
    )
    assert "甲" == load_from(po, "zh-CN").gettext("a")
    mo = po.with_suffix(".mo")
    mo.write_bytes(compiled(po, "zh-CN"))
    po.write_text(po.read_text().replace("甲", "乙"))
    os.utime(po, (1_000_000_000, 1_000_000_000))
    assert "甲" == load_from(po, "zh-CN").gettext("a")
    os.utime(mo, (999_999_000, 999_999_000))
    assert "乙" == load_from(po, "zh-CN").gettext("a")


def test_no_catalogue_at_all(tmp_path: Path) -> None:
    """Where neither file is there, ids are said as they are."""
    assert "a" == load_from(tmp_path / "sunledger.po", "zh-CN").gettext("a")


def test_the_command_knows_two_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Anything but update and check is answered with the usage and status 2."""
    assert 2 == main(["frobnicate"])
    assert "update|check" in capsys.readouterr().err
    assert main(["check"]) in {0, 1}


def test_fields_are_plain_names() -> None:
    """Only lower-case names in braces are fields."""
    assert {"a", "b_2"} == fields_of("{a} {b_2} {} {0} {A} {a.b}")
