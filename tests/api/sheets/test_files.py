"""Hostile and broken files: refused in a sentence, at once, and without being loaded."""

import os
import socket
from pathlib import Path

import pytest

from api.sheets.files import FileRefused, open_ordinary, read_ordinary
from api.sheets.reader import read_sheet
from tests.api.sheets.build import sentences

COLUMNS = ("a", "b")
NOT_ORDINARY = "s.csv: This is not an ordinary file but a folder, a device or a pipe."


def told(path: Path, *, optional: bool = False) -> list[str]:
    """What is said about a file."""
    return sentences(read_sheet(path, COLUMNS, optional=optional).problems)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the sheet would be."""
    return tmp_path / "s.csv"


def test_a_pipe_does_not_hang(path: Path) -> None:
    """A FIFO that nobody writes to is refused, not waited for."""
    os.mkfifo(path)
    assert [NOT_ORDINARY] == told(path)


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null"])
def test_a_link_to_a_device(path: Path, target: str) -> None:
    """A link to a device is refused: it may never end."""
    path.symlink_to(target)
    assert [NOT_ORDINARY] == told(path)


def test_a_folder(path: Path) -> None:
    """A folder with the name of a sheet is refused."""
    path.mkdir()
    assert [NOT_ORDINARY] == told(path)


def test_a_socket(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket is refused."""
    monkeypatch.chdir(path.parent)  # socket paths have little room
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path.name)
        assert [NOT_ORDINARY] == told(path)


def test_two_gigabytes_are_not_read(path: Path) -> None:
    """A file beyond the limit is refused by its size alone."""
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    expected = (
        "s.csv: The file has 2147483648 bytes; at most 67108864 are read. Is it the right file?"
    )
    assert [expected] == told(path)


def test_a_link_to_a_sheet_is_followed(path: Path) -> None:
    """A link to an ordinary file is as good as the file."""
    (path.parent / "real.csv").write_text("a,b\n1,2\n")
    path.symlink_to("real.csv")
    assert [] == told(path)


def test_links_that_lead_nowhere(path: Path) -> None:
    """A dangling link is no absent sheet, and a link in a circle no hang."""
    path.symlink_to("gone.csv")
    assert ["s.csv: This is a link to a file that does not exist."] == told(path, optional=True)
    path.unlink()
    path.symlink_to(path.name)
    assert 1 == len(told(path, optional=True))


def test_an_absent_sheet(path: Path) -> None:
    """Absent sheets are a fault where they are needed, and empty where they are not."""
    assert ["s.csv: The file is missing."] == told(path)
    assert [] == told(path, optional=True)


def test_a_file_that_may_not_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system does not allow is said in words (a stand-in: root is allowed all)."""

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    path.write_text("a,b\n")
    monkeypatch.setattr(os, "open", refuse)
    assert ["s.csv: The file may not be read. Ask for permission to read it."] == told(path)


def test_a_disk_that_fails(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other errors of the system are named."""

    def fail(*_: object, **__: object) -> int:
        raise OSError(5, "Input/output error")

    path.write_text("a,b\n")
    monkeypatch.setattr(os, "open", fail)
    assert ["s.csv: The file could not be read (Input/output error)."] == told(path)


def test_a_file_exchanged_while_it_is_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that was opened is looked at again: a pipe put in its place is refused too."""
    path.write_text("a,b\n")
    really_open = os.open

    def exchange(name: str, flags: int) -> int:
        path.unlink()
        os.mkfifo(path)
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(FileRefused) as refused:
        open_ordinary(path, 100)
    assert "This is not an ordinary file but a folder, a device or a pipe." == refused.value.message


def test_a_file_whose_size_is_not_told() -> None:
    """Files of the system claim to be empty; what they give is bounded all the same."""
    with pytest.raises(FileRefused) as refused:
        read_ordinary(Path("/proc/self/maps"), 10)
    assert {"size": 11, "limit": 10} == refused.value.params
