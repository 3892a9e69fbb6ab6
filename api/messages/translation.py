"""From a template and its values to a sentence, and which language to say it in."""

import re
from collections.abc import Mapping
from datetime import datetime

from api.messages.catalogues import load

DEFAULT_LANGUAGE = "zh-CN"
LANGUAGES = ("zh-CN", "en")
FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A plain named field of a template. Nothing else in braces has a meaning."""

WORD_FIELDS = frozenset({"check", "part", "reason", "stage"})
"""Fields whose values are words of a language (``api.messages.words``), and never data."""

_LIST_MARKS = {"zh-CN": "、", "en": ", "}
_HEADER_RANGE = re.compile(r"\s*([A-Za-z*-]+)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_HEADER_RANGES_MAX = 20


def N_(text: str) -> str:  # noqa: N802 (the name that gettext tools look for)
    """Mark a message id for translation; gives it back unchanged."""
    return text


def fields_of(template: str) -> frozenset[str]:
    """The names of the ``{named}`` fields of a template."""
    return frozenset(FIELD.findall(template))


def _shown(value: object, language: str) -> str:
    if isinstance(value, tuple | list):
        return _LIST_MARKS[language].join(_shown(item, language) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def translate(message: str, params: Mapping[str, object], language: str) -> str:
    """The sentence of a message id in a language of ``LANGUAGES`` (any other: the default).

    Never raises: an id without a translation is said in English, and a field without a value stays
    as it is in the template. Values that are lists are joined as the language does it, and the
    values of ``WORD_FIELDS`` are translated too, where the catalogue has them.
    """
    language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    template = load(language).gettext(message) if message else ""

    def filled(field: re.Match[str]) -> str:
        name = field[1]
        if name not in params:
            return field[0]
        shown = _shown(params[name], language)
        return load(language).gettext(shown) if shown and name in WORD_FIELDS else shown

    return FIELD.sub(filled, template)


def _language_of(tag: str) -> str | None:
    """The language of a tag or locale name, ``en_GB.UTF-8`` say; None for one we do not speak."""
    folded = tag.strip().lower()
    if folded.startswith("zh"):
        return "zh-CN"
    return "en" if folded.startswith("en") else None


def language_from_environment(environ: Mapping[str, str]) -> str:
    """The language of the command line.

    ``SUNLEDGER_LANGUAGE`` if it is set, else the first that is set of ``LC_ALL``, ``LC_MESSAGES``
    and ``LANG``. Where that is neither English nor Chinese (``C``, ``POSIX``, unset): zh-CN.
    """
    for name in ("SUNLEDGER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, "").strip():
            return _language_of(value) or DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def language_from_header(accept_language: str | None) -> str:
    """The language of an HTTP ``Accept-Language`` header (RFC 9110, section 12.5.4).

    The spoken language with the highest weight, the earlier of two equals. Unreadable parts are
    passed over, and at most the first 20 are looked at.
    """
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in (accept_language or "").split(",", _HEADER_RANGES_MAX)[:_HEADER_RANGES_MAX]:
        found = _HEADER_RANGE.fullmatch(part)
        language = _language_of(found[1]) if found else None
        weight = float(found[2]) if found and found[2] else 1.0
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best
