"""What is wrong with a request, as sentences."""

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from api.office.bodies import ItemBody, RuleBody, SessionBody
from api.web.faults import sentence_of
from api.web.fields import Body, Code, Day, Reason

SECRET = "13912345678"


class Everything(Body):
    """One field for each kind of fault."""

    text: Code = "x"
    reason: Reason = "x"
    number: Annotated[int, Field(ge=2, le=5)] = 2
    flag: bool = True
    day: Day = "2022-09-06"
    entries: Annotated[list[Code], Field(min_length=1, max_length=2)] = ["x"]  # noqa: RUF012
    part: ItemBody | None = None


def faults(kind: type[Body], value: Any, language: str = "en") -> list[dict[str, str]]:
    """The faults of a value."""
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(value)
    return [sentence_of(fault, language) for fault in refused.value.errors()]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", 1, "This must be a text."),
        ("text", "", "This must not be shorter than 1 characters."),
        ("text", "x" * 65, "This must not be longer than 64 characters."),
        ("text", "a\0", "This is not written as it has to be. See the documentation."),
        ("text", "\ud800", "This text holds characters that cannot be written down."),
        ("number", "2", "This must be a whole number."),
        ("number", 2.0, "This must be a whole number."),
        ("number", True, "This must be a whole number."),
        ("number", 1, "This must be 2 or more."),
        ("number", 6, "This must be 5 or less."),
        ("flag", 1, "This must be true or false."),
        ("day", "2022-02-30", "This must be a date of the calendar such as 2022-09-06."),
        ("day", "20220906", "This must be a date of the calendar such as 2022-09-06."),
        ("entries", {}, "This must be a list."),
        ("entries", [], "This must have at least 1 entries."),
        ("entries", ["a", "b", "c"], "This must have at most 2 entries."),
        ("part", [], "This must be an object."),
    ],
)
def test_each_kind_of_fault_has_its_sentence(field: str, value: Any, sentence: str) -> None:
    """A fault is told by where it is and what is wanted there."""
    assert [{"where": field, "sentence": sentence}] == faults(Everything, {field: value})
    chinese = faults(Everything, {field: value}, "zh-CN")[0]["sentence"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


def test_a_missing_field_is_named() -> None:
    """What is not there is named, for the name is ours."""
    assert {"where": "place", "sentence": "This field is missing. Add it."} in faults(
        SessionBody, {"session": "s"}
    )


def test_an_unknown_field_is_not_named() -> None:
    """What a caller made up is not repeated."""
    told = faults(Everything, {SECRET: SECRET, "part": {SECRET: SECRET}})
    assert SECRET not in repr(told)
    assert {
        "where": "part",
        "sentence": "A field in here is not known. Leave out what the call does not name.",
    } in told


def test_choices_are_named() -> None:
    """Where few values are possible they are listed; what was sent is not."""
    rule = {"rule": "A", "name_zh": "A", "name_en": "A", "sign": 1, "points": 1, "unit": SECRET}
    told = faults(RuleBody, rule)
    assert [{"where": "unit", "sentence": "This must be one of 'time' or 'hour'."}] == told


def test_a_place_is_written_as_a_person_would() -> None:
    """Fields are joined by dots, numbers stand in brackets; and no place is endless."""
    fault = {"type": "missing", "loc": ("body", "lines", 3, "item"), "ctx": None}
    assert "body.lines[3].item" == sentence_of(fault, "en")["where"]
    endless = {"type": "missing", "loc": ("body", "x" * 1_000)}
    assert 60 > len(sentence_of(endless, "en")["where"])


def test_a_fault_that_nobody_foresaw() -> None:
    """An unknown kind of fault still says where, and where to look."""
    told = sentence_of({"type": "made_up", "loc": ("query", "after"), "input": SECRET}, "en")
    assert {
        "where": "query.after",
        "sentence": "This value cannot be read. See the documentation of the call.",
    } == told
