"""Where time, ids and salts come from: the machine, or a seed that repeats them."""

import secrets
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from ledger.calendar import instant_of
from ledger.log.decider import Sources
from ledger.log.entries import SALT_BYTES, Salt
from ledger.log.requests import ids_from

SEED_BYTES: Final = 32


def machine_clock() -> str:
    """The machine's time as an instant."""
    return instant_of(datetime.now(UTC))


def machine_sources() -> Sources:
    """Real time, unguessable ids, fresh random salts."""

    def salts(_: int) -> Salt:
        return lambda _: secrets.token_bytes(SALT_BYTES)

    return Sources(machine_clock, ids_from(secrets.token_bytes(32)), salts)


def derive(seed: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose: keyed BLAKE2b (RFC 7693) of its name under the seed."""
    made = blake2b(b"sunledger-seed-1:" + purpose.encode(), key=seed, digest_size=SEED_BYTES)
    return made.digest()


def seeded_sources(seed: bytes) -> Sources:
    """The same ids and salts for the same seed; time comes with the requests.

    Args:
        seed: 32 random bytes. Whoever holds them can open every opening.
    """
    salt_key = derive(seed, "salts")

    def salts(position: int) -> Salt:
        return lambda half: blake2b(
            f"{half}:{position}".encode(), key=salt_key, digest_size=SALT_BYTES
        ).digest()

    return Sources(machine_clock, ids_from(derive(seed, "ids")), salts)
