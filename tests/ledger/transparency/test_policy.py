"""Trust policies, after the examples and rules of C2SP tlog-policy."""

from itertools import combinations

import pytest

from ledger.transparency.errors import (
    MalformedError,
    OriginUnexpectedError,
    QuorumMissingError,
    SignatureInvalidError,
    UnsignedError,
)
from ledger.transparency.faults import Fault
from ledger.transparency.keys import SigningKey
from ledger.transparency.notes import Note
from ledger.transparency.policy import parse
from ledger.transparency.vkeys import COSIGNATURE, VerifierKey
from tests.ledger.transparency import story
from tests.ledger.transparency.vectors import load

KEYS = [SigningKey.from_seed(f"w{n}", bytes([n + 10] * 32)).cosigner for n in range(6)]
LOG = story.LOG.verifier
W0, W1, W2 = (key.cosigner for key in story.WITNESSES)
TWO_LEVELS = f"""\
# Two organisations: one with three witnesses of which two are enough, one of which any is.
log {LOG} https://ledger.example/sunshine/

witness X1 {KEYS[0]}
\twitness\tX2   {KEYS[1]}  https://x2.example/\u0020
witness X3 {KEYS[2]}
group X-witnesses 2 X1 X2 X3
  # Names may be in any script.
witness Y1 {KEYS[3]}
witness 东 {KEYS[4]}
witness Y3 {KEYS[5]}
group Y-witnesses any Y1 东 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_two_levels_of_groups() -> None:
    """Every subset of six witnesses is enough exactly when two of three and one of three are."""
    policy = parse(TWO_LEVELS.encode())
    keys = [VerifierKey.parse(text) for text in KEYS]
    for count in range(7):
        for cosigned in combinations(keys, count):
            xs, ys = (sum(key in half for key in cosigned) for half in (keys[:3], keys[3:]))
            assert (xs >= 2 and ys >= 1) == policy.is_met(cosigned)


def test_what_a_policy_names() -> None:
    """Logs, witnesses and addresses are those of the file, in its order."""
    policy = parse(TWO_LEVELS.encode())
    names = ["X1", "X2", "X3", "Y1", "东", "Y3"]
    assert [LOG] == list(map(str, policy.logs))
    assert names == [name.decode() for name in policy.witnesses]
    urls = {policy.logs[0]: "https://ledger.example/sunshine/"}
    assert urls | {policy.witnesses[b"X2"]: "https://x2.example/"} == policy.urls


@pytest.mark.parametrize("count", [32, 200])
def test_many_of_each(count: int) -> None:
    """At least 32 logs, witnesses and groups are read."""
    keys = [SigningKey.from_seed(f"k{n}", n.to_bytes(32, "big")) for n in range(1, count + 1)]
    lines = [f"log {key.verifier}" for key in keys]
    lines += [f"witness {key.name} {key.cosigner}" for key in keys]
    lines += [f"group g-{key.name} all {key.name}" for key in keys]
    lines += [f"group all {count} {' '.join(f'g-{key.name}' for key in keys)}", "quorum all"]
    policy = parse("\n".join([*lines, ""]).encode())
    everyone = list(policy.witnesses.values())
    assert policy.is_met(everyone)
    assert not policy.is_met(everyone[1:])


REFUSED = {
    "quorum-missing": ("", Fault.QUORUM_MISSING, None),
    "no-newline-at-end": ("quorum none", Fault.NO_NEWLINE, None),
    "carriage-return": ("quorum none\r\n", Fault.CONTROL_CHARACTER, None),
    "delete": ("# \x7f\nquorum none\n", Fault.CONTROL_CHARACTER, None),
    "keyword": ("Quorum none\n", Fault.KEYWORD, 1),
    "quorum-without-name": ("\n\nquorum\n", Fault.WORD_COUNT, 3),
    "quorum-of-two": ("quorum none none\n", Fault.WORD_COUNT, 1),
    "quorum-twice": ("quorum none\nquorum none\n", Fault.QUORUM_TWICE, 2),
    "quorum-of-nobody": ("quorum w\n", Fault.NAME_UNKNOWN, 1),
    "quorum-before": (f"quorum w\nwitness w {W0}\n", Fault.NAME_UNKNOWN, 1),
    "no-vkey": ("log\n", Fault.WORD_COUNT, 1),
    "two-urls": (f"log {LOG} a b\n", Fault.WORD_COUNT, 1),
    "vkey": ("log ledger.example\n", Fault.VKEY, 1),
    "log-key-of-a-witness": (f"log {W0}\n", Fault.KEY_TYPE, 1),
    "witness-key-of-a-log": (f"witness w {LOG}\n", Fault.KEY_TYPE, 1),
    "log-twice": (f"log {LOG}\nlog {LOG}\n", Fault.KEY_TWICE, 2),
    "witness-twice": (f"witness a {W0}\nwitness b {W0}\n", Fault.KEY_TWICE, 2),
    "name-twice": (f"witness a {W0}\nwitness a {W1}\n", Fault.NAME_TAKEN, 2),
    "name-of-a-group": (f"witness a {W0}\ngroup a any a\n", Fault.NAME_TAKEN, 2),
    "name-none": (f"witness none {W0}\n", Fault.NAME_TAKEN, 1),
    "group-none": (f"witness a {W0}\ngroup none any a\n", Fault.NAME_TAKEN, 2),
    "group-without-members": (f"witness a {W0}\ngroup g any\n", Fault.WORD_COUNT, 2),
    "group-of-itself": ("group g any g\n", Fault.NAME_UNKNOWN, 1),
    "group-of-nobody": ("group g any none\n", Fault.NAME_UNKNOWN, 1),
    "member-of-two": (f"witness a {W0}\ngroup g any a\ngroup h any a\n", Fault.MEMBER_TWICE, 3),
    "member-twice": (f"witness a {W0}\ngroup g 2 a a\n", Fault.MEMBER_TWICE, 2),
    "threshold-zero": (f"witness a {W0}\ngroup g 0 a\n", Fault.THRESHOLD, 2),
    "threshold-above": (f"witness a {W0}\ngroup g 2 a\n", Fault.THRESHOLD, 2),
    "threshold-with-zero": (f"witness a {W0}\ngroup g 01 a\n", Fault.NUMBER, 2),
    "threshold-word": (f"witness a {W0}\ngroup g most a\n", Fault.NUMBER, 2),
    "unicode-space": (f"witness\u3000a {W0}\nquorum none\n", Fault.KEYWORD, 1),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_policy(what: str) -> None:
    """Each broken rule is refused with its reason and line."""
    text, fault, line = REFUSED[what]
    with pytest.raises(MalformedError) as refusal:
        parse(text.encode())
    assert (fault, line) == (refusal.value.fault, refusal.value.params.get("line"))


def test_names_are_octets() -> None:
    """A letter that looks like another is another name, and no encoding is asked for."""
    text = f"witness K {W0}\nwitness \u212a {W1}\nquorum K\n".encode() + b"# \xff\xfe\n"
    policy = parse(text)
    assert [b"K", "\u212a".encode()] == list(policy.witnesses)
    assert policy.is_met([VerifierKey.parse(W0)])
    assert not policy.is_met([VerifierKey.parse(W1)])


def test_an_ml_dsa_witness_is_named_and_never_counted() -> None:
    """A policy may name a witness of another kind; its signature lines are those of a stranger."""
    vectors = load("cosignature/ml-dsa-44.json")
    policy = parse(
        f"log {LOG}\nwitness pq {vectors['key']['vkey']}\nwitness w {W0}\n"
        "group g any pq w\nquorum g\n".encode()
    )
    with pytest.raises(QuorumMissingError):
        policy.open_checkpoint(story.note(5).encode())
    opened = policy.open_checkpoint(story.note(5, 1).encode())
    assert {VerifierKey.parse(W0): story.NOW} == policy.times(opened)


def test_too_few_witnesses() -> None:
    """A checkpoint with one cosignature too few is refused, with both numbers."""
    with pytest.raises(QuorumMissingError) as refusal:
        story.policy(3).open_checkpoint(story.note(5, 2).encode())
    assert {"cosigned": 2, "known": 3} == refusal.value.params
    assert 5 == story.policy(3).open_checkpoint(story.note(5, 3).encode()).checkpoint.size


def test_another_log() -> None:
    """A checkpoint of another log is refused, whether one is asked for or any of the policy."""
    data = story.note(5, 3).encode()
    other = SigningKey.from_seed("ledger.example/other", bytes(32))
    with pytest.raises(OriginUnexpectedError) as refusal:
        story.policy(1).open_checkpoint(data, other.name)
    assert {"expected": other.name} == refusal.value.params
    with pytest.raises(OriginUnexpectedError):
        parse(f"log {other.verifier}\nquorum none\n".encode()).open_checkpoint(data)


def test_witnesses_alone_do_not_speak_for_the_log() -> None:
    """A checkpoint that the witnesses have signed and the log has not is refused."""
    signed = story.note(5, 3)
    alone = Note(signed.text, signed.signatures[1:])
    assert {COSIGNATURE} == {key.kind for key in story.policy(1).witnesses.values()}
    with pytest.raises(UnsignedError):
        story.policy(1).open_checkpoint(alone.encode())


def test_a_bad_cosignature_spoils_the_rest() -> None:
    """One line of a known witness that does not hold is a reason to refuse the whole."""
    signed = story.note(5, 2)
    wrong = Note(signed.text, (*signed.signatures, story.note(6, 3).signatures[3]))
    with pytest.raises(SignatureInvalidError) as refusal:
        story.policy(1).open_checkpoint(wrong.encode())
    assert {"signer": story.WITNESSES[2].name} == refusal.value.params
