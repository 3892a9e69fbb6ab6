"""What a witness keeps, and that a log and two witnesses come to a proof that holds."""

import pytest

from ledger.transparency.checkpoints import open_signed
from ledger.transparency.cosignatures import time_of
from ledger.transparency.keys import SigningKey
from ledger.transparency.notes import Note, Signature, parse_signatures, sign, verify
from ledger.transparency.proofs import InclusionProof
from ledger.transparency.tree import inclusion_proof
from ledger.transparency.vkeys import COSIGNATURE, ED25519
from ledger.transparency.witness import NOTHING, SIZE, Request, Seen, Witness
from tests.ledger.transparency import story

KEYS = [story.LOG.public(ED25519), story.WITNESSES[0].public(COSIGNATURE)]


def test_what_is_stored_is_what_monitors_read() -> None:
    """The stored note has the log's signature and the witness's, and no stranger's line."""
    request = story.request(0, 12)
    stranger = Signature("stranger.example", bytes(4), bytes(64))
    crowded = Request(0, (), request.checkpoint, Note(request.note.text, (stranger,) * 3))
    crowded = Request(
        0, (), request.checkpoint, crowded.note.with_signatures(*request.note.signatures)
    )
    answer = story.WITNESS.decide(crowded, NOTHING, story.NOW)
    assert answer.seen is not None
    stored = open_signed(answer.seen.note, story.ORIGIN, KEYS)
    assert KEYS == list(stored.signed)
    assert [line for line in stored.note.signatures if line == stranger] == []
    assert (12, stored.checkpoint.root) == (answer.seen.size, answer.seen.root)


def test_a_log_grows_under_the_eyes_of_two_witnesses() -> None:
    """Step by step each witness follows; with their lines a proof holds for a policy of two."""
    witnesses = [Witness(key, story.WITNESS.logs) for key in story.WITNESSES[:2]]
    stored: list[Seen] = [NOTHING] * 2
    for size in (0, 1, 7, 8, 8, 30):
        note = story.note(size)
        for at, witness in enumerate(witnesses):
            body = story.request(stored[at].size, size).encode()
            answer = witness.answer(body, {story.ORIGIN: stored[at]}.get, story.NOW + size)
            assert 200 == answer.status
            assert answer.seen is not None
            stored[at] = answer.seen
            note = note.with_signatures(*parse_signatures(answer.body))
    hashes = tuple(inclusion_proof(story.tiles(30), 17, 30))
    proof = InclusionProof(17, hashes, note.encode())
    read = InclusionProof.parse(proof.encode())
    opened = read.verify(story.ENTRIES[17], story.policy(2), story.ORIGIN)
    assert [story.NOW + 30] * 2 == [
        time_of(line.value) for key, line in opened.signed.items() if key.kind == COSIGNATURE
    ]


def test_a_split_view_is_refused() -> None:
    """A log that shows one witness another history at a larger size gets no signature."""
    seen = Seen(5, bytes(32))
    answer = story.WITNESS.decide(story.request(5, 12), seen, story.NOW)
    assert (422, None) == (answer.status, answer.seen)


def test_the_stored_size_is_told() -> None:
    """A log that has forgotten where the witness is learns the size to prove from."""
    answer = story.WITNESS.decide(story.request(0, 12), story.seen(7), story.NOW)
    assert (409, b"7\n", SIZE) == (answer.status, answer.body, answer.content_type)


@pytest.mark.parametrize("origin", ["ledger.example/other", "ledger.example/sunshine/"])
def test_nothing_is_looked_up_for_an_unknown_origin(origin: str) -> None:
    """For a log that is not its own a witness asks no store and signs nothing."""
    key = SigningKey.from_seed(origin, bytes(32))
    text = story.checkpoint(3).text.replace(story.ORIGIN, origin)
    body = b"old 0\n\n" + Note(text, (sign(text, key),)).encode()

    def find(_: str) -> Seen | None:
        pytest.fail("the store was asked")

    assert 404 == story.WITNESS.answer(body, find, story.NOW).status


def test_a_witness_does_not_take_its_own_word_for_the_log() -> None:
    """A checkpoint with the witness's line alone is refused."""
    signed = story.note(12, 1)
    alone = Note(signed.text, signed.signatures[1:])
    assert [KEYS[1]] == list(verify(alone, KEYS))
    request = Request(0, (), story.checkpoint(12), alone)
    assert 403 == story.WITNESS.decide(request, NOTHING, story.NOW).status
