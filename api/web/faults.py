"""What is wrong with a request, fault by fault: where, what, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from api.messages import N_, excerpt, translate

_WRONG: Final = N_("This value cannot be read. See the documentation of the call.")
_SENTENCES: Final[Mapping[str, str]] = {
    "missing": N_("This field is missing. Add it."),
    "extra_forbidden": N_("A field in here is not known. Leave out what the call does not name."),
    "json_invalid": N_("This is not JSON. Send one JSON object."),
    "json_deep": N_("This is nested too deeply."),
    "json_number": N_("This holds a number that JSON does not allow, or one that is far too long."),
    "json_repeated": N_("A field stands more than once in its object. Send it once."),
    "string_type": N_("This must be a text."),
    "string_too_short": N_("This must not be shorter than {least} characters."),
    "string_too_long": N_("This must not be longer than {most} characters."),
    "string_pattern_mismatch": N_("This is not written as it has to be. See the documentation."),
    "bool_type": N_("This must be true or false."),
    "int_type": N_("This must be a whole number."),
    "int_parsing": N_("This must be a whole number."),
    "int_parsing_size": N_("This must be a whole number."),
    "greater_than_equal": N_("This must be {least} or more."),
    "less_than_equal": N_("This must be {most} or less."),
    "literal_error": N_("This must be one of {choices}."),
    "list_type": N_("This must be a list."),
    "too_short": N_("This must have at least {least} entries."),
    "too_long": N_("This must have at most {most} entries."),
    "date_unreadable": N_("This must be a date of the calendar such as 2022-09-06."),
    "instant_unreadable": N_("This must be a time with its offset such as 2022-09-06T08:30:00Z."),
    "string_unicode": N_("This text holds characters that cannot be written down."),
    "text_unreadable": N_("This text holds characters that cannot be written down."),
    "model_attributes_type": N_("This must be an object."),
    "model_type": N_("This must be an object."),
    "dict_type": N_("This must be an object."),
}
_LEAST: Final = ("ge", "min_length")
_MOST: Final = ("le", "max_length")


def sentence_of(fault: Mapping[str, Any], language: str) -> dict[str, str]:
    """Where a fault lies and what to do, without repeating what was sent."""
    given = fault.get("ctx") or {}
    values = {
        "least": next((given[name] for name in _LEAST if name in given), 0),
        "most": next((given[name] for name in _MOST if name in given), 0),
        "choices": given.get("expected", ""),
    }
    message = _SENTENCES.get(fault["type"], _WRONG)
    # The name of a field that nobody knows was made up by the caller, and might be anything.
    known = fault["loc"][:-1] if fault["type"] == "extra_forbidden" else fault["loc"]
    return {"where": _place(known), "sentence": translate(message, values, language)}


def _place(location: tuple[Any, ...]) -> str:
    """The path of a field as a person would write it: ``body.lines[0].item``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return excerpt(path.lstrip("."))
