"""Findings: what an audit says of a history, as values that a page or a command puts into words."""

from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 (the name that gettext tools look for)
    """Mark a message id for translation; gives it back unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold, at the position where it shows (0: no one event).

    ``message`` is the message id, an English template whose ``{fields}`` are in ``params``. Neither
    holds personal data: an account is named by the position of the event that shows it.
    """

    code: str
    position: int
    message: str
    params: dict[str, str | int] = field(hash=False)

    def __str__(self) -> str:
        """The English sentence."""
        return self.message.format_map(self.params)


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of finding: its stable code and its message id."""

    code: str
    message: str

    def at(self, position: int, **params: str | int) -> Finding:
        """The finding of this kind at a position."""
        return Finding(self.code, position, self.message, {"position": position, **params})
