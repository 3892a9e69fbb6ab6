"""The log of a running program: JSON lines where no person watches, and never a person in them."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

FIELDS: Final = frozenset(
    {
        "code",
        "community",
        "error",
        "event",
        "key",
        "level",
        "method",
        "milliseconds",
        "position",
        "projection",
        "request",
        "route",
        "status",
        "timestamp",
    }
)
"""What a line may say. A field that is not listed is left out, whoever wrote it."""


def allowed_only(
    logger: object, name: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Leave out every field that is not in :data:`FIELDS`, and those without a value."""
    del logger, name
    return {key: value for key, value in line.items() if key in FIELDS and value is not None}


def configure(level: int = logging.WARNING) -> None:
    """Log what is at least of a level, to standard error."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up for each line: whoever runs `main` may have changed it in between.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            allowed_only,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False)
            if sys.stderr.isatty()
            else structlog.processors.JSONRenderer(),
        ],
    )
