"""The language of the one who runs this command."""

import os

from api.messages import language_from_environment, translate


def language() -> str:
    """From SUNLEDGER_LANGUAGE, or the locale; Chinese where neither says."""
    return language_from_environment(os.environ)


def say(message: str, **params: object) -> str:
    """A sentence in the reader's language."""
    return translate(message, params, language())
