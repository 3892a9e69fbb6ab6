"""The file that keeps a signing key."""

import os
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from ledger.errors import LedgerError
from ledger.transparency.signers import Signer

KEY_BYTES_MAX: Final = 8_192


class SigningKeyError(LedgerError):
    """The file is damaged, or open to others."""

    code = "signing_key_unusable"
    status = 503
    message = (
        "The file {path} must hold the signing key as it was written and be readable by its owner"
        " alone (mode 0600). Correct that, or restore the file from your backup of the keys."
    )


@dataclass(frozen=True, slots=True)
class SigningKey(Signer):
    """A signing key that can be put on disk; the rest of this package does no I/O."""

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """The key that a file holds; None where there is no such file.

        Raises:
            SigningKeyError: others may read it, or it is not what was written.
        """
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if not stat.S_ISREG(mode) or mode & 0o077:
                    raise SigningKeyError(path=str(path))
                name, seed, rest = file.read(KEY_BYTES_MAX).decode().split("\n")
            key = cls.from_seed(name, b64decode(seed, validate=True))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise SigningKeyError(path=str(path)) from error
        if rest:
            raise SigningKeyError(path=str(path))
        return key

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
