"""Verifier keys and the names they stand under (C2SP signed-note).

A key is written ``<name>+<key id in hex>+<base64 of type and public key>``. The key id is the first
four bytes of SHA-256(name, LF, type, public key): with the name it says whose signature a line is.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.transparency.faults import Fault
from ledger.transparency.strict import Reader, encode_base64

ED25519: Final = b"\x01"
"""Signs the text of a note."""
COSIGNATURE: Final = b"\x04"
"""Ed25519 again, over text and time (C2SP tlog-cosignature)."""
ML_DSA_44: Final = b"\x06"
"""Read, so that a policy may name such a key, and never counted: see :meth:`VerifierKey.usable`."""
KEY_BYTES: Final = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}

NAME_LENGTH_MAX: Final = 1_024
"""Characters."""
VKEY_LENGTH_MAX: Final = 4_096

_NOT_IN_NAMES: Final = re.compile("[\\s+\x00-\x1f\ud800-\udfff]")
_KEY_ID: Final = re.compile("[0-9a-f]{8}")
_reader: Final = Reader("vkey")

# The y of the eight points of small order (RFC 7748, 7; little-endian, without the bit of x), in
# every spelling below 2^255. For such a key one fixed signature would verify under every text.
_SMALL_ORDER: Final = frozenset(
    bytes.fromhex(y)
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def is_small_order(public: bytes) -> bool:
    """Whether a 32-byte Ed25519 public key is a point of small order."""
    return public[:-1] + bytes([public[-1] & 0x7F]) in _SMALL_ORDER


def is_name(name: str) -> bool:
    """Whether a text can name a key: not empty, no space of Unicode, no plus sign."""
    return 0 < len(name) <= NAME_LENGTH_MAX and not _NOT_IN_NAMES.search(name)


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """The four bytes that, with the name, say which key a signature is of."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key under a name; ``kind`` is the byte of its signature type."""

    name: str
    kind: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey.

        Raises:
            MalformedError: it is something else, or no key of a type that is known here.
        """
        _reader.check_characters(text)
        if len(text) > VKEY_LENGTH_MAX:
            raise _reader.refuse(Fault.TOO_LONG)
        parts = text.split("+", 2)
        if len(parts) != 3 or not is_name(parts[0]):
            raise _reader.refuse(Fault.KEY_NAME)
        data = _reader.base64(parts[2])
        key = cls(parts[0], data[:1], data[1:])
        key._check()
        if not _KEY_ID.fullmatch(parts[1]) or parts[1] != key.id.hex():
            raise _reader.refuse(Fault.KEY_ID)
        return key

    def _check(self) -> None:
        if len(self.public) != KEY_BYTES.get(self.kind):
            raise _reader.refuse(Fault.KEY_LENGTH if self.kind in KEY_BYTES else Fault.KEY_TYPE)
        if self.kind != ML_DSA_44 and is_small_order(self.public):
            raise _reader.refuse(Fault.KEY_WEAK)

    def __str__(self) -> str:
        """The vkey."""
        return f"{self.name}+{self.id.hex()}+{encode_base64(self.kind + self.public)}"

    @cached_property
    def id(self) -> bytes:
        """The key id."""
        return key_id(self.name, self.kind, self.public)

    @property
    def usable(self) -> bool:
        """Whether this build can check its signatures; those of other keys are ignored."""
        return self.kind != ML_DSA_44

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the Ed25519 signature is this key's over the message (RFC 8032, 5.1.7)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
