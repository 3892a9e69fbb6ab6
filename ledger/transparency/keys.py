"""Signing keys and verifier keys (``FORMATS``, 2: C2SP signed-note)."""

import os
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519: Final = b"\x01"
SEED_BYTES: Final = 32


def verifier_key(name: str, kind: bytes, public: bytes) -> str:
    """A vkey: ``name+<key id>+<base64 of kind and public key>``.

    The key id is the first four bytes of SHA-256(name, LF, kind, public key), in hex.
    """
    key_id = sha256(name.encode() + b"\n" + kind + public).digest()[:4]
    return f"{name}+{key_id.hex()}+{b64encode(kind + public).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key under the name of a log; ``seed`` is the secret (RFC 8032)."""

    name: str
    seed: bytes

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """The key of a 32-byte seed."""
        if len(seed) != SEED_BYTES:
            message = f"an Ed25519 seed has {SEED_BYTES} bytes"
            raise ValueError(message)
        return cls(name, seed)

    @property
    def verifier(self) -> str:
        """The public half, as a vkey."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return verifier_key(self.name, ED25519, private.public_key().public_bytes_raw())

    def save(self, path: Path) -> None:
        """Write the secret, readable by its owner alone; an older file of the name is replaced."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{self.name}\n{b64encode(self.seed).decode()}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
