"""Keys, signing, and what is refused before it is signed."""

import stat
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from ledger.transparency.checkpoints import Checkpoint
from ledger.transparency.cosignatures import TIME_MAX, cosign, time_of
from ledger.transparency.errors import MalformedError
from ledger.transparency.faults import Fault
from ledger.transparency.keys import SigningKey, SigningKeyError
from ledger.transparency.notes import SIGNATURES_MAX, Note, Signature, cosignature, sign, verify
from ledger.transparency.tree import EMPTY_ROOT
from ledger.transparency.vkeys import _SMALL_ORDER, ED25519, VerifierKey, is_small_order
from tests.ledger.transparency import story

# The curve of Ed25519 (RFC 8032, 5.1): −x² + y² = 1 + dx²y² modulo P.
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def with_y(y: int) -> Point:
    """A point of the curve with this y."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert square == x * x % P
    return x, y % P


def add(one: Point, two: Point) -> Point:
    """The sum of two points."""
    (x1, y1), (x2, y2) = one, two
    both = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - both, -1, P)
    return x % P, y % P


def test_points_of_small_order() -> None:
    """The listed points, eight times themselves, are nothing; with either bit of x they are listed.

    They are all: every spelling below 2^255 of the y that halving the neutral point thrice gives.
    """
    for listed in _SMALL_ORDER:
        point = with_y(int.from_bytes(listed, "little"))
        for _ in range(3):
            point = add(point, point)
        assert (0, 1) == point
        assert is_small_order(listed)
        assert is_small_order(listed[:-1] + bytes([listed[-1] | 0x80]))
    found = {int.from_bytes(listed, "little") % P for listed in _SMALL_ORDER}
    # Order 1, 2 and 4 have y = 1, −1 and 0; the four of order 8 share one y and its opposite.
    assert {0, 1, P - 1} < found
    [eighth, other] = found - {0, 1, P - 1}
    assert 0 == (eighth + other) % P
    spellings = {y for residue in found for y in (residue, residue + P) if y < 2**255}
    assert {y.to_bytes(32, "little") for y in spellings} == _SMALL_ORDER
    assert not is_small_order(story.LOG.public(ED25519).public)


def test_a_secret_is_kept_by_its_owner_alone(tmp_path: Path) -> None:
    """The file of a key has the seed and mode 0600; neither stands in the key's text."""
    path = tmp_path / "keys" / "log.key"
    story.LOG.save(path)
    name, seed, end = path.read_text().split("\n")
    assert (story.ORIGIN, story.LOG.seed, "") == (name, b64decode(seed), end)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert str(story.LOG.seed) not in repr(story.LOG)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "\ud800", "n" * 1_025])
def test_no_key_under_a_name_that_cannot_be_read(name: str) -> None:
    """A key name that no note can carry is refused before anything is signed."""
    with pytest.raises(ValueError, match="a key name"):
        SigningKey.from_seed(name, bytes(32))


def test_a_seed_has_32_bytes() -> None:
    """A seed of another length is refused."""
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey.from_seed("name", bytes(31))


@pytest.mark.parametrize("time", [-1, TIME_MAX + 1])
def test_no_cosignature_outside_its_time(time: int) -> None:
    """A time before the epoch or beyond 63 bits is not signed; the ends are."""
    with pytest.raises(ValueError, match="a time from 0"):
        cosign(story.WITNESSES[0], story.note(5).text, time)
    ends = (0, TIME_MAX)
    values = [cosign(story.WITNESSES[0], story.note(5).text, each) for each in ends]
    assert ends == tuple(map(time_of, values))


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\ud800\n", "\x1f\n"])
def test_no_text_is_signed_that_is_no_note(text: str) -> None:
    """What could not be read back is not signed, by log or witness."""
    with pytest.raises(MalformedError):
        sign(text, story.LOG)
    with pytest.raises(MalformedError):
        cosignature(text, story.WITNESSES[0], story.NOW)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (Checkpoint("", 1, EMPTY_ROOT), Fault.EMPTY_LINE),
        (Checkpoint("two\nlines", 1, EMPTY_ROOT), Fault.NUMBER),
        (Checkpoint(story.ORIGIN, -1, EMPTY_ROOT), Fault.NUMBER),
        (Checkpoint(story.ORIGIN, 2**64, EMPTY_ROOT), Fault.NUMBER_RANGE),
        (Checkpoint(story.ORIGIN, 1, EMPTY_ROOT[:-1]), Fault.HASH_LENGTH),
        (Checkpoint(story.ORIGIN, 1, EMPTY_ROOT, ("", "more")), Fault.EMPTY_LINE),
        (Checkpoint(story.ORIGIN, 1, EMPTY_ROOT, ("one\ntwo",)), Fault.FIELD),
        (Checkpoint(story.ORIGIN, 0, bytes(32)), Fault.ROOT),
        (Checkpoint("ledger.example/other", 1, EMPTY_ROOT), Fault.KEY_NAME),
    ],
)
def test_no_checkpoint_is_signed_that_says_something_else(wrong: Checkpoint, fault: Fault) -> None:
    """A log signs no checkpoint that would be read otherwise, and none of another log."""
    with pytest.raises(MalformedError) as refusal:
        wrong.sign(story.LOG)
    assert fault == refusal.value.fault


def test_two_keys_that_cannot_be_told_apart() -> None:
    """The same key twice is one; two keys under one name and id are refused."""
    key = story.LOG.public(ED25519)
    note = story.note(5)
    assert [key] == list(verify(note, [key, VerifierKey.parse(str(key))]))
    twin = VerifierKey(key.name, key.kind, story.WITNESSES[0].public(ED25519).public)
    # A key id has 32 bits, so a twin can be made; here it is given one.
    twin.__dict__["id"] = key.id
    with pytest.raises(MalformedError):
        verify(note, [key, twin])


@pytest.mark.parametrize("count", [SIGNATURES_MAX, SIGNATURES_MAX + 1])
def test_the_most_signatures(count: int) -> None:
    """A note has as many signatures as the limit says, and not one more."""
    line = Signature("stranger", bytes(4), bytes(64))
    data = Note("text\n", (line,) * count).encode()
    if count > SIGNATURES_MAX:
        with pytest.raises(MalformedError):
            Note.parse(data)
    else:
        assert count == len(Note.parse(data).signatures)


def test_a_key_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """The file gives back the key; where there is no file there is no key."""
    story.LOG.save(tmp_path / "keys" / "a.key")
    assert story.LOG == SigningKey.load(tmp_path / "keys" / "a.key")
    assert SigningKey.load(tmp_path / "keys" / "b.key") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A mode that lets in anybody but the owner is an error that names the file."""
    path = tmp_path / "a.key"
    story.LOG.save(path)
    path.chmod(mode)
    with pytest.raises(SigningKeyError) as refused:
        SigningKey.load(path)
    assert str(path) in str(refused.value)


SEED = b64encode(bytes(32))


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"ledger.example\n",
        b"ledger.example\n" + SEED,
        b"ledger.example\n" + SEED[:-4] + b"\n",
        b"ledger.example\n" + SEED + b"\n\n",
        b"ledger.example\n" + SEED + b"\nx",
        b"ledger.example\n " + SEED + b"\n",
        b"led ger\n" + SEED + b"\n",
        b"\n" + SEED + b"\n",
        b"\xff\n" + SEED + b"\n",
        b"a" * 10_000,
    ],
)
def test_a_damaged_key_is_refused(tmp_path: Path, damage: bytes) -> None:
    """What was cut off or changed is no key, and nothing of it is repeated."""
    path = tmp_path / "a.key"
    story.LOG.save(path)
    path.write_bytes(damage)
    with pytest.raises(SigningKeyError) as refused:
        SigningKey.load(path)
    assert SEED.decode() not in str(refused.value)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    """A folder of the name is refused like any other damage."""
    (tmp_path / "a.key").mkdir(mode=0o700)
    with pytest.raises(SigningKeyError):
        SigningKey.load(tmp_path / "a.key")
