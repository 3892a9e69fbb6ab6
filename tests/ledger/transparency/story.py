"""A log of its own for tests: signed, cosigned, with a proof and a witness."""

from ledger.transparency.checkpoints import Checkpoint
from ledger.transparency.keys import SigningKey
from ledger.transparency.notes import Note, cosignature
from ledger.transparency.policy import Policy, parse
from ledger.transparency.proofs import InclusionProof
from ledger.transparency.tile_hashes import TileBuilder, TileHashes
from ledger.transparency.tree import consistency_proof, inclusion_proof, leaf_hashes
from ledger.transparency.witness import Request, Seen, Witness

ORIGIN = "ledger.example/sunshine"
LOG = SigningKey.from_seed(ORIGIN, bytes([1] * 32))
WITNESSES = [SigningKey.from_seed(f"witness.example/{n}", bytes([n] * 32)) for n in range(2, 5)]
NOW = 1_700_000_000
ENTRIES = [f"entry {number}".encode() for number in range(30)]


def tiles(size: int) -> TileHashes:
    """The tiles of the log at a size."""
    made = dict(TileBuilder().extend(leaf_hashes(ENTRIES[:size])))
    return TileHashes(size, made.__getitem__)


def checkpoint(size: int) -> Checkpoint:
    """What the log states at a size."""
    builder = TileBuilder()
    builder.extend(leaf_hashes(ENTRIES[:size]))
    return Checkpoint(ORIGIN, size, builder.root())


def note(size: int, witnesses: int = 0) -> Note:
    """The checkpoint of a size, signed by the log and the first so many witnesses."""
    signed = checkpoint(size).sign(LOG)
    lines = [cosignature(signed.text, key, NOW) for key in WITNESSES[:witnesses]]
    return signed.with_signatures(*lines)


def proof(index: int, size: int, witnesses: int = 0) -> InclusionProof:
    """The proof of an entry."""
    hashes = inclusion_proof(tiles(size), index, size)
    return InclusionProof(index, tuple(hashes), note(size, witnesses).encode())


def policy(threshold: int) -> Policy:
    """So many of the three witnesses."""
    lines = [f"log {LOG.verifier}"]
    lines += [f"witness w{number} {key.cosigner}" for number, key in enumerate(WITNESSES)]
    lines += [f"group enough {threshold} w0 w1 w2", "quorum enough"]
    return parse("".join(f"{line}\n" for line in lines).encode())


def request(old: int, size: int) -> Request:
    """What the log sends to a witness that has seen ``old`` entries."""
    hashes = consistency_proof(tiles(size), old, size)
    return Request(old, tuple(hashes), checkpoint(size), note(size))


WITNESS = Witness(WITNESSES[0], {ORIGIN: (LOG.public(b"\x01"),)})


def seen(size: int) -> Seen:
    """What a witness has stored after it cosigned a size."""
    return Seen(size, checkpoint(size).root)
