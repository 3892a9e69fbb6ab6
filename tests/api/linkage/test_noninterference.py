"""Nothing public tells whose exchange it was."""

import itertools

import pytest

from ledger.server import Database
from tests.api.linkage.worlds import BASKETS, HOUSEHOLDS, Shown, differing, played

WORLDS = ((1, 2, 3, 4), (4, 3, 2, 1), (2, 2, 1, 3))
"""Whose card is read for each basket: in turn, backwards, and twice the same."""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def seen(database: Database, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Shown]]:
    """What each world shows after each step."""
    folder = tmp_path_factory.mktemp("worlds")
    return [played(database, folder, f"sunledger_world{next(_numbers)}", whose) for whose in WORLDS]


@pytest.mark.parametrize("other", [1, 2])
def test_worlds_that_differ_in_whose_card_it_was_look_the_same(
    seen: list[dict[str, Shown]], other: int
) -> None:
    """After every step each public page, answer and entry is the same, whoever exchanged."""
    # In the third world one household exchanges twice, so other amounts are left to expire.
    steps = [step for step in seen[0] if other == 1 or step != "expired"]
    assert {} == {
        step: found for step in steps if (found := differing(seen[0][step], seen[other][step]))
    }


def test_what_expires_is_told_in_amounts_and_in_no_order_of_accounts(
    seen: list[dict[str, Shown]],
) -> None:
    """Expiries stand by their points: their order says nothing of the awards that they end."""
    for world in seen:
        lines = [line for line in world["expired"].values() if "lots-expired.v1" in line]
        points = [int(line.split('"points":')[1].split("}")[0].split(",")[0]) for line in lines]
        assert sorted(points) == points
        assert HOUSEHOLDS == len(points)


def test_the_steps_really_show_something(seen: list[dict[str, Shown]]) -> None:
    """Each exchange changes what is public, and the pages name those who consented."""
    named = list(seen[0])
    for before, after in itertools.pairwise(named):
        assert differing(seen[0][before], seen[0][after])
    assert len(BASKETS) == sum(step.startswith("exchange") for step in named)
    together = "\n".join(seen[0]["expired"].values())
    assert "欧阳住户1" in together
    assert "欧阳*" in together
    for secret in ("欧阳住户2", "欧阳住户3", "FLAT-", "1380000000", '"V1"', '"H1"', '"C1"'):
        assert secret not in together
