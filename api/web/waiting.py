"""Answers from the books: as of which position they are, and waiting for one."""

from threading import BoundedSemaphore
from typing import Annotated, Final

from fastapi import Depends, Query, Response

from api.hosting.errors import PositionUnknownError
from api.hosting.house import House
from api.web.calls import POSITION, Served
from ledger.log.canonical import MAX_INTEGER
from projections.errors import ProjectionBehindError

WAIT_SECONDS_MAX: Final = 5.0
WAITERS_MAX: Final = 8
"""Callers that may wait at once: each holds a thread that others want for their answers."""

_room = BoundedSemaphore(WAITERS_MAX)


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
    if wait_for and house.follower.position < wait_for:
        _wait(house, wait_for)
    return house


def _wait(house: House, position: int) -> None:
    """Wait for a position of the log; who asks for what nobody recorded must not hold a thread."""
    if house.head() < position:
        raise PositionUnknownError
    if not _room.acquire(blocking=False):
        raise ProjectionBehindError(position=position)
    try:
        house.follower.wait_for(position, WAIT_SECONDS_MAX)
    finally:
        _room.release()


Books = Annotated[House, Depends(_caught_up)]
"""The community of the path, its books as far as the caller wants them to be."""


def say_position(response: Response, position: int) -> None:
    """Say as of which position an answer is."""
    response.headers[POSITION] = str(position)
