"""Sentences for people: one English template each, its translations, and problems as values.

A message id is the English template itself, with plain ``{named}`` fields. Code marks it with
:func:`N_` (or as the class attribute ``message`` of an error) and carries it about together with
its values; only at the edge, where the reader's language is known, does :func:`translate` make a
sentence of the two. ``python -m api.messages update`` brings the catalogues in ``api/locale`` up
to the marked ids.
"""

from api.messages.problems import Level, Problem, ProblemList, Where, excerpt
from api.messages.translation import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    N_,
    language_from_environment,
    language_from_header,
    translate,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "N_",
    "Level",
    "Problem",
    "ProblemList",
    "Where",
    "excerpt",
    "language_from_environment",
    "language_from_header",
    "translate",
]
