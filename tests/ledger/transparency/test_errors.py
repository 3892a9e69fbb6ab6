"""The error tree of proofs and its sentences."""

import re
from collections.abc import Iterator

from api.messages import translate
from api.messages.words import WORDS
from ledger.transparency import errors
from ledger.transparency.errors import (
    MalformedError,
    MalformedLineError,
    SignatureInvalidError,
    TransparencyError,
)
from ledger.transparency.faults import Fault


def branches(kind: type[TransparencyError], depth: int = 0) -> Iterator[tuple[int, str]]:
    """The classes below `kind` with their depth."""
    yield depth, kind.__name__
    for below in kind.__subclasses__():
        yield from branches(below, depth + 1)


def test_the_drawn_tree_is_the_tree() -> None:
    """The drawing in the module's docstring shows every class in its place."""
    drawn = re.findall(r"^    ([ │├└─]*)(\w+Error)$", errors.__doc__ or "", re.MULTILINE)
    assert list(branches(TransparencyError)) == [(len(lead) // 4, name) for lead, name in drawn]


def test_each_error_has_its_own_code_and_sentence() -> None:
    """Codes and sentences are unique, and all are answered with 422."""
    kinds: list[type[TransparencyError]] = [TransparencyError, MalformedLineError]
    kinds += TransparencyError.__subclasses__()
    assert len(kinds) == len({kind.code for kind in kinds}) == len({kind.message for kind in kinds})
    assert {422} == {kind.status for kind in kinds}


def test_a_sentence_says_what_where_and_what_to_do() -> None:
    """The fields stand in the sentence, which goes on with what to do."""
    malformed = MalformedError("tlog-proof", Fault.HASH_LENGTH)
    assert str(malformed).startswith("This is not a valid tlog-proof (a hash has not 32 bytes). If")
    line = MalformedLineError("tlog-policy", 3, Fault.NAME_TAKEN)
    assert "Line 3 of this tlog-policy cannot be used (the name is taken). Correct it and try" in (
        str(line)
    )
    invalid = SignatureInvalidError(signer="witness.example/w1")
    assert str(invalid).startswith("A signature of witness.example/w1 does not fit")
    assert "get it again" in str(malformed)
    assert "get it again" in str(invalid)


def test_a_fault_is_read_in_the_language_of_the_sentence() -> None:
    """Every fault is a word of the catalogues, and Chinese has one of its own for each."""
    assert set(Fault) <= WORDS
    said = {translate("({reason})", {"reason": fault}, "zh-CN") for fault in Fault}
    assert len(Fault) == len(said)
    assert not [each for each in said if "it is" in each or "the " in each]
