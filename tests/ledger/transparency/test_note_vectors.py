"""Published vectors of notes, keys, checkpoints and cosignatures."""

from base64 import b64decode
from binascii import Error as Base64Error

import pytest

from ledger.transparency.checkpoints import Checkpoint, open_signed
from ledger.transparency.cosignatures import message, time_of
from ledger.transparency.errors import MalformedError, TransparencyError, UnsignedError
from ledger.transparency.keys import SigningKey
from ledger.transparency.notes import Note, Signature, cosignature, sign, verify
from ledger.transparency.tree import Frontier, leaf_hashes
from ledger.transparency.vkeys import VerifierKey
from tests.ledger.transparency.vectors import Case, cases, given, load, name, refused

NOTES = load("note/notes.json")
TESSERA = load("checkpoint/tessera-testdata.json")
SUMDB = load("checkpoint/sumdb.json")
COSIGNED = load("cosignature/ed25519.json")
ML_DSA = load("cosignature/ml-dsa-44.json")


def signer(keys: Case, vkey: str) -> SigningKey:
    """The signing key of a published seed."""
    seeds = {each["vkey"]: each["seedHex"] for each in keys.values()}
    return SigningKey.from_seed(vkey.partition("+")[0], bytes.fromhex(seeds[vkey]))


@pytest.mark.parametrize("case", cases("note/notes.json"), ids=name)
def test_notes(case: Case) -> None:
    """Each note is read with its text and signers and written back the same, or is refused."""
    keys = [VerifierKey.parse(text) for text in case["vkeys"]]
    error = None
    try:
        note = Note.parse(given(case, "note"))
        signed = verify(note, keys)
    except TransparencyError as refusal:
        error = refusal
    assert case["expect"] == refused(error)
    if error is None:
        found = [{"name": key.name, "keyIdHex": key.id.hex()} for key in signed]
        assert (case["text"], case["verified"]) == (note.text, found)
        assert given(case, "note") == note.encode()


@pytest.mark.parametrize("who", NOTES["keys"])
def test_our_signature_is_theirs(who: str) -> None:
    """With the published seed, signing gives the published line and key."""
    key = signer(NOTES["keys"], NOTES["keys"][who]["vkey"])
    assert NOTES["keys"][who]["vkey"] == key.verifier
    lines = [
        (note.text, line)
        for case in NOTES["cases"]
        if case["expect"] == "accept" and "note" in case
        for note in [Note.parse(case["note"].encode())]
        for line in note.signatures
        if (line.name, line.key_id) == (key.name, VerifierKey.parse(key.verifier).id)
    ]
    assert lines
    assert [line for _, line in lines] == [sign(text, key) for text, _ in lines]


@pytest.mark.parametrize("case", cases("note/vkeys.json"), ids=name)
def test_vkeys(case: Case) -> None:
    """Each key is read into its parts and written back the same, or is refused."""
    if case["expect"] == "refuse":
        with pytest.raises(MalformedError):
            VerifierKey.parse(case["vkey"])
        return
    key = VerifierKey.parse(case["vkey"])
    parts = (case["keyName"], case["keyIdHex"], case["type"], case["publicKeyHex"])
    assert parts == (key.name, key.id.hex(), key.kind[0], key.public.hex())
    assert case["vkey"] == str(key)


@pytest.mark.parametrize("case", cases("checkpoint/bodies.json"), ids=name)
def test_bodies(case: Case) -> None:
    """Each text is read as a checkpoint and written back the same, or is refused."""
    if case["expect"] == "refuse":
        with pytest.raises(MalformedError):
            Checkpoint.parse(case["body"])
        return
    expected = Checkpoint(
        case["origin"],
        case["size"],
        bytes.fromhex(case["rootHex"]),
        tuple(case.get("extensions") or ()),
    )
    assert expected == Checkpoint.parse(case["body"])
    assert case["body"] == expected.text


@pytest.mark.parametrize("size", range(16))
def test_a_log_of_somebody_else(size: int) -> None:
    """The signed checkpoints of the reference log verify, and state the root of its entries."""
    case = TESSERA["checkpoints"][size]
    key = VerifierKey.parse(TESSERA["vkey"])
    opened = open_signed(case["note"].encode(), TESSERA["origin"], [key])
    frontier = Frontier()
    frontier.extend(leaf_hashes(text.encode() for text in TESSERA["entriesText"][:size]))
    expected = Checkpoint(TESSERA["origin"], size, frontier.root())
    assert (expected, case["rootHex"]) == (opened.checkpoint, expected.root.hex())


@pytest.mark.parametrize("case", SUMDB["checkpoints"], ids=lambda c: str(c["size"]))
def test_checkpoints_of_the_go_checksum_database(case: Case) -> None:
    """Real checkpoints verify, although origin and key name differ."""
    key = VerifierKey.parse(SUMDB["vkey"])
    opened = open_signed(case["note"].encode(), SUMDB["origin"], [key])
    expected = Checkpoint(SUMDB["origin"], case["size"], b64decode(case["rootB64"]))
    assert expected == opened.checkpoint


@pytest.mark.parametrize("case", cases("cosignature/ed25519.json"), ids=name)
def test_cosignatures(case: Case) -> None:
    """Each cosignature holds at its time and is made again with the seed, or is refused."""
    key = VerifierKey.parse(case["vkey"])
    error, body = None, case["checkpointBody"]
    try:
        note = Note.parse(f"{body}\n{case['line']}".encode())
        signed = verify(note, [key])
    except TransparencyError as refusal:
        error = refusal
    assert case["expect"] == refused(error)
    if error is None:
        assert case["time"] == time_of(signed[key].value)
        assert case["signedMessage"] == message(body, case["time"]).decode()
        own = cosignature(body, signer(COSIGNED["keys"], case["vkey"]), case["time"])
        assert case["line"] == str(own)


@pytest.mark.parametrize("case", cases("cosignature/timestamps.json"), ids=name)
def test_times(case: Case) -> None:
    """The time is read from a cosignature of an unknown key; what has none is refused."""
    error = None
    try:
        line = Signature.parse(f"— any {case['signatureB64']}")
        found = (line.key_id.hex(), time_of(line.value))
    except MalformedError as refusal:
        error = refusal
    assert case["expect"] == refused(error)
    if error is None:
        assert (case["keyIdHex"], case["time"]) == found


@pytest.mark.parametrize("case", cases("cosignature/ml-dsa-44.json"), ids=name)
def test_ml_dsa_is_an_unknown_key(case: Case) -> None:
    """A build without ML-DSA-44 counts no such line, good or bad, and trips over none."""
    key = VerifierKey.parse(case.get("vkey", ML_DSA["key"]["vkey"]))
    alone = Note.parse(f"{case['checkpointBody']}\n{case['line']}".encode())
    with pytest.raises(UnsignedError):
        verify(alone, [key])
    witness = signer(COSIGNED["keys"], COSIGNED["keys"]["witness.example/w1"]["vkey"])
    both = alone.with_signatures(cosignature(alone.text, witness, 1_700_000_000))
    known = VerifierKey.parse(witness.cosigner)
    assert [known] == list(verify(both, [key, known]))


def test_base64_of_the_vectors_is_read_alike() -> None:
    """What the vectors call not base64 is not read by the standard library either."""
    [case] = [each for each in cases("cosignature/timestamps.json") if "base64" in str(each)]
    with pytest.raises(Base64Error):
        b64decode(case["signatureB64"], validate=True)
