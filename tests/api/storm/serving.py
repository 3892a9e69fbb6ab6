"""The real `sunledger serve`, as a process of its own, on a home that a test has furnished."""

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from ledger.commands.goods import ListItem, ReceiveGoods
from ledger.commands.officers import AppointOfficer
from ledger.log.communities import schema_of
from ledger.log.datastore import LogDatastore
from ledger.log.recorder import LedgerRecorder
from ledger.server import WRITER, Database, ServerSettings, open_database
from ledger.server.config import cluster_name
from ledger.server.layout import Layout
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from tests.api.cli.conftest import PROGRAM, environment
from tests.support.ledgers import LOG_KEY, OPENED
from tests.support.live import LiveLedger, grant, live_house

COMMUNITY = "storm"
CLERKS = ("D", "D2", "D3", "D4")
SECONDS_MAX = 60.0
"""How long anything here is waited for before the test fails."""
_READY = re.compile(rb"http://[^ ]*:(\d+)")


@dataclass(frozen=True)
class Goods:
    """An item of the shelf: its price and how many there are."""

    item: str
    price: int
    stock: int


@dataclass(frozen=True)
class Furnished:
    """A home with a ledger in it, and the keys of its clerks and its secretary."""

    settings: ServerSettings
    desks: list[str]
    office: str

    @property
    def home(self) -> Path:
        """What SUNLEDGER_HOME is set to."""
        return self.settings.home

    @contextmanager
    def opened(self) -> Iterator[tuple[Database, LedgerRecorder]]:
        """The database and the log, in this process."""
        with open_database(self.settings) as database:
            recorder = LedgerRecorder(LogDatastore(database.conninfo(WRITER), schema_of(COMMUNITY)))
            try:
                yield database, recorder
            finally:
                recorder.close()


@contextmanager
def empty_home() -> Iterator[ServerSettings]:
    """A home in a folder of its own that goes, with all that lies beside it, at the end."""
    # Not pytest's own folder, which root keeps closed to the user that runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="serve-")).resolve()
    folder.chmod(0o755)
    try:
        yield ServerSettings(folder / "var")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def furnished_home(
    households: int, points: int, goods: Sequence[Goods] = (), desks: int = 1
) -> Iterator[Furnished]:
    """A home whose households have so many points each, with goods and keys; nothing runs."""
    with empty_home() as settings:
        with open_database(settings) as database:
            house = live_house(database, COMMUNITY, settings.home)
            ledger = LiveLedger(house.writer, house.store)
            ledger.trading(households=households, points=points)
            furnish(ledger, goods)
            ledger.carried_on()
            keys = [grant(ledger, house, CLERKS[n % len(CLERKS)], Scope.DESK) for n in range(desks)]
            office = grant(ledger, house, "S", Scope.OFFICE)
            house.stop()
            LOG_KEY.save(settings.home / "keys" / f"{COMMUNITY}.key")
        yield Furnished(settings, keys, office)


def furnish(ledger: LiveLedger, goods: Sequence[Goods]) -> None:
    """More clerks, and more on the shelf."""
    for officer in CLERKS[1:]:
        ledger.do(AppointOfficer(officer=officer, name="", kind=PostKind.CLERK, begins=OPENED))
    for each in goods:
        names = {"name_zh": each.item, "name_en": each.item, "unit": "bag"}
        ledger.do(ListItem(item=each.item, price=each.price, limit=None, **names), "officer:K")
        ledger.do(ReceiveGoods(item=each.item, quantity=each.stock, donor="粮店"), "officer:K")


class Server:
    """A process that serves a home. It says where before this returns; its log goes to a file."""

    def __init__(self, home: Path, port: int = 0) -> None:
        """Start it."""
        with open(home.with_name("serve.log"), "ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(SUNLEDGER_HOME=str(home)),
                start_new_session=True,
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = _READY.search(said)
        if found is None:
            self.end()
            raise AssertionError(said, home.with_name("serve.log").read_text()[-2_000:])
        self.port = int(found[1])

    def kill(self) -> None:
        """Kill it, whatever it does."""
        self.process.kill()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        code = self.process.wait(SECONDS_MAX)
        self.end()
        return code

    def end(self) -> None:
        """Leave nothing of it."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def serving(home: Path, port: int = 0) -> Iterator[Server]:
    """A server for the length of the block."""
    server = Server(home, port)
    try:
        yield server
    finally:
        server.end()


class Supervised:
    """A server that is started again, at the same port, whenever it ends: a process manager."""

    def __init__(self, home: Path) -> None:
        """Start it, and watch it from now on."""
        self._home = home
        self.server = Server(home)
        self.port = self.server.port
        self.starts = 1
        self._up, self._leaving = Event(), Event()
        self._up.set()
        self._watch = Thread(target=self._run, name="process manager")
        self._watch.start()

    def _run(self) -> None:
        while True:
            self.server.process.wait()
            if self._leaving.is_set():
                return
            self._up.clear()
            self.server.end()
            self.server = Server(self._home, self.port)
            self.starts += 1
            self._up.set()

    def running(self) -> Server:
        """The server, once there is one."""
        assert self._up.wait(SECONDS_MAX)
        return self.server

    def kill(self) -> None:
        """Kill the server and wait until the next one serves."""
        server = self.running()
        self._up.clear()
        server.kill()
        assert self._up.wait(SECONDS_MAX)

    def stop(self) -> int:
        """Tell it to end and do not start it again; its exit code."""
        server = self.running()
        self._leaving.set()
        server.process.send_signal(signal.SIGTERM)
        self._watch.join(SECONDS_MAX)
        return server.ended()

    def end(self) -> None:
        """Leave nothing of it."""
        self._leaving.set()
        self.server.end()
        self._watch.join(SECONDS_MAX)


@contextmanager
def supervised(home: Path) -> Iterator[Supervised]:
    """A supervised server for the length of the block."""
    found = Supervised(home)
    try:
        yield found
    finally:
        found.end()


def processes_of(home: Path) -> list[str]:
    """Command lines, or PostgreSQL's own titles, of what runs for a home."""
    marks = (str(home), cluster_name(Layout(home / "postgres")))
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], check=True, capture_output=True, text=True
    )
    lines = listed.stdout.splitlines()
    return [line for line in lines if any(mark in line for mark in marks)]
