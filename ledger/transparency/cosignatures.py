"""Cosignatures: a witness says what it saw and when (C2SP tlog-cosignature, Ed25519).

The value of the signature is the time, eight bytes big-endian, and an Ed25519 signature over two
header lines and the text of the checkpoint, extension lines included. The message does not name
the cosigner, so each has a key of its own.
"""

from typing import Final

from ledger.transparency.faults import Fault
from ledger.transparency.signers import Signer
from ledger.transparency.strict import Reader
from ledger.transparency.vkeys import COSIGNATURE, VerifierKey

HEADER: Final = "cosignature/v1"
TIME_BYTES: Final = 8
TIME_MAX: Final = 2**63 - 1
"""POSIX seconds (tlog-cosignature, "Format")."""
VALUE_BYTES: Final = TIME_BYTES + 64

_reader: Final = Reader("tlog-cosignature")


def message(text: str, time: int) -> bytes:
    """What is signed: the text of a checkpoint, its last LF included, at a POSIX time."""
    return f"{HEADER}\ntime {time}\n{text}".encode()


def time_of(value: bytes) -> int:
    """The POSIX seconds in a signature's value, which is not checked by this.

    Raises:
        MalformedError: the value has another length, or a time that may not be.
    """
    if len(value) != VALUE_BYTES:
        raise _reader.refuse(Fault.SIGNATURE_LENGTH)
    time = int.from_bytes(value[:TIME_BYTES], "big")
    if time > TIME_MAX:
        raise _reader.refuse(Fault.TIME)
    return time


def cosign(key: Signer, text: str, time: int) -> bytes:
    """The value of a signature by a witness's key; ``time`` in POSIX seconds.

    Raises:
        ValueError: no cosignature can have this time.
    """
    if not 0 <= time <= TIME_MAX:
        reason = f"a cosignature has a time from 0 to {TIME_MAX}"
        raise ValueError(reason)
    return time.to_bytes(TIME_BYTES, "big") + key.sign(message(text, time))


def is_cosigned(key: VerifierKey, text: str, value: bytes) -> bool:
    """Whether the value is a cosignature of this key under the text."""
    if key.kind != COSIGNATURE or len(value) != VALUE_BYTES:
        return False
    time = int.from_bytes(value[:TIME_BYTES], "big")
    return time <= TIME_MAX and key.signed(message(text, time), value[TIME_BYTES:])
