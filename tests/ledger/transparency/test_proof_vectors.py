"""Published vectors of proofs and of the witness protocol."""

from base64 import b64decode, b64encode

import pytest

from ledger.transparency.errors import MalformedError, TransparencyError
from ledger.transparency.keys import SigningKey
from ledger.transparency.policy import Policy, parse
from ledger.transparency.proofs import InclusionProof
from ledger.transparency.vkeys import VerifierKey
from ledger.transparency.witness import Seen, Witness, monitoring_path
from tests.ledger.transparency.vectors import Case, cases, given, hashes, load, name, refused

SETTING = load("witness/add-checkpoint.json")
WITNESS = Witness(
    SigningKey.from_seed(SETTING["witness"]["name"], bytes.fromhex(SETTING["witness"]["seedHex"])),
    {
        log["origin"]: tuple(VerifierKey.parse(vkey) for vkey in log["vkeys"])
        for log in SETTING["logs"]
    },
)


@pytest.mark.parametrize("case", cases("proof/format.json"), ids=name)
def test_framing(case: Case) -> None:
    """Each proof file is read into its parts and written back the same, or is refused."""
    data = given(case, "encoded")
    if case["expect"] == "refuse":
        with pytest.raises(MalformedError):
            InclusionProof.parse(data)
        return
    extra = None if case["extraB64"] is None else b64decode(case["extraB64"])
    expected = InclusionProof(
        case["index"], tuple(hashes(case["hashesB64"])), case["checkpoint"].encode(), extra
    )
    assert expected == InclusionProof.parse(data)
    assert data == expected.encode()


def policy(case: Case) -> Policy:
    """The policy file that says what a case asks for: k of these witnesses."""
    names = [f"w{number}" for number in range(len(case["witnessVkeys"]))]
    pairs = zip(names, case["witnessVkeys"], strict=True)
    lines = [f"log {case['logVkey']}", *(f"witness {who} {vkey}" for who, vkey in pairs)]
    if case["quorum"]:
        lines += [f"group enough {case['quorum']} {' '.join(names)}", "quorum enough"]
    else:
        lines += ["quorum none"]
    return parse("".join(f"{line}\n" for line in lines).encode())


@pytest.mark.parametrize("case", cases("proof/verify.json"), ids=name)
def test_offline(case: Case) -> None:
    """Each proof shows that the log has the entry at its index, or is refused."""
    trusted = policy(case)
    error = None
    try:
        proof = InclusionProof.parse(given(case, "proof"))
        opened = proof.verify(bytes.fromhex(case["entryHex"]), trusted, case["origin"])
    except TransparencyError as refusal:
        error = refusal
    assert case["expect"] == refused(error)
    if error is None:
        stated = opened.checkpoint
        assert (case["index"], case["size"]) == (proof.index, stated.size)
        assert case["origin"] == stated.origin
        assert case["quorum"] <= len(trusted.times(opened))


def seen(case: Case | None) -> Seen | None:
    """What a case has stored."""
    return None if case is None else Seen(case["size"], b64decode(case["rootB64"]))


def state(found: Seen | None) -> Case | None:
    """What is stored, as the vectors say it."""
    return (
        None if found is None else {"size": found.size, "rootB64": b64encode(found.root).decode()}
    )


def step(case: Case, stored: Seen | None) -> Seen | None:
    """Send a request; what is stored afterwards."""
    answer = WITNESS.answer(given(case, "request"), lambda _: stored, case["now"])
    assert case["status"] == answer.status
    assert (answer.status == 200) == (answer.seen is not None)
    if "responseBody" in case and case["status"] in {200, 409}:
        assert case["responseBody"].encode() == answer.body
    if "contentType" in case:
        assert case["contentType"] == answer.content_type
    return answer.seen or stored


@pytest.mark.parametrize("case", cases("witness/add-checkpoint.json"), ids=name)
def test_add_checkpoint(case: Case) -> None:
    """Each request gets its status, its answer, and leaves stored what it should."""
    stored = step(case, seen(case["stored"]))
    assert case["storedAfter"] == state(stored)


@pytest.mark.parametrize("case", cases("witness/sequences.json", "sequences"), ids=name)
def test_sequences(case: Case) -> None:
    """Requests in a row end with what should be stored."""
    stored: Seen | None = None
    for each in case["steps"]:
        stored = step(each, stored)
    assert case["storedAfter"] == state(stored)


@pytest.mark.parametrize("case", load("witness/origin-hashes.json")["cases"], ids=str)
def test_where_monitors_look(case: Case) -> None:
    """The last cosigned checkpoint of an origin lies under the hash of the origin."""
    assert case["path"] == monitoring_path(case["origin"])
