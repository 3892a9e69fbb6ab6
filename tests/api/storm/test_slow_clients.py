"""Callers that dribble, hang up or say nothing: others are served as if they were not there."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from time import monotonic

import pytest

from api.web.body import BODY_BYTES_MAX, BODY_SECONDS_MAX
from api.web.connections import CONNECTIONS_MAX, HEAD_SECONDS_MAX
from tests.api.storm.clients import EXCHANGES, Client, basket
from tests.api.storm.conftest import Twins
from tests.api.storm.serving import SECONDS_MAX

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

MEMORY_BYTES_MAX = 60_000_000
"""By how much a server may grow for everybody who keeps it waiting at once."""
LATE_SECONDS_MAX = 20.0
"""How much later than promised something may happen on a busy machine."""


def connect(twins: Twins) -> socket.socket:
    """A connection to the first server."""
    return socket.create_connection(("127.0.0.1", twins.servers[0].port), SECONDS_MAX)


@contextmanager
def many(twins: Twins, count: int, said: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many connections, on each of which something was said."""
    with ExitStack() as stack:
        opened = [stack.enter_context(connect(twins)) for _ in range(count)]
        for each in opened:
            each.sendall(said)
        yield opened


def head(twins: Twins, key: str, length: int) -> bytes:
    """The head of a request whose body is to be so long."""
    lines = [
        f"POST {EXCHANGES} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {twins.furnished.desks[1]}",
        f"Idempotency-Key: {key}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def resident_bytes(twins: Twins) -> int:
    """The memory that the first server holds."""
    pid = str(twins.servers[0].process.pid)
    shown = subprocess.run(["ps", "-o", "rss=", "-p", pid], check=True, capture_output=True)
    return int(shown.stdout) * 1024


def last_words(connection: socket.socket) -> bytes:
    """What comes until the other side hangs up."""
    connection.settimeout(SECONDS_MAX)
    said = b""
    while more := connection.recv(65_536):
        said += more
    return said


def check_served(twins: Twins, name: str) -> None:
    """A desk is answered, several times on one connection and once on a new one."""
    for server in (0, 0, 1):
        with twins.client(server) as client:
            for n in range(3):
                assert client.answered(basket(f"{name}-{n}", 11, "mild")).status == 201
            assert {201} == client.statuses


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that is bound to come."""
    deadline, never = monotonic() + SECONDS_MAX, Event()
    while not condition():
        assert monotonic() < deadline
        never.wait(0.02)


def test_two_hundred_that_say_nothing(twins: Twins) -> None:
    """They are hung up on after some seconds; meanwhile and afterwards others are served."""
    before, began = resident_bytes(twins), monotonic()
    with many(twins, 200) as idle:
        check_served(twins, "idle")
        assert resident_bytes(twins) - before < MEMORY_BYTES_MAX
        assert {b""} == {last_words(each) for each in idle}
    assert HEAD_SECONDS_MAX - 1 < monotonic() - began < HEAD_SECONDS_MAX + LATE_SECONDS_MAX


def test_a_head_and_a_body_that_dribble(twins: Twins) -> None:
    """A head that never ends is hung up on, a body that never ends is told why; neither is run."""
    body = basket("slow", 11, "mild").body
    begun = head(twins, "slow", len(body)) + body[:-1]
    before = resident_bytes(twins)
    with twins.client(0) as client:
        balance = client.look_up(11)["balance"]
    with many(twins, 40, begun[:-1]) as bodies, many(twins, 40, begun[:60]) as heads:
        for each in (*bodies, *heads):
            each.sendall(begun[60:61])
        check_served(twins, "dribble")
        assert resident_bytes(twins) - before < MEMORY_BYTES_MAX
        assert {b""} == {last_words(each) for each in heads}
        told = [last_words(each) for each in bodies]
    assert [b"HTTP/1.1 408"] * 40 == [said[:12] for said in told]
    assert [int(BODY_SECONDS_MAX)] * 40 == [seconds_of(said) for said in told]
    with twins.client(0) as client:
        assert balance - 3 == client.look_up(11)["balance"]


def seconds_of(said: bytes) -> int:
    """The seconds that a problem names."""
    title = json.loads(said.split(b"\r\n\r\n", 1)[1])["title"]
    return int("".join(letter for letter in title if letter.isdigit()))


def test_more_body_than_is_taken(twins: Twins) -> None:
    """A body without an end is cut off at its limit, whether it states its length or not."""
    chunked = head(twins, "big", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    piece = b"%x\r\n%s\r\n" % (8_192, b" " * 8_192)
    before = resident_bytes(twins)
    for said in (head(twins, "big", BODY_BYTES_MAX + 1), chunked + piece * 9):
        with many(twins, 20, said) as opened:
            assert {b"HTTP/1.1 413"} == {each.recv(12) for each in opened}
    assert resident_bytes(twins) - before < MEMORY_BYTES_MAX
    check_served(twins, "big")


def test_hanging_up_in_the_middle(twins: Twins) -> None:
    """Who hangs up before the end of a body has asked for nothing; nobody is troubled by it."""
    body = basket("gone", 12, "mild").body
    with many(twins, 50, head(twins, "gone", len(body)) + body[:10]):
        pass
    check_served(twins, "gone")
    with twins.client(0, desk=1) as client:
        balance = client.look_up(12)["balance"]
        assert 201 == client.answered(basket("gone", 12, "mild")).status
        assert balance - 1 == client.look_up(12)["balance"]
    log = twins.furnished.home.with_name("serve.log").read_text()
    assert "request-failed" not in log
    assert '"status": 499' in log
    assert '"status": 500' not in log


def test_hanging_up_before_the_answer(twins: Twins) -> None:
    """Who hangs up after the end of a body finds by the same key what became of it."""
    order = basket("unheard", 12, "mild")
    with twins.client(0, desk=1) as client:
        balance = client.look_up(12)["balance"]
        with many(twins, 50, head(twins, order.key, len(order.body)) + order.body):
            pass
        wait_until(lambda: client.look_up(12)["balance"] == balance - 1)
        assert 201 == client.answered(order).status
        assert balance - 1 == client.look_up(12)["balance"]


def test_more_connections_than_there_may_be(twins: Twins) -> None:
    """The last ones are hung up on at once; those taken on are served, and others after."""
    port = twins.servers[0].port
    with Client(lambda: port, twins.furnished.desks[0]) as kept:
        assert 201 == kept.answered(basket("crowd-0", 11, "mild")).status
        with many(twins, CONNECTIONS_MAX) as crowd:
            assert b"" == refused(crowd[-1])
            assert 201 == kept.answered(basket("crowd-1", 11, "mild")).status
    check_served(twins, "crowd")


def refused(connection: socket.socket) -> bytes:
    """What a connection that is hung up on at once gives."""
    try:
        return connection.recv(1)
    except ConnectionError:
        return b""
