"""Proofs to take along: that a log has an entry, checked without asking anybody (C2SP tlog-proof).

c2sp.org/tlog-proof@v1
extra <base64>             (if there is any; nobody vouches for it)
index <number>
<hashes, from the leaf to the root>
(an empty line)
<the checkpoint with its signatures, as it was published>
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from ledger.transparency.checkpoints import SignedCheckpoint
from ledger.transparency.faults import Fault
from ledger.transparency.notes import NOTE_BYTES_MAX
from ledger.transparency.policy import Policy
from ledger.transparency.strict import Reader, encode_base64
from ledger.transparency.tree import LEVELS_MAX, leaf_hash
from ledger.transparency.verifying import verify_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
FILE_SUFFIX: Final = ".tlog-proof"
EXTRA_BYTES_MAX: Final = 65_536
PROOF_BYTES_MAX: Final = 2 * NOTE_BYTES_MAX

_reader: Final = Reader("tlog-proof")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """An entry's index, its path and the checkpoint; nothing is verified by having one."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a proof file.

        Raises:
            MalformedError: it is none. The checkpoint in it is not looked at.
        """
        if len(data) > PROOF_BYTES_MAX:
            raise _reader.refuse(Fault.TOO_LONG)
        head, empty_line, checkpoint = data.partition(b"\n\n")
        if not empty_line or not checkpoint:
            raise _reader.refuse(Fault.CHECKPOINT_MISSING)
        header, *lines = _reader.text(head, PROOF_BYTES_MAX).split("\n")
        if header != HEADER:
            raise _reader.refuse(Fault.LINE_START)
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = _extra(lines.pop(0))
        if not lines:
            raise _reader.refuse(Fault.LINE_COUNT)
        index = _reader.decimal(_reader.field(lines[0], "index"))
        return cls(index, _hashes(lines[1:]), checkpoint, extra)

    def encode(self) -> bytes:
        """The bytes of the file."""
        extra = () if self.extra is None else (f"extra {encode_base64(self.extra)}",)
        lines = (HEADER, *extra, f"index {self.index}", *map(encode_base64, self.hashes), "", "")
        return "\n".join(lines).encode() + self.checkpoint

    def verify(self, entry: bytes, policy: Policy, origin: str | None = None) -> SignedCheckpoint:
        """Check that a log of the policy has this entry at this index.

        Without an ``origin`` any log of the policy will do. Returns the checkpoint, with the log
        and the witnesses that vouch for it.

        Raises:
            MalformedError: the checkpoint is none.
            OriginUnexpectedError: it belongs to another log.
            SignatureInvalidError: a signature of a log or witness does not hold.
            UnsignedError: its log has not signed.
            QuorumMissingError: too few witnesses have.
            ProofInvalidError: the entry is not at this index of that log.
        """
        opened = policy.open_checkpoint(self.checkpoint, origin)
        stated = opened.checkpoint
        verify_inclusion(leaf_hash(entry), self.index, stated.size, self.hashes, stated.root)
        return opened


def _extra(line: str) -> bytes:
    extra = _reader.base64(_reader.field(line, "extra"))
    if len(extra) > EXTRA_BYTES_MAX:
        raise _reader.refuse(Fault.TOO_LONG)
    return extra


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > LEVELS_MAX:
        raise _reader.refuse(Fault.HASH_COUNT)
    return tuple(map(_reader.hash, lines))
