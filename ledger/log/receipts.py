"""The code on a receipt: it stands for one line of the log, and only its holder can tell it.

It is made from the opening, whose fresh 128-bit salt nobody can guess; so the ledger and whoever
holds the opening can make it again, and it need not be kept anywhere else.
"""

from base64 import b32encode
from hashlib import sha256
from typing import Final

from ledger.events.exchanges import GoodsExchanged, GoodsReturned
from ledger.log.entries import LogEvent

CODE_BYTES: Final = 10
"""80 bits: 16 characters of base32."""
TOPICS: Final = frozenset({GoodsExchanged.TOPIC, GoodsReturned.TOPIC})
"""Events that somebody takes a receipt of."""


def receipt_code(opening: bytes) -> str:
    """The code for an opening: 16 characters of a-z and 2-7."""
    digest = sha256(b"sunledger-receipt-1\n" + opening).digest()
    return b32encode(digest[:CODE_BYTES]).decode().lower()


def receipt_of(event: LogEvent) -> str | None:
    """The code for an event, where it is one that somebody takes a receipt of."""
    if event.type not in TOPICS or event.opening is None:
        return None
    return receipt_code(event.opening)
