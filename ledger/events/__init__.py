"""The catalogue: every event type of the ledger, and nothing else."""

from ledger.events import (
    acts,
    community,
    exchanges,
    goods,
    keys,
    notices,
    officers,
    people,
    points,
    rulebooks,
)
from ledger.events.base import CATALOGUE, Event, FieldClass, field_classes, fields_of

__all__ = [
    "CATALOGUE",
    "Event",
    "FieldClass",
    "acts",
    "community",
    "exchanges",
    "field_classes",
    "fields_of",
    "goods",
    "keys",
    "notices",
    "officers",
    "people",
    "points",
    "rulebooks",
]
