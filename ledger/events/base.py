"""What an event is, and the three classes that each of its fields has (design, section 5)."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from eventsourcing.dcb.msgpack import Decision
from eventsourcing.utils import register_topic


class FieldClass(StrEnum):
    """Who sees a field, and whether it can go."""

    ENTRY = "entry"
    """In the public half; everyone sees it; never goes."""
    PRIVATE = "private"
    """In the opening; erased with the person."""
    PUBLISHED = "published"
    """In the text; everyone sees it; withdrawn by an event with a reason."""


T = TypeVar("T")
Entry = Annotated[T, FieldClass.ENTRY]
Private = Annotated[T, FieldClass.PRIVATE]
Published = Annotated[T, FieldClass.PUBLISHED]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Event(Decision, frozen=True, kw_only=True):
    """One fact. Subclasses name a stable ``TOPIC`` such as ``goods-exchanged.v1``.

    ``PUBLIC_TAGS`` and ``PRIVATE_TAGS`` name the fields that the event is found by; a tag is
    ``field:value``. Public tags stand beside the entry, private ones beside the opening.
    """

    TOPIC: ClassVar[str] = ""
    PUBLIC_TAGS: ClassVar[tuple[str, ...]] = ()
    PRIVATE_TAGS: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the type known by its topic, so that a fresh process can read old events."""
        super().__init_subclass__(**kwargs)
        if cls.TOPIC:
            register_topic(cls.TOPIC, cls)
            CATALOGUE[cls.TOPIC] = cls


CATALOGUE: dict[str, type[Event]] = {}
"""Every event type by its topic."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with what the log says of it; ``actor`` is a post's id or a word of the design."""

    position: int
    recorded_at: str
    actor: str
    event: Event


def _class_of(hint: Any) -> FieldClass | None:
    if get_origin(hint) is Annotated:
        return next((a for a in get_args(hint)[1:] if isinstance(a, FieldClass)), None)
    return None


@cache
def field_classes(event_type: type[Event]) -> dict[str, FieldClass]:
    """The class of each field of ``event_type``.

    Raises:
        TypeError: a field has no class.
    """
    hints = get_type_hints(event_type, include_extras=True)
    classes = {}
    for name in event_type.__struct_fields__:
        found = _class_of(hints[name])
        if found is None:
            message = f"{event_type.__name__}.{name} has no field class"
            raise TypeError(message)
        classes[name] = found
    return classes


@cache
def fields_of(event_type: type[Event], wanted: FieldClass) -> tuple[str, ...]:
    """The names of the fields of ``event_type`` that have the class ``wanted``."""
    return tuple(n for n, c in field_classes(event_type).items() if c is wanted)


def tags_of(event: Event, names: tuple[str, ...]) -> list[str]:
    """The tags ``field:value`` for the named fields; a field that is None gives none."""
    return [f"{name}:{value}" for name in names if (value := getattr(event, name)) is not None]


def public_tags(event: Event) -> list[str]:
    """The tags that stand in the open beside the entry."""
    return tags_of(event, event.PUBLIC_TAGS)


def private_tags(event: Event) -> list[str]:
    """The rare tags that stand beside the opening and are indexed."""
    return tags_of(event, event.PRIVATE_TAGS)
