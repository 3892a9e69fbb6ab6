"""Canonical JSON against the published vectors, and against a second encoder."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.canonical import (
    MAX_INTEGER,
    NotCanonicalError,
    encode,
    parse,
    parse_canonical,
)

VECTORS = Path(__file__).parents[2] / "data" / "vectors" / "jcs"
PROFILE: dict[str, Any] = json.loads((VECTORS / "profile.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = PROFILE["cases"]
UPSTREAM: list[dict[str, Any]] = PROFILE["upstream"]

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=20,
)


def outcome(data: bytes) -> tuple[str, str]:
    """What the profile makes of the bytes, as the vectors say it."""
    try:
        return "accept", encode(parse(data)).decode()
    except NotCanonicalError as error:
        return "refuse", str(error)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_profile_is_kept(case: dict[str, Any]) -> None:
    """Each case of the profile is accepted with its bytes, or refused for its reason."""
    data = bytes.fromhex(case["inputHex"]) if "inputHex" in case else case["input"].encode()
    expected = case["output"] if case["expect"] == "accept" else case["reason"]
    assert (case["expect"], expected) == outcome(data)


@pytest.mark.parametrize("case", UPSTREAM, ids=[case["name"] for case in UPSTREAM])
def test_published_vectors_of_rfc_8785(case: dict[str, Any]) -> None:
    """The published files inside the profile give their bytes; the others are refused."""
    given_bytes = (VECTORS / "input" / f"{case['name']}.json").read_bytes()
    wanted = (VECTORS / "output" / f"{case['name']}.json").read_bytes()
    assert [case["inputSha256"], case["outputSha256"]] == [
        sha256(data).hexdigest() for data in (given_bytes, wanted)
    ]
    verdict, result = outcome(given_bytes)
    assert case["profile"] == verdict
    assert result in case["reasons"] or result.encode() == wanted


@given(values)
def test_bytes_are_those_of_a_second_encoder(value: Any) -> None:
    """Our bytes equal those of the standard library's encoder, and read back as the value."""
    data = encode(value)
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert plain.encode() == data
    assert value == parse_canonical(data)


@given(values)
def test_any_other_spelling_is_refused(value: Any) -> None:
    """Only the canonical spelling of a value passes the strict reader."""
    spaced = json.dumps(value, indent=1).encode()
    if spaced == encode(value):
        assert value == parse_canonical(spaced)
    else:
        with pytest.raises(NotCanonicalError, match="not-canonical"):
            parse_canonical(spaced)


@given(st.binary() | texts.map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Whatever the bytes are, the reader accepts or refuses and raises nothing else."""
    for read in (parse, parse_canonical):
        try:
            read(data)
        except NotCanonicalError:
            continue


@pytest.mark.parametrize("depth", [400, 900, 960, 990, 5_000, 100_000])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_breaks_nothing(depth: int, brackets: tuple[str, str]) -> None:
    """Nesting is read or refused, however deep."""
    before, after = brackets
    data = before * depth + "1" + after * depth
    assert outcome(data.encode()) in {("accept", data), ("refuse", "syntax")}
