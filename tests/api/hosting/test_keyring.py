"""The secret that keys are digested under: who can read it, and what a damaged one does."""

import hmac
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest

from api.hosting.keyring import FILE_NAME, KEY, SECRET_BYTES, Keyring, KeySecretError
from ledger.states.keys import Scope

ROOT = Path(__file__).resolve().parents[3]
RACERS = 6
RACE = """
import sys
from pathlib import Path
from api.hosting.keyring import Keyring
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
sys.stdout.write(Keyring.open(Path(sys.argv[1])).digest("c", "k"))
"""


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """The first opening makes folder and file, closed to others; later ones find the same."""
    folder = tmp_path / "home" / "keys"
    digests = {Keyring.open(folder).digest("c", "k") for _ in range(2)}
    assert 1 == len(digests)
    assert [FILE_NAME] == [path.name for path in folder.iterdir()]
    assert (0o600, 0o700) == (
        (folder / FILE_NAME).stat().st_mode & 0o777,
        folder.stat().st_mode & 0o777,
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o601])
def test_a_secret_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    """Where anybody else could have read or changed the file, it is not used."""
    Keyring.open(tmp_path)
    path = tmp_path / FILE_NAME
    path.chmod(mode)
    with pytest.raises(KeySecretError) as refused:
        Keyring.open(tmp_path)
    assert {"path": str(path)} == refused.value.params


@pytest.mark.parametrize(
    "content",
    [b"", b"short", b64encode(b"x" * 31), b64encode(b"x" * 33), b64encode(b"x" * 32)[:-2], b"\xff"],
)
def test_a_damaged_secret_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    """A file that is not what was written stays as it is: a fresh one would void every key."""
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeySecretError):
        Keyring.open(tmp_path)
    assert content == path.read_bytes()


def test_processes_that_start_together_share_the_secret(tmp_path: Path) -> None:
    """However many make a secret at once, one is whole first and all use it."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(RACERS)
    ]
    try:
        assert ["ready\n"] * RACERS == [racer.stdout.readline() for racer in racers if racer.stdout]
        digests = {racer.communicate("go\n", timeout=60)[0] for racer in racers}
    finally:
        for racer in racers:
            with racer:
                racer.kill()
    assert {Keyring.open(tmp_path).digest("c", "k")} == digests
    assert [FILE_NAME] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("scope", Scope)
def test_keys_are_fresh_and_say_their_scope(scope: Scope) -> None:
    """Each key is another, of the form that the interface looks for, and names its scope."""
    keyring = Keyring(b"x" * SECRET_BYTES)
    keys = {keyring.new_key(scope) for _ in range(100)}
    assert 100 == len(keys)
    assert {scope.value} == {found[1] for key in keys if (found := KEY.fullmatch(key))}
    assert all(KEY.fullmatch(key) for key in keys)


def test_a_digest_depends_on_everything() -> None:
    """Another secret, community or key gives another digest."""
    one, other = Keyring(b"x" * SECRET_BYTES), Keyring(b"y" * SECRET_BYTES)
    digests = [
        one.digest("a", "k"),
        other.digest("a", "k"),
        one.digest("b", "k"),
        one.digest("a", "l"),
    ]
    assert len(digests) == len(set(digests))
    assert {43} == {len(digest) for digest in digests}


def test_a_known_digest() -> None:
    """The digest is HMAC-SHA-256 (RFC 2104) of what the module says, so that it never drifts."""
    secret = bytes(range(SECRET_BYTES))
    expected = hmac.new(secret, b"sunledger-key-1\nguangsha\nkey", "sha256").digest()
    made = Keyring(secret).digest("guangsha", "key")
    assert urlsafe_b64encode(expected).decode().rstrip("=") == made
