"""Who is who in the demo: numbers of the bundled sheets that a newcomer can try things with.

They are the same at every start, for the README prints them. None of these officers but the
storekeeper, whose work concerns no household, is a resident: they are nobody's kin.
"""

from dataclasses import dataclass
from typing import Final

from api.rehearsal.opening import SECRETARY, SUPERVISORS


@dataclass(frozen=True, slots=True)
class Cast:
    """Officer numbers by post, a card with points on it, and items that these points can buy.

    ``blocked_card`` was reported lost; ``sold_out`` is an item that the shelf holds no more.
    """

    secretary: str
    supervisor: str
    grid_leader: str
    reviewer: str
    second_reviewer: str
    clerk: str
    storekeeper: str
    card: str
    blocked_card: str
    items: tuple[str, ...]
    sold_out: str


CAST: Final = Cast(
    secretary=SECRETARY,
    supervisor=SUPERVISORS,
    grid_leader="G002",
    reviewer="G032",
    second_reviewer="G041",
    clerk="G047",
    storekeeper="G056",
    card="6609786553",
    blocked_card="6601433426",
    items=("SALT", "TOWEL", "TISSUE"),
    sold_out="BOOK",
)
"""Of the bundled quarter. Nobody shops with ``card`` before the demo is served."""

SESSION: Final = "open-day"
"""The exchange session that is open in the demo."""
