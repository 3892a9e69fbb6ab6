"""Bars for the charts of the board, in whole steps of a fixed width."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

WIDTH: Final = 1_000
"""Steps that the longest bar is wide."""


class Bar(NamedTuple):
    """A piece of a bar, from ``start`` on and ``length`` long; ``kind`` is its style's name."""

    kind: str
    start: int
    length: int


def scaled(value: int, most: int) -> int:
    """A value's length where ``most`` is the whole width; what is there is seen."""
    if value <= 0 or most <= 0:
        return 0
    return max(2, value * WIDTH // most)


def single(kind: str, value: int, most: int) -> list[Bar]:
    """One bar from the left."""
    return [Bar(kind, 0, scaled(value, most))]


def stacked(parts: Sequence[tuple[str, int]], most: int) -> list[Bar]:
    """Bars one behind the other; those of nothing are left out."""
    bars, start = [], 0
    for kind, value in parts:
        length = min(scaled(value, most), WIDTH - start)
        if length > 0:
            bars.append(Bar(kind, start, length))
            start += length
    return bars


def greatest(values: Iterable[int]) -> int:
    """The greatest of the values; 0 of none."""
    return max(values, default=0)
