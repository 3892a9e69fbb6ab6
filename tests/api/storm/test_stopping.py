"""Being told to end, and beginning again: what was taken on is answered, and nothing is left."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from threading import Event, Thread
from time import monotonic

import pytest

from ledger.events.exchanges import GoodsExchanged
from ledger.log.entries import decode
from ledger.server.layout import Layout
from ledger.server.locks import holder_pid
from tests.api.cli.conftest import PROGRAM, environment
from tests.api.storm.clients import Client, basket
from tests.api.storm.serving import (
    SECONDS_MAX,
    Furnished,
    Goods,
    Server,
    empty_home,
    furnished_home,
    processes_of,
    serving,
)
from tests.support.whole import check_log

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(180)]

DESKS = 16
ENOUGH = 200
"""Answers after which the server is told to end."""


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """A home with plenty of everything."""
    with furnished_home(DESKS, 100_000, [Goods("mild", 1, 100_000)], DESKS) as made:
        yield made


class Rush:
    """Desks that hand baskets over without a pause, until nobody answers any more."""

    def __init__(self, furnished: Furnished, server: Server, name: str) -> None:
        """Begin."""
        self.accepted: list[int] = []
        self.statuses: set[int] = set()
        self.enough = Event()
        self._name = name
        self._threads = [
            Thread(target=self._run, args=(desk, Client(lambda: server.port, key)), daemon=True)
            for desk, key in enumerate(furnished.desks)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, desk: int, client: Client) -> None:
        with client, suppress(OSError, HTTPException):
            for n in range(100_000):
                told = client.send(basket(f"{self._name}-{desk}-{n}", desk + 1, "mild"))
                self.statuses.add(told.status)
                if told.status == 201:
                    self.accepted.append(told.json()["position"])
                if len(self.accepted) >= ENOUGH:
                    self.enough.set()

    def over(self) -> None:
        """Wait until all have given up."""
        for thread in self._threads:
            thread.join(SECONDS_MAX)
            assert not thread.is_alive()


def exchanges(furnished: Furnished) -> set[int]:
    """The positions of all exchanges of the log."""
    with furnished.opened() as (_, recorder):
        return {
            logged.position
            for logged in check_log(recorder)
            if isinstance(decode(logged).event, GoodsExchanged)
        }


def terminate(server: Server) -> None:
    """As a service manager does."""
    server.process.send_signal(signal.SIGTERM)


def press_ctrl_c(server: Server) -> None:
    """As a terminal does: everything that was started in it is told, the database too."""
    os.killpg(server.process.pid, signal.SIGINT)


def close_terminal(server: Server) -> None:
    """As a terminal does whose window is closed."""
    os.killpg(server.process.pid, signal.SIGHUP)


@pytest.mark.parametrize("tell", [terminate, press_ctrl_c, close_terminal])
def test_what_was_taken_on_is_answered(
    furnished: Furnished, tell: Callable[[Server], None]
) -> None:
    """No exchange is in the log without its answer, nothing runs, and the next start works."""
    before = exchanges(furnished)
    with serving(furnished.home) as server:
        rush = Rush(furnished, server, tell.__name__)
        assert rush.enough.wait(SECONDS_MAX)
        assert len(processes_of(furnished.home)) > 2
        tell(server)
        assert 0 == server.ended()
        rush.over()
    assert {201} == rush.statuses
    assert [] == processes_of(furnished.home)
    assert sorted(rush.accepted) == sorted(exchanges(furnished) - before)


def test_a_database_that_is_gone_for_good(furnished: Furnished) -> None:
    """Without the watchdog nobody starts PostgreSQL again: the server ends, and says why."""
    with serving(furnished.home) as server:
        layout = Layout(furnished.home / "postgres")
        os.kill(watchdog_of(furnished), signal.SIGKILL)
        assert 1 == server.ended()
        said = furnished.home.with_name("serve.log").read_text().splitlines()[-1]
        assert said.startswith("The database server has ended and does not come back.")
        assert server.process.pid == holder_pid(layout.owner_lock)
    assert [] == processes_of(furnished.home)
    with serving(furnished.home) as server, Client(lambda: server.port, furnished.desks[0]) as desk:
        assert 201 == desk.answered(basket("again", 1, "mild")).status
        assert 0 == server.stop()


def watchdog_of(furnished: Furnished) -> int:
    """The process between the server of a home and its PostgreSQL."""
    running = processes_of(furnished.home)
    (found,) = [line for line in running if "/watchdog.py " in line]
    return int(found.split()[0])


def test_a_server_that_joined_goes_on_with_the_next_owner(furnished: Furnished) -> None:
    """When the process that owns the database is killed, the other waits for it to come back."""
    with serving(furnished.home) as owner, serving(furnished.home) as joined:
        with Client(lambda: joined.port, furnished.desks[0]) as desk:
            told = desk.answered(basket("joined", 1, "mild"))
            owner.kill()
            owner.ended()
            with serving(furnished.home, owner.port) as following:
                again = desk.answered(basket("joined", 1, "mild"))
                assert (201, told.content) == (again.status, again.content)
                assert 201 == desk.answered(basket("joined-2", 1, "mild")).status
                assert (0, 0) == (joined.stop(), following.stop())
    assert [] == processes_of(furnished.home)


def run_serve(home: str, *options: str) -> tuple[int, list[str]]:
    """How a server that cannot serve ends: its exit code and what it said."""
    done = subprocess.run(
        [*PROGRAM, "serve", *options],
        env=environment(SUNLEDGER_HOME=home),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert "" == done.stdout
    return done.returncode, done.stderr.splitlines()


def test_a_port_that_is_taken(furnished: Furnished) -> None:
    """One sentence that names the address and the way out, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run_serve(str(furnished.home), "--port", str(port))
    sentence = f"Nothing can listen on http://127.0.0.1:{port} (Address already in use)."
    assert (1, [f"{sentence} Choose another with --port."]) == (code, said)


def test_an_empty_home() -> None:
    """One sentence, and nothing is made."""
    with empty_home() as settings:
        code, said = run_serve(str(settings.home))
        assert [] == list(settings.home.parent.iterdir())
    assert 2 == code
    assert 1 == len(said)
    assert said[0].startswith("There is no ledger here yet. ")


def test_starting_while_another_is_still_stopping(furnished: Furnished) -> None:
    """A start right behind an end waits for it, and then works."""
    began = monotonic()
    with serving(furnished.home) as first:
        first.process.send_signal(signal.SIGTERM)
        with serving(furnished.home) as second:
            assert 0 == first.ended()
            with Client(lambda: second.port, furnished.desks[0]) as desk:
                assert 201 == desk.answered(basket("behind", 1, "mild")).status
            assert 0 == second.stop()
    assert monotonic() - began < SECONDS_MAX
