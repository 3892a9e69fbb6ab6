"""The file that keeps a signing key."""

import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from ledger.transparency.signers import Signer


@dataclass(frozen=True, slots=True)
class SigningKey(Signer):
    """A signing key that can be put on disk; the rest of this package does no I/O."""

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
