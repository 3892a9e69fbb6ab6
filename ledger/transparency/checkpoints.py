"""Checkpoints: the size and root of a log, as its signed note says them (C2SP tlog-checkpoint).

The text is the origin, the size, the root in base64, and extension lines, which ours never have.
Size and root are taken from what was signed and from nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from ledger.transparency.errors import OriginUnexpectedError
from ledger.transparency.faults import Fault
from ledger.transparency.notes import NOTE_BYTES_MAX, Note, Signature, sign, verify
from ledger.transparency.signers import Signer
from ledger.transparency.strict import Reader, encode_base64
from ledger.transparency.tree import EMPTY_ROOT
from ledger.transparency.vkeys import VerifierKey

LINES_MIN: Final = 3

_reader: Final = Reader("tlog-checkpoint")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log states: its origin, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note.

        Raises:
            MalformedError: it is no checkpoint.
        """
        _reader.check_characters(text)
        *lines, rest = text.split("\n")
        if rest or len(lines) < LINES_MIN:
            raise _reader.refuse(Fault.LINE_COUNT)
        if not all(lines):
            raise _reader.refuse(Fault.EMPTY_LINE)
        origin, size, root, *extensions = lines
        return cls(origin, _reader.decimal(size), _reader.hash(root), tuple(extensions))

    @property
    def text(self) -> str:
        """The lines, each with its LF."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    def sign(self, key: Signer) -> Note:
        """The checkpoint as a note, signed by the key of the log, whose name is the origin.

        Raises:
            MalformedError: it would be read back as something else, or the key is of another log.
        """
        text = self.text
        if Checkpoint.parse(text) != self:
            raise _reader.refuse(Fault.FIELD)
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise _reader.refuse(Fault.ROOT)
        # Whoever has only a vkey takes its name for the origin (C2SP tlog-policy).
        if key.name != self.origin:
            raise _reader.refuse(Fault.KEY_NAME)
        return Note(text, (sign(text, key),))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its note and the known keys whose signatures hold."""

    checkpoint: Checkpoint
    note: Note
    signed: dict[VerifierKey, Signature]


def read(data: bytes) -> tuple[Checkpoint, Note]:
    """Read the form of a signed checkpoint; nothing is verified yet.

    Raises:
        MalformedError: it is none.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise _reader.refuse(Fault.TOO_LONG)
    note = Note.parse(data)
    return Checkpoint.parse(note.text), note


def open_signed(data: bytes, origin: str, keys: Iterable[VerifierKey]) -> SignedCheckpoint:
    """Read and verify the checkpoint of a log, by the keys that are trusted for its origin.

    Raises:
        MalformedError: the bytes are no signed checkpoint.
        OriginUnexpectedError: it belongs to another log.
        SignatureInvalidError: a signature of one of the keys does not hold.
        UnsignedError: none of the keys has signed.
    """
    checkpoint, note = read(data)
    if checkpoint.origin != origin:
        raise OriginUnexpectedError(expected=origin)
    return SignedCheckpoint(checkpoint, note, verify(note, keys))
