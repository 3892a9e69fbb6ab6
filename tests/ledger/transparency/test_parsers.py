"""Strangers' bytes: nothing but a refusal, one spelling for everything, and no byte to change."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.transparency.checkpoints import Checkpoint, open_signed
from ledger.transparency.errors import MalformedError, TransparencyError
from ledger.transparency.faults import Fault
from ledger.transparency.notes import NOTE_BYTES_MAX, Note, Signature, parse_signatures
from ledger.transparency.policy import POLICY_BYTES_MAX
from ledger.transparency.policy import parse as parse_policy
from ledger.transparency.proofs import EXTRA_BYTES_MAX, PROOF_BYTES_MAX, InclusionProof
from ledger.transparency.tree import LEVELS_MAX
from ledger.transparency.vkeys import NAME_LENGTH_MAX, VerifierKey
from ledger.transparency.witness import HASHES_MAX, REQUEST_BYTES_MAX, Request
from tests.ledger.transparency import story
from tests.ledger.transparency.vectors import attempt

KEYS = [story.LOG.public(b"\x01")]
SIGNED = story.note(20, 1).encode()
PROOF = story.proof(11, 20, 2).encode()
REQUEST = story.request(11, 20).encode()
POLICY = b"log %s\nquorum none\n" % story.LOG.verifier.encode()
PARSERS: dict[str, tuple[Callable[[bytes], object], bytes, int]] = {
    "note": (Note.parse, SIGNED, NOTE_BYTES_MAX),
    "proof": (InclusionProof.parse, PROOF, PROOF_BYTES_MAX),
    "request": (Request.parse, REQUEST, REQUEST_BYTES_MAX),
    "policy": (parse_policy, POLICY, POLICY_BYTES_MAX),
}
TEXT_PARSERS: dict[str, tuple[Callable[[str], object], str]] = {
    "checkpoint": (Checkpoint.parse, story.checkpoint(20).text),
    "vkey": (VerifierKey.parse, story.LOG.verifier),
    "line": (Signature.parse, str(story.note(20).signatures[0])[:-1]),
}
places = st.integers(0, 10_000)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes with a piece cut out, doubled, or put in the place of another."""
    start, end = sorted(draw(st.tuples(places, places)))
    start, end = start % (len(whole) + 1), end % (len(whole) + 1)
    piece = draw(
        st.sampled_from([b"", b"\n", b"\n\n", b"\0", b"\xff", b" ", b"=", whole[start:end]])
    )
    return whole[:start] + piece + whole[max(start, end) :]


def changed(whole: bytes, place: int, mask: int) -> bytes:
    """Bytes with one of them changed."""
    place %= len(whole)
    return whole[:place] + bytes([whole[place] ^ mask]) + whole[place + 1 :]


@pytest.mark.parametrize("what", PARSERS)
@given(data=st.data())
def test_bytes_are_read_or_refused(what: str, data: st.DataObject) -> None:
    """Any bytes and any damage are read, or end in the one error; what is read is written back."""
    read, whole, _ = PARSERS[what]
    tried = data.draw(st.binary(max_size=300) | damaged(whole))
    found = attempt(lambda: read(tried))
    if isinstance(found, Note | InclusionProof | Request):
        assert tried == found.encode()
    assert read(whole) is not None


@pytest.mark.parametrize("what", TEXT_PARSERS)
@given(data=st.data())
def test_texts_are_read_or_refused(what: str, data: st.DataObject) -> None:
    """The same for what stands in a line or a note; lone surrogates are no text."""
    read, whole = TEXT_PARSERS[what]
    harmed = damaged(whole.encode()).map(lambda each: each.decode(errors="surrogateescape"))
    tried = data.draw(st.text(st.characters(exclude_categories=[])) | harmed)
    found = attempt(lambda: read(tried))
    if isinstance(found, Checkpoint):
        assert tried == found.text
    elif found is not None:
        assert tried == str(found).removesuffix("\n")
    assert read(whole) is not None


@pytest.mark.parametrize("what", PARSERS)
def test_nothing_endless_is_read(what: str) -> None:
    """What is longer than the limit is refused before anything is made of it."""
    read, _, bytes_max = PARSERS[what]
    with pytest.raises(MalformedError) as refusal:
        read(bytes(bytes_max + 1))
    assert Fault.TOO_LONG == refusal.value.fault


def with_hashes(count: int) -> bytes:
    """A proof with so many hashes."""
    return InclusionProof(1, (bytes(32),) * count, b"c").encode()


def with_proof(count: int) -> bytes:
    """A request with so many hashes."""
    sound = story.request(1, 2)
    return Request(1, (bytes(32),) * count, sound.checkpoint, sound.note).encode()


def with_extra(count: int) -> bytes:
    """A proof with so many bytes of extra data."""
    return InclusionProof(1, (), b"c", bytes(count)).encode()


def named(count: int) -> bytes:
    """A note that is signed under a name of so many characters."""
    return Note("text\n", (Signature("\u540d" * count, bytes(4), b"signature"),)).encode()


@pytest.mark.parametrize(
    ("read", "make", "most"),
    [
        (InclusionProof.parse, with_hashes, LEVELS_MAX),
        (InclusionProof.parse, with_extra, EXTRA_BYTES_MAX),
        (Request.parse, with_proof, HASHES_MAX),
        (Note.parse, named, NAME_LENGTH_MAX),
    ],
)
def test_each_limit_is_where_it_is_said(
    read: Callable[[bytes], object], make: Callable[[int], bytes], most: int
) -> None:
    """As much as a limit allows is read, and one more is refused."""
    assert read(make(most)) is not None
    with pytest.raises(MalformedError):
        read(make(most + 1))


@given(places, st.integers(1, 255))
def test_no_byte_of_a_checkpoint_can_be_changed(place: int, mask: int) -> None:
    """A checkpoint with one byte changed, in text, name or signature, is refused."""
    signed = story.note(20).encode()
    assert 20 == open_signed(signed, story.ORIGIN, KEYS).checkpoint.size
    with pytest.raises(TransparencyError):
        open_signed(changed(signed, place, mask), story.ORIGIN, KEYS)


@given(places, st.integers(1, 255))
def test_no_byte_of_a_proof_can_be_changed(place: int, mask: int) -> None:
    """A proof with one byte changed is refused where the policy needs all who signed."""
    entry, trusted = story.ENTRIES[11], story.policy(2)
    opened = InclusionProof.parse(PROOF).verify(entry, trusted, story.ORIGIN)
    assert [story.NOW] * 2 == list(trusted.times(opened).values())
    with pytest.raises(TransparencyError):
        InclusionProof.parse(changed(PROOF, place, mask)).verify(entry, trusted, story.ORIGIN)


@given(places, st.integers(1, 255))
@example(4, ord("1") ^ ord("0"))
def test_no_byte_of_a_request_can_be_changed(place: int, mask: int) -> None:
    """A witness cosigns a request, and none with a byte changed."""
    for tried, expected in ((REQUEST, True), (changed(REQUEST, place, mask), False)):
        answer = story.WITNESS.answer(tried, lambda _: story.seen(11), story.NOW)
        assert expected == (answer.status == 200) == (answer.seen is not None)


def test_the_answer_of_a_witness_is_read_alone() -> None:
    """Signature lines are read as a witness sends them, and nothing before or between."""
    lines = story.note(20, 2).signatures
    data = "".join(map(str, lines)).encode()
    assert lines == parse_signatures(data)
    for wrong in (b"", b"text\n\n" + data, data + b"\n" + data, data[:-1], b"\n" + data):
        with pytest.raises(MalformedError):
            parse_signatures(wrong)
