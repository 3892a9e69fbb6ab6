"""Requests and their outcomes: one answer to one key, for as long as outcomes are kept."""

from base64 import b32encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from itertools import count
from typing import Any, Final

import msgspec

from ledger.commands.base import Command
from ledger.errors import LedgerError
from ledger.log import canonical
from ledger.log.store import RequestKey

ID_BYTES: Final = 10
"""80 bits: 16 characters of base32."""

Ids = Callable[[RequestKey], Iterator[str]]
"""The fresh ids that deciding one request may use."""


def ids_from(secret: bytes) -> Ids:
    """Ids that only the holder of the secret can tell beforehand, the same for the same request.

    80 bits of keyed BLAKE2b (RFC 7693) of owner, key and a running number.
    """

    def ids(request: RequestKey) -> Iterator[str]:
        start = canonical.encode(request)
        for number in count():
            made = blake2b(start + b"%d" % number, key=secret, digest_size=ID_BYTES)
            yield b32encode(made.digest()).decode().lower()

    return ids


def fingerprint_of(command: Command) -> bytes:
    """The fingerprint of a command that did not come as an HTTP body."""
    return sha256(canonical.encode([command.NAME, command])).digest()


@dataclass(slots=True)
class Request:
    """A command on its way to the writer.

    Args:
        key: made by the caller before sending, unique for the owner.
        principal: who acts (``officer:<number>``, ``post:<id>``, ``clockwork``, ``resident``);
            owns the key.
        command: what is wanted.
        at: the instant of a simulated clock; a ledger on the real clock accepts none.
        fingerprint: of method, path and raw body; by default of the command.
        credential: the key's public id, where the caller came with one. It is looked at in front
            of everything else, at the head: a revoked key gets no answer, not even a known one.
    """

    key: str
    principal: str
    command: Command
    at: str | None = None
    fingerprint: bytes = b""
    credential: str = ""
    request_key: RequestKey = field(init=False)

    def __post_init__(self) -> None:
        """Put the key and its owner together once."""
        self.request_key = RequestKey(self.key, self.principal)

    def print(self) -> bytes:
        """What a retry must repeat.

        Raises:
            ValueError: the command holds what cannot be written.
        """
        self.fingerprint = self.fingerprint or fingerprint_of(self.command)
        return self.fingerprint


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller is told: accepted with an ``answer``, or refused with a ``code``.

    ``position`` is that of the first event, ``params`` fill the refusal's message; ``receipt`` is
    the code of what a person takes home.
    """

    status: int
    code: str | None = None
    params: dict[str, str | int] = {}
    answer: dict[str, Any] = {}
    position: int | None = None
    recorded_at: str = ""
    receipt: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether events were recorded."""
        return self.code is None

    def stored(self) -> bytes:
        """The bytes that are kept and answered again."""
        return canonical.encode(self)


decode_outcome = msgspec.json.Decoder(Outcome).decode
"""The outcome that :meth:`Outcome.stored` kept."""


class KeyRevokedError(LedgerError):
    """The credential opens nothing any more."""

    code = "key_revoked"
    status = 401
    message = "This key was revoked. Ask the office for a new one."


class KeyReusedError(LedgerError):
    """One key, another body."""

    code = "key_reused"
    status = 422
    message = "This idempotency key was used for another request. Make a new key."


class NotStorableError(LedgerError):
    """More than an entry takes, or a number outside its profile."""

    code = "not_storable"
    status = 422
    message = "The request is too long for the ledger, or holds a number that is too large."


class QueueFullError(LedgerError):
    """More waits than the writer takes."""

    code = "busy"
    status = 503
    message = "The ledger is busy. Send the same request again in {seconds} s."


class WriterClosedError(LedgerError):
    """The process is stopping."""

    code = "stopping"
    status = 503
    message = "The ledger is stopping. Send the same request again in a moment."


class UnexpectedError(LedgerError):
    """A command failed in a way nobody foresaw; nothing of it is stored."""

    code = "internal"
    status = 500
    message = "Something went wrong with this request. Nothing was recorded."


class InstantRefusedError(LedgerError):
    """Only rehearsals run on a simulated clock."""

    code = "instant_refused"
    status = 422
    message = "Only a rehearsal accepts the time of a simulated clock."


class ClockSuspiciousError(LedgerError):
    """The clock is off, or jumped."""

    code = "clock_suspicious"
    status = 503
    message = (
        "The clock of this machine cannot be right; an officer must confirm it "
        "before the ledger writes again."
    )
