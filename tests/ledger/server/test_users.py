"""Root, ordinary users and several of them on one machine.

As root the tests become other users; as an ordinary user they show what such a user meets.
"""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from ledger.server import ServerSettings, open_database, programs
from ledger.server.accounts import UNPRIVILEGED, Account, server_account
from ledger.server.programs import Programs, find_programs, runnable_by
from tests.ledger.server.helpers import (
    IS_ROOT,
    connect_again,
    owner,
    processes_of,
    refuses,
    user,
    watchdog_of,
)


def folder_of(account: Account, home: Path, name: str) -> Path:
    """A folder beside the test's home that belongs to `account` alone."""
    folder = home.parent / name
    folder.mkdir()
    account.own(folder)
    folder.chmod(0o700)
    return folder


def test_the_server_is_never_root(home: Path) -> None:
    """Whoever starts it, PostgreSQL runs as an unprivileged user who owns the data."""
    with open_database(ServerSettings(home)) as database:
        server = Path(f"/proc/{database.server_pid()}").stat().st_uid
        data = (home / "postgres" / "data").stat()
    assert server == data.st_uid != 0
    assert 0o700 == data.st_mode & 0o777
    assert IS_ROOT == (server != os.geteuid())


def test_the_whole_life_as_an_ordinary_user(home: Path) -> None:
    """A user without any rights starts, is served after kill -9 of the server, joins and stops."""
    account = user("nobody")
    var = folder_of(account, home, "theirs") / "var"
    with owner(var, "exclusive", account=account) as first:
        assert account.uid == Path(f"/proc/{first.server}").stat().st_uid
        assert account.uid == Path(f"/proc/{watchdog_of(var)}").stat().st_uid
        os.kill(first.server, 9)
        with owner(var, account=account) as second:
            assert first.conninfo == second.conninfo
            assert first.server != second.server
    assert {} == processes_of(var)
    with owner(var, account=account) as again:
        again.kill()
        with owner(var, account=account) as next_one:
            assert again.server != next_one.server


def test_two_users_with_the_same_layout(home: Path) -> None:
    """Users who each start in their own `./var` get servers that know nothing of each other."""
    ours, theirs = user("daemon"), user("nobody")
    here, there = folder_of(ours, home, "ours"), folder_of(theirs, home, "theirs")
    with (
        owner("var", account=ours, cwd=here) as first,
        owner("var", account=theirs, cwd=there) as second,
    ):
        assert first.conninfo != second.conninfo
        assert first.server != second.server
        assert (ours.uid, theirs.uid) == (
            Path(f"/proc/{first.server}").stat().st_uid,
            Path(f"/proc/{second.server}").stat().st_uid,
        )
    assert {} == processes_of(here / "var") | processes_of(there / "var")


def test_nobody_else_may_connect(made_home: Path) -> None:
    """The map of users lets in who started the server, and no database user but the two."""
    with open_database(ServerSettings(made_home)) as database:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(database.conninfo(), user="sunledger_writer")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(database.conninfo(), dbname="postgres")
        connect_again(database.conninfo()).close()
    allowed = (made_home / "postgres" / "pg_ident.conf").read_text().split()
    users = {Account.current().name, server_account(None, made_home / "postgres" / "data").name}
    assert users == {word.strip('"') for word in allowed[1::3]}


def test_a_home_on_a_closed_path_is_refused(home: Path) -> None:
    """A home that the server's user, or we ourselves, cannot enter is refused by its name."""
    closed = home.parent / "closed"
    closed.mkdir(mode=0o700 if IS_ROOT else 0o500)
    error = refuses(ServerSettings(closed / "var"))
    assert ("home_not_enterable" if IS_ROOT else "home_unusable") == error.code
    assert str(closed) in str(error)


def test_the_wished_user_must_fit(made_home: Path) -> None:
    """As root a user that is missing, is root, or does not own the data is refused by name."""
    data = made_home / "postgres" / "data"
    refused = {
        name: refuses(ServerSettings(made_home, system_user=name)).code
        for name in ("no-such-user", "root", "daemon")
        if IS_ROOT
    }
    expected = {"no-such-user": "system_user", "root": "system_user", "daemon": "home_owner"}
    assert refused == (expected if IS_ROOT else {})
    owner_name = server_account(None, data).name
    assert owner_name in ((*UNPRIVILEGED,) if IS_ROOT else (Account.current().name,))


def test_unreachable_programs_are_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the server's user cannot reach the wheel's programs, a copy that it can run is made."""
    bin_directory = find_programs(None, home).directory
    closed = home.parent / "closed"
    package = closed / bin_directory.parents[1].name
    (package / "install" / "bin").mkdir(parents=True)
    closed.chmod(0o700)
    shutil.copy(bin_directory / "postgres", package / "install" / "bin")
    found = Programs(package / "install" / "bin", find_programs(None, home).major)
    monkeypatch.setattr(programs, "_wheel_directories", lambda: [found.directory])
    account = server_account(None, home)
    usable = runnable_by(found, account, home.parent / "programs")
    assert usable.directory.is_relative_to(home.parent / "programs") == IS_ROOT
    assert usable == runnable_by(found, account, home.parent / "programs")
