"""Operating-system users: who runs PostgreSQL, and whether that user can get where it must."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from ledger.server.errors import HomeNotEnterableError, HomeOwnerError, SystemUserError

UNPRIVILEGED = ("sunledger", "postgres", "nobody")
"""Whom root becomes to run PostgreSQL, which refuses to run as root: the first that exists."""


class ProcessOptions(TypedDict, total=False):
    """Arguments of `subprocess` that change the user of the child."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user that runs PostgreSQL's programs; `dropped` when we are root and become that user."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @classmethod
    def current(cls) -> "Account":
        """Return the user of this process.

        Raises:
            SystemUserError: the system has no name for it, which PostgreSQL requires.
        """
        try:
            name = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise SystemUserError(user=os.geteuid(), reason="it has no name") from None
        return cls(name, os.geteuid(), os.getegid(), dropped=False)

    def process_options(self) -> ProcessOptions:
        """Return what makes `subprocess` start a child as this user."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` to this user."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)


def server_account(system_user: str | None, data: Path) -> Account:
    """Return who runs PostgreSQL on `data`: ourselves, or as root an unprivileged user.

    Root serves existing data as their owner, so that a user added later changes nothing.

    Raises:
        HomeOwnerError: the data belong to somebody else.
        SystemUserError: the wished user does not exist or is root.
    """
    current = Account.current()
    owner = _owner(data)
    if current.uid == 0:
        wished = _named(system_user) if system_user else None
        current = wished or owner or _first_unprivileged()
    if current.uid == 0:
        raise SystemUserError(user=current.name, reason="PostgreSQL refuses to run as root")
    if owner is not None and owner.uid != current.uid:
        raise HomeOwnerError(path=str(data), owner=owner.name, user=current.name)
    return current


def _owner(data: Path) -> Account | None:
    try:
        uid = data.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return _account(pwd.getpwuid(uid))
    except KeyError:
        raise SystemUserError(user=uid, reason="it has no name") from None


def _account(entry: pwd.struct_passwd) -> Account:
    dropped = os.geteuid() == 0 and entry.pw_uid != 0
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, dropped)


def _named(name: str) -> Account:
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        raise SystemUserError(user=name, reason="there is no such user") from None


def _first_unprivileged() -> Account:
    for name in UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise SystemUserError(user=UNPRIVILEGED[0], reason="there is no such user")


def check_enterable(account: Account, path: Path) -> None:
    """Check that `account` can enter `path` through all its parents.

    Raises:
        HomeNotEnterableError: names the first directory that is closed.
    """
    if not account.dropped or _can_enter(account, path):
        return
    on_the_way = (*reversed(path.parents), path)
    closed = next((place for place in on_the_way if not _can_enter(account, place)), path)
    raise HomeNotEnterableError(user=account.name, path=str(closed))


def _can_enter(account: Account, path: Path) -> bool:
    # Tried, not computed from mode bits: access lists and mounts decide too.
    probe = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(path)]
    options = account.process_options()
    answer = subprocess.run(probe, check=False, cwd="/", stderr=subprocess.DEVNULL, **options)
    return answer.returncode == 0
