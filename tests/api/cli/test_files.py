"""Files are seen whole or not at all."""

import os
from pathlib import Path

import pytest

from api.cli.files import whole_file


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """Readers see the old content up to the end of the block, then the new one."""
    path = tmp_path / "report.json"
    path.write_text("old")
    with whole_file(path) as file:
        file.write("new")
        file.flush()
        assert "old" == path.read_text()
    assert "new" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    """When the block fails, the old file is as it was and nothing lies beside it."""
    path = tmp_path / "report.json"
    path.write_text("old")

    def fail() -> None:
        with whole_file(path) as file:
            file.write("half")
            raise error

    with pytest.raises(error):
        fail()
    assert "old" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_a_link_is_followed(tmp_path: Path) -> None:
    """Writing to a link replaces the file it names, and the link stays."""
    link, path = tmp_path / "link", tmp_path / "folder" / "report.json"
    path.parent.mkdir()
    link.symlink_to(path)
    with whole_file(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert "new" == path.read_text()


def test_a_device_is_written_to_and_not_replaced() -> None:
    """``/dev/null`` is still a device afterwards."""
    with whole_file(Path(os.devnull)) as file:
        file.write("gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("name", ["missing/report.json", ".", "file/report.json", "x" * 300])
def test_a_place_that_will_not_do_shows_at_once(tmp_path: Path, name: str) -> None:
    """The error comes before the block runs, and names the path as it was given."""
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OSError, match=name) as refused:
        with whole_file(tmp_path / name):
            pytest.fail("the block must not run")
    assert str(tmp_path / name) == refused.value.filename


def test_a_full_disk_is_an_error_that_names_the_file() -> None:
    """What cannot be written does not pass for written."""
    with pytest.raises(OSError, match="No space left") as refused:
        with whole_file(Path("/dev/full")) as file:
            file.write("x")
    assert "/dev/full" == refused.value.filename
