"""Opening what people hand in: an ordinary file within its size, in an encoding that is certain.

Nothing is loaded whole before it is known to be what it claims. A file is UTF-8 (with or without a
byte order mark) if all of it is, else GB18030 if all of it is, else refused: a wrong guess would
change names silently.
"""

import os
import re
import stat
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from api.messages import N_, Problem, Where

Encoding = Literal["utf-8", "gb18030"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "gb18030")

_CHUNK_BYTES = 256 * 1024
_HEADER_BYTES_MAX = 64 * 1024
_LINE_END = re.compile(rb"[\r\n]")

_SIGNATURES = (
    (b"PK\x03\x04", "XLSX/ZIP"),
    (b"PK\x05\x06", "XLSX/ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS/DOC"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_MISSING = N_("The file is missing.")
_DANGLING = N_("This is a link to a file that does not exist.")
_NOT_ORDINARY = N_("This is not an ordinary file but a folder, a device or a pipe.")
_FORBIDDEN = N_("The file may not be read. Ask for permission to read it.")
_NOT_READ = N_("The file could not be read ({reason}).")
_TOO_LARGE = N_("The file has {size} bytes; at most {limit} are read. Is it the right file?")
_OTHER_KIND = N_("This is not text but {kind}. Open it and save it as CSV in UTF-8.")
_UTF16 = N_("The file is written in UTF-16. Save it as CSV in UTF-8 or GB18030.")
_BINARY = N_("This is not text: the byte at offset {offset} is zero. Is it the right file?")
_DAMAGED = N_(
    "The file begins as {encoding}, but the byte at offset {offset} (line {line}) is not. "
    "Save it again in UTF-8 or GB18030."
)
_NO_ENCODING = N_(
    "The file is neither UTF-8 (see offset {utf8_offset}, line {utf8_line}) nor GB18030 "
    "(see offset {gb18030_offset}, line {gb18030_line}). Save it again in one of the two."
)
CHANGED = N_("The file changed while it was read. Try again.")


class FileRefused(Exception):
    """A file that is not read. Caught inside this package, where it becomes a problem."""

    def __init__(self, message: str, row: int | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.params = params

    def problem(self, file: str) -> Problem:
        """The fault that a person is shown."""
        return Problem(Where(file, self.row), self.message, self.params)


class _Break(NamedTuple):
    """The first byte that an encoding does not allow, its offset from 0 and its line from 1."""

    offset: int
    line: int


def refusal_of(error: OSError, path: Path) -> FileRefused:
    """What to say of a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return FileRefused(_DANGLING if path.is_symlink() else _MISSING)
    if isinstance(error, PermissionError):
        return FileRefused(_FORBIDDEN)
    return FileRefused(_NOT_READ, reason=error.strerror or type(error).__name__)


def _check_ordinary(found: os.stat_result, bytes_max: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(_NOT_ORDINARY)
    if found.st_size > bytes_max:
        raise FileRefused(_TOO_LARGE, size=found.st_size, limit=bytes_max)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def open_ordinary(path: Path, bytes_max: int) -> BinaryIO:
    """Open a regular file of at most ``bytes_max`` bytes, or a link to one.

    It is looked at before it is opened (a pipe would wait, a device might act) and once more after,
    should it have been exchanged in between.

    Raises:
        FileRefused: it is missing, too large, something else, or may not be read.
    """
    try:
        _check_ordinary(path.stat(), bytes_max)
        stream = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 (the caller closes it)
    except OSError as error:
        raise refusal_of(error, path) from error
    try:
        _check_ordinary(os.fstat(stream.fileno()), bytes_max)
    except FileRefused:
        stream.close()
        raise
    return stream


def read_ordinary(path: Path, bytes_max: int) -> bytes:
    """The bytes of a small file.

    Raises:
        FileRefused: as :func:`open_ordinary`, or it cannot be read.
    """
    try:
        with open_ordinary(path, bytes_max) as stream:
            data = stream.read(bytes_max + 1)
    except OSError as error:
        raise refusal_of(error, path) from error
    if len(data) > bytes_max:
        raise FileRefused(_TOO_LARGE, size=len(data), limit=bytes_max)
    return data


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK_BYTES):
        yield chunk


def _check_is_text(stream: BinaryIO, bytes_max: int) -> None:
    size = 0
    for chunk in _chunks(stream):
        if size == 0:
            _check_beginning(chunk)
        zero = chunk.find(0)
        if zero >= 0:
            raise FileRefused(_BINARY, offset=size + zero)
        size += len(chunk)
        if size > bytes_max:  # it grew, or its size is not told
            raise FileRefused(_TOO_LARGE, size=size, limit=bytes_max)


def _check_beginning(chunk: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if chunk.startswith(signature):
            raise FileRefused(_OTHER_KIND, kind=kind)
    if chunk.startswith(_UTF16_MARKS):
        raise FileRefused(_UTF16)


def _line_of(stream: BinaryIO, offset: int) -> int:
    lines, left = 1, offset
    for chunk in _chunks(stream):
        lines += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return lines


def _first_break(stream: BinaryIO, encoding: Encoding) -> _Break | None:
    """Where the file leaves the encoding; None if all of it keeps it."""
    decoder = getincrementaldecoder(encoding)()
    size = 0
    for chunk in chain(_chunks(stream), (b"",)):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            offset = size - pending + error.start
            return _Break(offset, _line_of(stream, offset))
        size += len(chunk)
    return None


def _begins_in(stream: BinaryIO, encoding: Encoding, columns: Sequence[str]) -> bool:
    """Whether the file has the mark of the encoding, or a wanted column in it that is not ASCII."""
    stream.seek(0)
    header = _LINE_END.split(stream.read(_HEADER_BYTES_MAX), maxsplit=1)[0]
    if encoding == "utf-8" and header.startswith(BOM_UTF8):
        return True
    words = header.decode(encoding, errors="ignore")
    return any(column in words for column in columns if not column.isascii())


def detect_encoding(stream: BinaryIO, columns: Sequence[str], bytes_max: int) -> Encoding:
    """The encoding of a whole text file whose header should hold ``columns``; rewinds the stream.

    A file that *begins* as one encoding and does not end as it is damaged, and is not
    reinterpreted as the other.

    Raises:
        FileRefused: it is no text, or no text in one of the two encodings.
    """
    _check_is_text(stream, bytes_max)
    breaks: dict[Encoding, _Break] = {}
    for encoding in ENCODINGS:
        found = _first_break(stream, encoding)
        if found is None:
            stream.seek(0)
            return encoding
        breaks[encoding] = found
        if _begins_in(stream, encoding, columns):
            raise FileRefused(_DAMAGED, encoding=encoding.upper(), **found._asdict())
    utf8, gb18030 = breaks["utf-8"], breaks["gb18030"]
    raise FileRefused(
        _NO_ENCODING,
        utf8_offset=utf8.offset,
        utf8_line=utf8.line,
        gb18030_offset=gb18030.offset,
        gb18030_line=gb18030.line,
    )
