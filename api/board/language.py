"""The language of a reader of the board."""

from typing import Annotated

from fastapi import Header, Query

from api.messages import LANGUAGES, language_from_header


def language_of(
    lang: Annotated[
        str | None,
        Query(
            max_length=20,
            description="zh-CN or en; else Accept-Language decides.",
            examples=["en"],
        ),
    ] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> str:
    """``?lang=`` where it names a language that we speak, else the browser's, else Chinese."""
    return lang if lang in LANGUAGES else language_from_header(accept_language)
