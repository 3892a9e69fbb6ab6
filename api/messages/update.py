"""Keeps the catalogues equal to the marked message ids, and says what is missing.

``python -m api.messages update`` writes the ``.po`` files again: new ids come in without a
translation (in English: as they are), ids that nobody marks any more go, and what was
translated stays. ``python -m api.messages check`` only reports.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TextIO

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import write_po

from api.messages.catalogues import (
    DOMAIN,
    LOCALE_DIRECTORY,
    LOCALES,
    catalogue_path,
    read_catalogue,
)
from api.messages.extract import Mark, marks, messages
from api.messages.translation import LANGUAGES, fields_of

_PROJECT = "Sunledger"


def _said(entry: Entry | None) -> str:
    """The usable translation of an entry: none if it is empty or fuzzy."""
    if entry is None or entry.fuzzy or not isinstance(entry.string, str):
        return ""
    return entry.string


def _new_translation(message: str, language: str, old: Catalog) -> str:
    if language == "en":
        return message
    return _said(old.get(message))


def updated(old: Catalog, language: str, ids: Mapping[str, Sequence[str]]) -> Catalog:
    """A catalogue of exactly ``ids`` (with the files that mark them), translated as ``old`` is."""
    new = Catalog(
        locale=LOCALES[language],
        domain=DOMAIN,
        project=_PROJECT,
        version="1",
        msgid_bugs_address="-",
        last_translator=_PROJECT,
        language_team=_PROJECT,
        charset="utf-8",
        header_comment=f"# {_PROJECT}: what it says to people, {language}.",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        fuzzy=False,
    )
    for message, files in ids.items():
        kept = old.get(message)
        new.add(
            message,
            string=_new_translation(message, language, old),
            locations=[(file, 0) for file in files],
            user_comments=kept.user_comments if kept else (),
        )
    return new


def gaps(catalogue: Catalog, ids: Mapping[str, Sequence[str]]) -> list[str]:
    """One line for each of ``ids`` that the catalogue does not say, or says with other fields."""
    found = []
    for message, files in ids.items():
        said = _said(catalogue.get(message))
        if not said.strip():
            found.append(f"not translated: {message!r} ({', '.join(files)})")
        elif fields_of(said) != fields_of(message):
            found.append(f"other {{fields}}: {message!r} -> {said!r}")
    return found


def leftovers(catalogue: Catalog, ids: Mapping[str, Sequence[str]]) -> list[str]:
    """One line for each entry of the catalogue that nobody marks any more."""
    return [
        f"no longer marked: {entry.id!r}" for entry in catalogue if entry.id and entry.id not in ids
    ]


def faults_of(found: Sequence[Mark]) -> list[str]:
    """One line for each mark that cannot be translated as it is."""
    return [f"{m.file}:{m.line}: {m.fault}" for m in found if m.fault is not None]


def check(out: TextIO, directory: Path = LOCALE_DIRECTORY) -> int:
    """Write what is missing to ``out``; 0 if nothing is, else 1."""
    found = marks()
    ids = messages(found)
    lines = faults_of(found)
    for language in LANGUAGES:
        catalogue = read_catalogue(catalogue_path(language, directory), language)
        missing = gaps(catalogue, ids) + leftovers(catalogue, ids)
        lines += [f"{language}: {line}" for line in missing]
    out.writelines(f"{line}\n" for line in lines)
    return 1 if lines else 0


def update(out: TextIO, directory: Path = LOCALE_DIRECTORY) -> int:
    """Write the catalogues again, then :func:`check` them."""
    ids = messages(marks())
    for language in LANGUAGES:
        path = catalogue_path(language, directory)
        new = updated(read_catalogue(path, language), language, ids)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_po(buffer, new, width=100, sort_output=True, include_lineno=False)
        path.write_bytes(buffer.getvalue())
    return check(out, directory)
