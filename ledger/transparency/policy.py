"""Trust policies: which logs, which witnesses, and how many of them (C2SP tlog-policy).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <names…>
    quorum <name>|none

Names are defined before they are used, and used in one group at most, so that nobody counts twice.
The file is octets: a name is what its bytes are, in whatever encoding.
"""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Final

from ledger.transparency.checkpoints import SignedCheckpoint, read
from ledger.transparency.cosignatures import time_of
from ledger.transparency.errors import (
    MalformedError,
    MalformedLineError,
    OriginUnexpectedError,
    QuorumMissingError,
    UnsignedError,
)
from ledger.transparency.faults import Fault
from ledger.transparency.notes import verify
from ledger.transparency.strict import Reader
from ledger.transparency.vkeys import ED25519, VerifierKey

POLICY_BYTES_MAX: Final = 262_144
NONE: Final = b"none"

_NOT_ALLOWED: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_BLANKS: Final = re.compile(rb"[ \t]+")
_reader: Final = Reader("tlog-policy")


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which ``threshold`` must have cosigned."""

    threshold: int
    members: tuple[bytes, ...]


@dataclass(slots=True)
class Policy:
    """Logs, witnesses and groups as a file defines them.

    ``quorum`` names a witness or a group, or is :data:`NONE`; ``urls`` has those that were given,
    by log key or witness key.
    """

    quorum: bytes
    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[bytes, VerifierKey] = field(default_factory=dict)
    groups: dict[bytes, Group] = field(default_factory=dict)
    urls: dict[VerifierKey, str] = field(default_factory=dict)

    def is_met(self, cosigned: Container[VerifierKey]) -> bool:
        """Whether cosignatures by these keys are enough."""
        met = {name for name, key in self.witnesses.items() if key in cosigned}
        # In the order of definition, so members come before their group.
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(name)
        return self.quorum == NONE or self.quorum in met

    def open_checkpoint(self, data: bytes, origin: str | None = None) -> SignedCheckpoint:
        """Read the checkpoint of a log, and verify its signature and the quorum.

        Without an ``origin`` any log of the policy will do.

        Raises:
            MalformedError: the bytes are no signed checkpoint.
            OriginUnexpectedError: it belongs to another log.
            SignatureInvalidError: a signature of a log or witness does not hold.
            UnsignedError: its log has not signed.
            QuorumMissingError: too few witnesses have.
        """
        checkpoint, note = read(data)
        origins = [key.name for key in self.logs] if origin is None else [origin]
        if checkpoint.origin not in origins:
            raise OriginUnexpectedError(expected=", ".join(origins))
        logs = [key for key in self.logs if key.name == checkpoint.origin]
        witnesses = self.witnesses.values()
        signed = verify(note, [*logs, *witnesses])
        if not any(key in signed for key in logs):
            raise UnsignedError
        cosigned = [key for key in witnesses if key in signed]
        if not self.is_met(cosigned):
            raise QuorumMissingError(cosigned=len(cosigned), known=len(witnesses))
        return SignedCheckpoint(checkpoint, note, signed)

    def times(self, opened: SignedCheckpoint) -> dict[VerifierKey, int]:
        """When each witness cosigned an opened checkpoint, in POSIX seconds."""
        return {
            key: time_of(opened.signed[key].value)
            for key in self.witnesses.values()
            if key in opened.signed
        }


class _Lines:
    """A policy as it grows line by line; each method takes the words after the first."""

    def __init__(self) -> None:
        self.policy = Policy(quorum=NONE)
        self.has_quorum = False
        self._members: set[bytes] = set()

    def log(self, vkey: bytes, *url: bytes) -> None:
        """One log; its key name is its origin."""
        key = self._key(vkey, url, self.policy.logs, "log")
        self.policy.logs.append(key)

    def witness(self, name: bytes, vkey: bytes, *url: bytes) -> None:
        """One witness, under a name of this file."""
        self._check_new(name)
        known = list(self.policy.witnesses.values())
        self.policy.witnesses[name] = self._key(vkey, url, known, "witness")

    def group(self, name: bytes, threshold: bytes, *members: bytes) -> None:
        """One group of what was defined before."""
        self._check_new(name)
        for member in members:
            self._check_defined(member)
            if member in self._members:
                raise _reader.refuse(Fault.MEMBER_TWICE)
            self._members.add(member)
        count = {b"all": len(members), b"any": 1}.get(threshold)
        if count is None:
            count = _reader.decimal(threshold.decode("latin-1"))
        if not 1 <= count <= len(members):
            raise _reader.refuse(Fault.THRESHOLD)
        self.policy.groups[name] = Group(count, members)

    def quorum(self, name: bytes) -> None:
        """The witness or group that must have cosigned."""
        if self.has_quorum:
            raise _reader.refuse(Fault.QUORUM_TWICE)
        if name != NONE:
            self._check_defined(name)
        self.policy.quorum = name
        self.has_quorum = True

    def _is_defined(self, name: bytes) -> bool:
        return name in self.policy.witnesses or name in self.policy.groups

    def _check_new(self, name: bytes) -> None:
        if name == NONE or self._is_defined(name):
            raise _reader.refuse(Fault.NAME_TAKEN)

    def _check_defined(self, name: bytes) -> None:
        if not self._is_defined(name):
            raise _reader.refuse(Fault.NAME_UNKNOWN)

    def _key(
        self, vkey: bytes, url: tuple[bytes, ...], known: list[VerifierKey], role: str
    ) -> VerifierKey:
        try:
            key = VerifierKey.parse(vkey.decode())
        except (UnicodeDecodeError, MalformedError) as error:
            raise _reader.refuse(Fault.VKEY) from error
        # A log signs as a log and a witness as a witness: neither type stands in for the other.
        if (key.kind == ED25519) != (role == "log"):
            raise _reader.refuse(Fault.KEY_TYPE)
        if any(key.public == other.public for other in known):
            raise _reader.refuse(Fault.KEY_TWICE)
        if url:
            self.policy.urls[key] = url[0].decode(errors="backslashreplace")
        return key


_WORDS: Final[dict[bytes, tuple[Callable[..., None], int, int]]] = {
    b"log": (_Lines.log, 1, 2),
    b"witness": (_Lines.witness, 2, 3),
    b"group": (_Lines.group, 3, POLICY_BYTES_MAX),
    b"quorum": (_Lines.quorum, 1, 1),
}
"""What a line begins with: who takes it, and how many words may follow."""


def _take(lines: _Lines, line: bytes) -> None:
    first, *rest = _BLANKS.split(line)
    if first not in _WORDS:
        raise _reader.refuse(Fault.KEYWORD)
    take, fewest, most = _WORDS[first]
    if not fewest <= len(rest) <= most:
        raise _reader.refuse(Fault.WORD_COUNT)
    take(lines, *rest)


def parse(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        MalformedLineError: a line is not one of a policy.
        MalformedError: it is none.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise _reader.refuse(Fault.TOO_LONG)
    if _NOT_ALLOWED.search(data):
        raise _reader.refuse(Fault.CONTROL_CHARACTER)
    *lines, rest = data.split(b"\n")
    if rest:
        raise _reader.refuse(Fault.NO_NEWLINE)
    taken = _Lines()
    for number, line in enumerate(lines, 1):
        words = line.strip(b" \t")
        if words and not words.startswith(b"#"):
            try:
                _take(taken, words)
            except MalformedError as error:
                raise MalformedLineError(_reader.format, number, error.fault) from error
    if not taken.has_quorum:
        raise _reader.refuse(Fault.QUORUM_MISSING)
    return taken.policy
