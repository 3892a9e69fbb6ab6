"""The golden bytes: `tests/golden/events.jsonl` holds one line for every event type ever written.

A line never changes and never goes. `python -m tests.ledger.events.golden` adds the lines of new
types and refuses when the bytes of a line that is there would be others now.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from ledger.events.base import CATALOGUE, Event
from ledger.log.entries import LogEvent, LoggedEvent, seal
from tests.ledger.events.examples import ACTOR, EXAMPLES, POSITION, RECORDED_AT, SALTS

GOLDEN: Final = Path(__file__).parents[2] / "golden" / "events.jsonl"


def read_golden() -> dict[str, LogEvent]:
    """The golden events by topic."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else []
    return {event.type: event for event in map(_from_line, lines)}


def sealed(event: Event) -> LogEvent:
    """The stored form of an example now."""
    return seal(event, actor=ACTOR, recorded_at=RECORDED_AT, salt=SALTS.__getitem__)


def logged(event: LogEvent) -> LoggedEvent:
    """A golden event as a log would give it back."""
    return LoggedEvent(event, POSITION)


def to_line(event: LogEvent) -> str:
    """One line of the file. The bytes stand as text, for all of them are UTF-8."""
    line = {
        "type": event.type,
        "tags": event.tags,
        "private_tags": event.private_tags,
        "entry": event.data.decode(),
        "opening": event.opening and event.opening.decode(),
        "text": event.text and event.text.decode(),
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def _from_line(line: str) -> LogEvent:
    read: dict[str, Any] = json.loads(line)
    return LogEvent(
        type=read["type"],
        data=read["entry"].encode(),
        tags=read["tags"],
        recorded_at=RECORDED_AT,
        opening=read["opening"] and read["opening"].encode(),
        private_tags=read["private_tags"],
        text=read["text"] and read["text"].encode(),
    )


def add_missing() -> list[str]:
    """Add a line for every type without one, and return their topics.

    Raises:
        SystemExit: the bytes of a line would be others now.
    """
    there = read_golden()
    changed = [t for t, event in there.items() if t in CATALOGUE and event != sealed(EXAMPLES[t])]
    if changed:
        sys.exit(f"Stored bytes would change; make a new version instead: {', '.join(changed)}")
    missing = [topic for topic in sorted(CATALOGUE) if topic not in there]
    with GOLDEN.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(to_line(sealed(EXAMPLES[topic])) for topic in missing)
    return missing


if __name__ == "__main__":
    sys.stdout.writelines(f"added {topic}\n" for topic in add_missing())
