"""What no file may name, and what the lock files must say."""

import re
import tomllib

import pytest

from tests.house.tree import ROOT, name_of, repository_files

# A letter in brackets keeps this file from containing what it looks for.
FORBIDDEN = {
    "a path of somebody's machine": re.compile(
        rb"(?<![\w.:/-])/([w]ork|[r]oot|[f]arm)/|/tm[p]/w\b|/(home|Users)/\w+/"
    ),
    "a package registry": re.compile(rb"py[p]i\.org|python[h]osted\.org|py[p]i\.python", re.I),
    "a private key": re.compile(rb"-----BEGI[N] [A-Z ]*PRIVATE KEY-----"),
}
LOCKS = ("requirements.lock", "requirements-dev.lock")
NAME = re.compile(r"^[\w.-]+")
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    """No file names a machine's path or a package registry, or holds a private key."""
    found = [
        f"{name_of(path)}:{number}"
        for path in repository_files()
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if FORBIDDEN[what].search(line)
    ]
    assert [] == found


def requirements(lock: str) -> dict[str, list[str]]:
    """Each requirement of a lock file, with the lines that belong to it."""
    blocks: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            lines = blocks.setdefault(line, [])
        lines.append(line.strip())
    return blocks


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    """Each line of a lock pins one version by hash, and none says where to fetch it."""
    found = [
        first
        for first, lines in requirements(lock).items()
        if not REQUIREMENT.match(first) or not any("--hash=sha256:" in line for line in lines)
    ]
    assert [] == found


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_covers_what_the_project_declares(lock: str) -> None:
    """Each declared dependency stands in the lock, the build's own included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *project["dependency-groups"]["build"],
    ]
    names = {NAME.findall(line)[0].lower() for line in declared}
    locked = {first.partition("==")[0].lower() for first in requirements(lock)}
    assert set() == names - locked


def test_both_locks_agree() -> None:
    """What runs and what is tested are the same versions."""
    runtime, development = (set(map(_pin, requirements(lock))) for lock in LOCKS)
    assert set() == runtime - development


def _pin(first: str) -> str:
    """Name and version; the marker may differ, as more or fewer packages ask for it."""
    return first.split(maxsplit=1)[0]
