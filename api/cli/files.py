"""Files that a command writes: seen whole, or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file to write; at the end of the block it takes the place of the old one in one step.

    It is made at the start of the block, so that a place that cannot be written to shows before
    long work begins. When the block fails, the old file stays and nothing is left beside it. What
    is neither file nor folder (``/dev/stdout``) is written to as it is.

    Raises:
        OSError: the place cannot be used; ``filename`` is the path as it was given.
    """
    target = path.resolve()
    with _named(path):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        is_ordinary = target.is_file() or not target.exists()
        beside = target.with_name(f"{target.name}.{os.getpid()}.part") if is_ordinary else target
        file = beside.open("w", encoding="utf-8")
    try:
        yield file
        with _named(path):
            file.flush()
            if is_ordinary:
                os.fsync(file.fileno())
            file.close()
            if is_ordinary:
                beside.replace(target)
    except BaseException:
        with suppress(OSError):
            file.close()
        if is_ordinary:
            with suppress(OSError):
                beside.unlink()
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let errors name the path that the person gave."""
    try:
        yield
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
