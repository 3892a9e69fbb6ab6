"""The sealed log at the static paths of C2SP tlog-tiles: public, and the same for everybody.

Nothing is made for a request: a tile is read as it was written, a bundle is the stored entries.
What the published checkpoint does not cover is not there yet.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.hosting.errors import NotFoundError
from api.web.calls import OPEN, Served
from api.web.documented import SERVED, problems
from ledger.log.store import StoreUnavailableError
from ledger.transparency.errors import MalformedError
from ledger.transparency.tiles import parse_path
from projections.sealing.published import read_checkpoint, read_resource

CHECKPOINT_CACHE: Final = "public, max-age=2"
IMMUTABLE: Final = "public, max-age=31536000, immutable"
NOTE_TYPE: Final = "text/plain; charset=utf-8"
TILE_TYPE: Final = "application/octet-stream"

routes = APIRouter(
    prefix="/api/v1/{community}/log",
    tags=["public"],
    dependencies=[OPEN],
    responses=problems(*SERVED, NotFoundError, StoreUnavailableError),
)


@routes.get(
    "/checkpoint",
    name="log_checkpoint",
    response_class=Response,
    responses={
        200: {
            "description": "Size and root of the log as a signed note (C2SP tlog-checkpoint).",
            "content": {NOTE_TYPE: {"schema": {"type": "string"}}},
        }
    },
)
def log_checkpoint(house: Served) -> Response:
    """The newest checkpoint; it is at most some seconds old.

    Raises:
        NotFoundError: nothing is sealed yet.
    """
    note = read_checkpoint(house.books)
    if note is None:
        raise NotFoundError
    return Response(note, headers={"Cache-Control": CHECKPOINT_CACHE}, media_type=NOTE_TYPE)


@routes.get(
    "/tile/{tile:path}",
    name="log_tile",
    response_class=Response,
    responses={
        200: {
            "description": "The hashes of a tile, or the entries of a bundle with their lengths.",
            "content": {TILE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def log_tile(
    house: Served,
    tile: Annotated[
        str,
        Path(
            description=(
                "`<level>/<number>` or `entries/<number>`, with `.p/<width>` where it is not full"
                " (C2SP tlog-tiles); each in one spelling."
            ),
            examples=["0/000.p/1"],
        ),
    ],
) -> Response:
    """A tile of the tree or a bundle of entries; it never changes.

    Raises:
        NotFoundError: the newest checkpoint does not cover it, or nothing is called so.
    """
    try:
        named = parse_path(f"tile/{tile}")
    except MalformedError:
        raise NotFoundError from None
    data = read_resource(house.books, named)
    if data is None:
        raise NotFoundError
    return Response(data, headers={"Cache-Control": IMMUTABLE}, media_type=TILE_TYPE)
