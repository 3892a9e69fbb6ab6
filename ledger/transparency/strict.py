"""Reading text strictly: one spelling for every value, and one error for everything else.

A format that has two spellings of one value lets a stranger change bytes under a proof. So numbers
have no sign, no leading zeroes and only ASCII digits, base64 is the standard alphabet with its
padding and zero trailing bits (RFC 4648, 3.5), and lines end with LF alone.
"""

import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from hashlib import sha256
from typing import Final

from ledger.transparency.errors import MalformedError
from ledger.transparency.faults import Fault

HASH_BYTES: Final = sha256().digest_size
UINT64_MAX: Final = 2**64 - 1
DIGITS_MAX: Final = len(str(UINT64_MAX))

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]*")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Reader:
    """Reads the parts of one published format; its name stands in every error."""

    def __init__(self, format_name: str) -> None:
        """A reader of the format."""
        self.format = format_name

    def refuse(self, fault: Fault) -> MalformedError:
        """The error to raise, with the rule that was broken."""
        return MalformedError(self.format, fault)

    def text(self, data: bytes, bytes_max: int) -> str:
        """UTF-8 without control characters but LF, at most ``bytes_max`` bytes.

        Raises:
            MalformedError: it is something else.
        """
        if len(data) > bytes_max:
            raise self.refuse(Fault.TOO_LONG)
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise self.refuse(Fault.ENCODING) from error
        self.check_characters(text)
        return text

    def check_characters(self, text: str) -> None:
        """Check that a text can stand in UTF-8 and has no control character but LF.

        Raises:
            MalformedError: it has one.
        """
        if _CONTROL.search(text):
            raise self.refuse(Fault.CONTROL_CHARACTER)
        if not text.isascii() and re.search("[\ud800-\udfff]", text):
            raise self.refuse(Fault.ENCODING)

    def decimal(self, text: str, largest: int = UINT64_MAX) -> int:
        """A whole number from 0 to ``largest`` in its only spelling.

        Raises:
            MalformedError: it is something else.
        """
        if len(text) > DIGITS_MAX or not _DECIMAL.fullmatch(text):
            raise self.refuse(Fault.NUMBER)
        number = int(text)
        if number > largest:
            raise self.refuse(Fault.NUMBER_RANGE)
        return number

    def base64(self, text: str) -> bytes:
        """The bytes of a base64 text in its only spelling.

        Raises:
            MalformedError: it is something else.
        """
        try:
            data = a2b_base64(text, strict_mode=True)
        except (Base64Error, ValueError) as error:
            raise self.refuse(Fault.BASE64) from error
        if b64encode(data).decode() != text:
            raise self.refuse(Fault.BASE64)
        return data

    def hash(self, text: str) -> bytes:
        """A SHA-256 value in base64.

        Raises:
            MalformedError: it is something else.
        """
        data = self.base64(text)
        if len(data) != HASH_BYTES:
            raise self.refuse(Fault.HASH_LENGTH)
        return data

    def field(self, line: str, name: str) -> str:
        """What follows ``name`` and one space on a line.

        Raises:
            MalformedError: the line has another name.
        """
        found, space, value = line.partition(" ")
        if found != name or not space:
            raise self.refuse(Fault.LINE_START)
        return value


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return b64encode(data).decode()
