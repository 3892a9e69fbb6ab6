"""Signing: the secret half of the key of a log or a witness."""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.transparency.vkeys import COSIGNATURE, ED25519, VerifierKey, is_name

SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key under the name of a log or witness; ``seed`` is the secret (RFC 8032).

    How it is kept is not said here: see :mod:`ledger.transparency.keys`.
    """

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """The key of a 32-byte seed.

        Raises:
            ValueError: the seed has another length, or the name cannot stand in a note.
        """
        if len(seed) != SEED_BYTES:
            message = f"an Ed25519 seed has {SEED_BYTES} bytes"
            raise ValueError(message)
        if not is_name(name):
            message = "a key name is not empty and has no space and no plus sign"
            raise ValueError(message)
        return cls(name, seed)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def public(self, kind: bytes) -> VerifierKey:
        """The public half, as a key of a signature type."""
        return VerifierKey(self.name, kind, self._private().public_key().public_bytes_raw())

    @property
    def verifier(self) -> str:
        """The public half of a log's key, as a vkey."""
        return str(self.public(ED25519))

    @property
    def cosigner(self) -> str:
        """The public half of a witness's key, as a vkey."""
        return str(self.public(COSIGNATURE))

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature; the same for the same message."""
        return self._private().sign(message)
