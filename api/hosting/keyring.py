"""The secrets that officers' programs carry, and what the ledger keeps of them.

A key is ``sunledger_<scope>_<random>``. The ledger holds its HMAC-SHA-256 (RFC 2104) under a secret
that lies in the home, outside the database: neither a copy of the database nor the log opens the
interface. Keys are 256 random bits, so a slow hash would add nothing.
"""

import hmac
import os
import re
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from ledger.errors import LedgerError
from ledger.states.keys import Scope

SECRET_BYTES: Final = 32
FILE_NAME: Final = "interface.secret"
KEY: Final = re.compile(r"sunledger_(desk|office|audit)_[A-Za-z0-9_-]{43}")


class KeySecretError(LedgerError):
    """The file with the secret is damaged or open to others."""

    code = "key_secret_unusable"
    status = 503
    message = (
        "The file {path} must hold the secret of the keys and be readable by its owner alone."
        " Restore it from your backup, or remove it and grant new keys."
    )


class Keyring:
    """Makes keys, and digests of keys, for the communities of one home."""

    def __init__(self, secret: bytes) -> None:
        """Digests are made under this secret."""
        self._secret = secret

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The keyring whose secret lies in a folder; made there when there is none.

        Raises:
            KeySecretError: the file is not what was written.
        """
        path = folder / FILE_NAME
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise KeySecretError(path=str(path))
        try:
            secret = b64decode(path.read_bytes(), validate=True)
        except ValueError:
            secret = b""
        if len(secret) != SECRET_BYTES:
            raise KeySecretError(path=str(path))
        return cls(secret)

    def new_key(self, scope: Scope) -> str:
        """A fresh key. It is shown once and kept nowhere."""
        return f"sunledger_{scope}_{secrets.token_urlsafe(SECRET_BYTES)}"

    def digest(self, community: str, key: str) -> str:
        """What the ledger of a community keeps of a key: base64url without padding."""
        text = f"sunledger-key-1\n{community}\n{key}".encode()
        made = hmac.digest(self._secret, text, sha256)
        return urlsafe_b64encode(made).rstrip(b"=").decode()


def _make(path: Path) -> None:
    """Write a fresh secret, unless another process was quicker: the first one to be whole stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b64encode(secrets.token_bytes(SECRET_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
