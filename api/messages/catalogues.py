"""The catalogues on disk: where they are, how ``.po`` becomes ``.mo``, how they are loaded.

An installed package has compiled ``.mo`` files (``hatch_build.py`` makes them). A plain checkout
has only ``.po``; then, and whenever a ``.po`` is newer, it is compiled in memory.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

DOMAIN = "sunledger"
LOCALE_DIRECTORY = Path(__file__).resolve().parent.parent / "locale"
LOCALES = {"zh-CN": "zh_CN", "en": "en"}
"""The folder of each language, by its BCP 47 tag."""

# An installer may write the two files of one wheel in either order.
_UNPACKED_WITHIN_SECONDS = 2.0


def catalogue_path(language: str, directory: Path = LOCALE_DIRECTORY) -> Path:
    """The ``.po`` file of a language in ``LOCALES``."""
    return directory / LOCALES[language] / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(path: Path, language: str) -> Catalog:
    """The catalogue in a ``.po`` file; an empty one if there is no such file."""
    locale = LOCALES[language]
    if not path.exists():
        return Catalog(locale=locale, domain=DOMAIN, charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=locale, domain=DOMAIN)


def compiled(po: Path, language: str) -> bytes:
    """The ``.mo`` bytes of a ``.po`` file, fuzzy entries left out."""
    buffer = BytesIO()
    write_mo(buffer, read_catalogue(po, language))
    return buffer.getvalue()


def _is_current(mo: Path, po: Path) -> bool:
    if not mo.exists():
        return False
    return not po.exists() or mo.stat().st_mtime >= po.stat().st_mtime - _UNPACKED_WITHIN_SECONDS


def load_from(po: Path, language: str) -> Translations:
    """The translations beside or in a ``.po`` file; none at all if neither file is there."""
    mo = po.with_suffix(".mo")
    data = mo.read_bytes() if _is_current(mo, po) else compiled(po, language)
    return Translations(BytesIO(data), domain=DOMAIN)


@lru_cache(maxsize=len(LOCALES))
def load(language: str) -> Translations:
    """The translations of a language in ``LOCALES``, read once per process."""
    return load_from(catalogue_path(language), language)
