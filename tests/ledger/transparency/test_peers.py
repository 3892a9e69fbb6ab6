"""Others agree: trees with pymerkle, signatures with libsodium, and notes taken apart by hand."""

import re
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey as SodiumKey
from nacl.signing import VerifyKey
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.proof import ConsistencyProof

from ledger.transparency.checkpoints import Checkpoint, open_signed
from ledger.transparency.keys import SigningKey
from ledger.transparency.notes import cosignature
from ledger.transparency.tile_hashes import TileBuilder, TileHashes
from ledger.transparency.tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hashes,
    node_hash,
    root,
)
from ledger.transparency.vkeys import VerifierKey

COUNT = 700
ENTRIES = [str(number).encode() for number in range(COUNT)]
TILES = dict(TileBuilder().extend(leaf_hashes(ENTRIES)))
FULL = {(tile.level, tile.index): data for tile, data in TILES.items()}
THEIRS = InmemoryTree.init_from_entries(ENTRIES)
ORIGIN = "ledger.example/sunshine"
LOG = SigningKey.from_seed(ORIGIN, bytes(range(32)))
LINE = re.compile(rb"\xe2\x80\x94 ([^ \n]+) ([A-Za-z0-9+/=]+)\n")


def ours(size: int) -> TileHashes:
    """The tiles of a size, cut from those of all entries."""
    return TileHashes(size, lambda tile: FULL[tile.level, tile.index][: tile.width * 32])


def as_in_the_rfc(proof: ConsistencyProof) -> list[bytes]:
    """Their consistency proof in the form of RFC 6962.

    Theirs goes on down to one leaf of what is new at the seam, and has the last subtree of the old
    tree after it; ours has that subtree first, and what is new at the seam as one hash.
    """
    seam = proof.subset.index(1)
    new, *rights = proof.path[:seam]
    for right in rights:
        new = node_hash(new, right)
    rest = proof.path[seam + 1 :]
    is_complete = proof.prior_size & (proof.prior_size - 1) == 0
    return [*([] if is_complete else [proof.path[seam]]), new, *rest]


@given(st.integers(1, COUNT), st.data())
@settings(max_examples=60)
def test_another_tree_agrees(size: int, data: st.DataObject) -> None:
    """Pymerkle has the same roots and proofs, and its own proofs hold for our roots."""
    index = data.draw(st.integers(0, size - 1))
    head = root(ours(size), size)
    assert THEIRS.get_root(size) == head
    inclusion = THEIRS.prove_inclusion(index + 1, size)
    leaf = leaf_hashes(ENTRIES[index : index + 1])[0]
    assert inclusion.path == [leaf, *inclusion_proof(ours(size), index, size)]
    verify_inclusion(leaf, head, inclusion, index + 1, size)
    if size > 1:
        old = data.draw(st.integers(1, size - 1))
        grown = THEIRS.prove_consistency(old, size)
        assert as_in_the_rfc(grown) == consistency_proof(ours(size), old, size)
        verify_consistency(root(ours(old), old), head, grown, old, size)


@given(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32), st.integers(0, 2**63 - 1))
@settings(max_examples=60)
def test_our_notes_hold_elsewhere(size: int, head: bytes, time: int) -> None:
    """A reader that splits the bytes by hand and asks libsodium finds our signatures good."""
    head = head if size else sha256().digest()
    note = Checkpoint(ORIGIN, size, head).sign(LOG)
    witness = SigningKey.from_seed("witness.example/w", bytes(32))
    data = note.with_signatures(cosignature(note.text, witness, time)).encode()
    text, _, block = data.rpartition(b"\n\n")
    assert [ORIGIN, str(size), b64encode(head).decode()] == text.decode().split("\n")
    (_, by_log), (name, by_witness) = LINE.findall(block)
    public = b64decode(LOG.verifier.split("+", 2)[2])[1:]
    VerifyKey(public).verify(text + b"\n", b64decode(by_log)[4:])
    blob = b64decode(by_witness)
    key = b64decode(witness.cosigner.split("+", 2)[2])
    assert sha256(name + b"\n" + key).digest()[:4] == blob[:4]
    assert time == int.from_bytes(blob[4:12], "big")
    signed = b"cosignature/v1\ntime %d\n%s\n" % (time, text)
    VerifyKey(key[1:]).verify(signed, blob[12:])
    with pytest.raises(BadSignatureError):
        VerifyKey(key[1:]).verify(text + b"\n", blob[12:])


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=30)
def test_notes_of_others_hold_here(seed: bytes) -> None:
    """A checkpoint that is put together by hand and signed by libsodium is read here."""
    key = SodiumKey(seed)
    kind = b"\x01" + bytes(key.verify_key)
    key_id = sha256(ORIGIN.encode() + b"\n" + kind).digest()[:4]
    vkey = f"{ORIGIN}+{key_id.hex()}+{b64encode(kind).decode()}"
    text = f"{ORIGIN}\n0\n{b64encode(sha256().digest()).decode()}\n"
    blob = b64encode(key_id + key.sign(text.encode()).signature).decode()
    opened = open_signed(f"{text}\n— {ORIGIN} {blob}\n".encode(), ORIGIN, [VerifierKey.parse(vkey)])
    assert Checkpoint(ORIGIN, 0, sha256().digest()) == opened.checkpoint
    assert vkey == SigningKey.from_seed(ORIGIN, seed).verifier
