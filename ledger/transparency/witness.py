"""A witness: signs what a log says, if it follows from what it said before (C2SP tlog-witness).

The decision is pure. Whoever serves it reads the request, locks what is stored for its origin,
decides, stores what came out and only then answers; otherwise two requests from one size could
roll the log back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from ledger.transparency.checkpoints import Checkpoint, read
from ledger.transparency.errors import (
    MalformedError,
    ProofInvalidError,
    SignatureInvalidError,
    UnsignedError,
)
from ledger.transparency.faults import Fault
from ledger.transparency.notes import NOTE_BYTES_MAX, Note, cosignature, verify
from ledger.transparency.signers import Signer
from ledger.transparency.strict import Reader, encode_base64
from ledger.transparency.tree import EMPTY_ROOT
from ledger.transparency.verifying import verify_consistency
from ledger.transparency.vkeys import VerifierKey

HASHES_MAX: Final = 63
REQUEST_BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

_reader: Final = Reader("tlog-witness")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness last cosigned for an origin; ``note`` has the signatures that were checked."""

    size: int
    root: bytes
    note: bytes = b""


NOTHING: Final = Seen(0, EMPTY_ROOT)
"""Nothing cosigned yet counts as the empty tree."""


@dataclass(frozen=True, slots=True)
class Request:
    """The body of add-checkpoint; nothing in it is verified yet."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a body.

        Raises:
            MalformedError: it is none.
        """
        if len(body) > REQUEST_BYTES_MAX:
            raise _reader.refuse(Fault.TOO_LONG)
        head, empty_line, signed = body.partition(b"\n\n")
        if not empty_line:
            raise _reader.refuse(Fault.EMPTY_LINE)
        first, *hashes = _reader.text(head, REQUEST_BYTES_MAX).split("\n")
        if len(hashes) > HASHES_MAX:
            raise _reader.refuse(Fault.HASH_COUNT)
        old = _reader.decimal(_reader.field(first, "old"))
        return cls(old, tuple(map(_reader.hash, hashes)), *read(signed))

    def encode(self) -> bytes:
        """The bytes of the body, as a log sends it."""
        lines = (f"old {self.old}", *map(encode_base64, self.proof), "", "")
        return "\n".join(lines).encode() + self.note.encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and with 200 what to have stored before answering."""

    status: int
    body: bytes
    content_type: str = TEXT
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, and the keys it trusts for each origin."""

    key: Signer
    logs: Mapping[str, tuple[VerifierKey, ...]]

    def answer(self, body: bytes, find: Callable[[str], Seen | None], time: int) -> Answer:
        """Read a request and decide it; ``time`` in POSIX seconds.

        ``find`` gives what is stored for an origin, and keeps it locked until the answer's own is
        stored.
        """
        try:
            request = Request.parse(body)
        except MalformedError as error:
            return _refused(400, error)
        origin = request.checkpoint.origin
        stored = find(origin) if origin in self.logs else None
        return self.decide(request, stored or NOTHING, time)

    def decide(self, request: Request, seen: Seen, time: int) -> Answer:
        """Decide a request against what was last cosigned for its origin.

        400, 403, 404, 409 and 422 leave what is stored as it is.
        """
        checkpoint = request.checkpoint
        if checkpoint.origin not in self.logs:
            return Answer(404, b"unknown origin\n")
        try:
            signed = verify(request.note, self.logs[checkpoint.origin])
        except (SignatureInvalidError, UnsignedError) as error:
            return _refused(403, error)
        if request.old > checkpoint.size:
            return Answer(400, b"the old size is above the size of the checkpoint\n")
        if request.old != seen.size:
            return Answer(409, f"{seen.size}\n".encode(), SIZE)
        try:
            verify_consistency(
                seen.size, seen.root, checkpoint.size, checkpoint.root, request.proof
            )
        except ProofInvalidError as error:
            return _refused(422, error)
        line = cosignature(request.note.text, self.key, time)
        # Lines of unknown keys are not kept: nobody vouches for them, and they could grow for ever.
        note = Note(request.note.text, (*signed.values(), line))
        seen = Seen(checkpoint.size, checkpoint.root, note.encode())
        return Answer(200, str(line).encode(), seen=seen)


def _refused(status: int, error: Exception) -> Answer:
    return Answer(status, f"{error}\n".encode())


def monitoring_path(origin: str) -> str:
    """Where the last cosigned checkpoint of an origin is found, below the monitoring prefix."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"
