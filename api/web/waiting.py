"""Answers from the books: as of which position they are, and waiting for one."""

from typing import Annotated, Final

from fastapi import Depends, Query, Response

from api.hosting.errors import PositionUnknownError
from api.hosting.house import House
from api.web.calls import POSITION, Served
from ledger.log.canonical import MAX_INTEGER

WAIT_SECONDS_MAX: Final = 5.0


def _caught_up(
    house: Served,
    wait_for: Annotated[
        int,
        Query(
            ge=0,
            le=MAX_INTEGER,
            description=(
                "Wait until the answer is as of this position or later, 5 s at most; it is one"
                " that an earlier answer gave. 503 `projection_behind` if it is not by then."
            ),
        ),
    ] = 0,
) -> House:
    if wait_for:
        # Who asks for what nobody recorded must not hold a thread.
        if wait_for > house.head():
            raise PositionUnknownError
        house.follower.wait_for(wait_for, WAIT_SECONDS_MAX)
    return house


Books = Annotated[House, Depends(_caught_up)]
"""The community of the path, its books as far as the caller wants them to be."""


def say_position(response: Response, position: int) -> None:
    """Say as of which position an answer is."""
    response.headers[POSITION] = str(position)
