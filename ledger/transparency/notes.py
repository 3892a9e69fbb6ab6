"""Signed notes: a text and who signed it (C2SP signed-note).

    text, which ends with LF
    (one empty line: the last of the note)
    — name base64 of key id and signature

Reading a note checks its form alone; :func:`verify` says whose signatures hold. Lines of unknown
keys are ignored, a line of a known key that does not hold is a reason to refuse the whole note.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from ledger.transparency.cosignatures import cosign, is_cosigned
from ledger.transparency.errors import SignatureInvalidError, UnsignedError
from ledger.transparency.faults import Fault
from ledger.transparency.signers import Signer
from ledger.transparency.strict import Reader, encode_base64
from ledger.transparency.vkeys import COSIGNATURE, ED25519, VerifierKey, is_name

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100
"""Both as in Go's sumdb/note; 16 signatures must be read by everybody."""
DASH: Final = "\N{EM DASH} "
KEY_ID_BYTES: Final = 4

_reader: Final = Reader("signed-note")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; what ``value`` holds depends on the type of the key."""

    name: str
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line without its LF.

        Raises:
            MalformedError: it is no signature line.
        """
        name, _, field = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not is_name(name):
            raise _reader.refuse(Fault.LINE_START)
        data = _reader.base64(field)
        if len(data) <= KEY_ID_BYTES:
            raise _reader.refuse(Fault.SIGNATURE_LENGTH)
        return cls(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])

    def __str__(self) -> str:
        """The line, with its LF."""
        return f"{DASH}{self.name} {encode_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with LF, and its signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a note; nothing is verified.

        Raises:
            MalformedError: the bytes are no signed note, or one beyond the limits.
        """
        whole = _reader.text(data, NOTE_BYTES_MAX)
        text, empty_line, block = whole.rpartition("\n\n")
        if not empty_line or not block.endswith("\n"):
            raise _reader.refuse(Fault.UNSIGNED)
        lines = block[:-1].split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise _reader.refuse(Fault.SIGNATURE_COUNT)
        return cls(text + "\n", tuple(map(Signature.parse, lines)))

    def encode(self) -> bytes:
        """The bytes of the note."""
        return "".join((self.text, "\n", *map(str, self.signatures))).encode()

    def with_signatures(self, *more: Signature) -> "Note":
        """The note with lines added at the end."""
        return Note(self.text, self.signatures + more)


def parse_signatures(data: bytes) -> tuple[Signature, ...]:
    """Read signature lines alone, as a witness answers them.

    Raises:
        MalformedError: the bytes are something else.
    """
    note = Note.parse(b"\n\n" + data)
    if note.text != "\n":
        raise _reader.refuse(Fault.LINE_START)
    return note.signatures


def check_text(text: str) -> None:
    """Check that a text can be signed: it ends with LF and has no other control character.

    Raises:
        MalformedError: it cannot.
    """
    _reader.check_characters(text)
    if not text.endswith("\n"):
        raise _reader.refuse(Fault.NO_NEWLINE)


def sign(text: str, key: Signer) -> Signature:
    """The signature of a log's key on a text.

    Raises:
        MalformedError: the text cannot be that of a note.
    """
    check_text(text)
    return Signature(key.name, key.public(ED25519).id, key.sign(text.encode()))


def cosignature(text: str, key: Signer, time: int) -> Signature:
    """The signature of a witness's key on the text of a checkpoint, at a POSIX time.

    Raises:
        MalformedError: the text cannot be that of a note.
    """
    check_text(text)
    return Signature(key.name, key.public(COSIGNATURE).id, cosign(key, text, time))


def _holds(key: VerifierKey, text: str, value: bytes) -> bool:
    if key.kind == COSIGNATURE:
        return is_cosigned(key, text, value)
    return key.kind == ED25519 and key.signed(text.encode(), value)


def verify(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, Signature]:
    """The keys that signed, in the order of their lines, each with its first signature.

    Keys of types that this build cannot check are unknown keys.

    Raises:
        MalformedError: two of the keys cannot be told apart by name and key id.
        SignatureInvalidError: a signature of one of the keys does not hold.
        UnsignedError: none of the keys has signed.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if key.usable and known.setdefault((key.name, key.id), key) != key:
            raise _reader.refuse(Fault.KEYS_ALIKE)
    signed: dict[VerifierKey, Signature] = {}
    for line in note.signatures:
        found = known.get((line.name, line.key_id))
        if found is None:
            continue
        if not _holds(found, note.text, line.value):
            raise SignatureInvalidError(signer=found.name)
        signed.setdefault(found, line)
    if not signed:
        raise UnsignedError
    return signed
