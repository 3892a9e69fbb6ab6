"""Each check finds what it is there for, at the position where it happened."""

from collections.abc import Iterator
from types import ModuleType

import pytest

from projections.audit import (
    History,
    acts,
    audit,
    awards,
    exchanges,
    goods,
    log,
    notices,
    people,
    points,
)
from projections.audit.findings import Fault
from tests.projections.audit import forged_acts, forged_log, forged_people, forged_shop
from tests.projections.audit.forging import Forgery, forged
from tests.projections.audit.scenario import history

SUBJECTS: tuple[ModuleType, ...] = (
    acts,
    awards,
    exchanges,
    goods,
    log,
    notices,
    people,
    points,
)
FORGERIES = [
    *forged_log.FORGERIES,
    *forged_acts.FORGERIES,
    *forged_shop.FORGERIES,
    *forged_people.FORGERIES,
]


def faults() -> Iterator[Fault]:
    """Every fault that a check may find."""
    for subject in SUBJECTS:
        yield from (value for value in vars(subject).values() if isinstance(value, Fault))


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.id)
def test_a_forged_history_is_caught(forgery: Forgery) -> None:
    """The fault is found at its position, and nothing in front of what was forged is blamed."""
    events, position = forged(forgery)
    found = audit(History.of(events))
    assert forgery.fault.code in {finding.code for finding in found if finding.position == position}
    same = zip(history(), events, strict=False)
    touched = next((n for n, (old, new) in enumerate(same) if old != new), len(history()))
    assert min(finding.position for finding in found if finding.position) > touched


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.id)
def test_a_finding_can_be_said(forgery: Forgery) -> None:
    """Each sentence has all its values, and none of them says who it was."""
    for finding in audit(History.of(forged(forgery)[0])):
        assert str(finding)
        private = {"H1", "H2", "H3", "H4", "V1", "V2", "V3", "V4", "C1", "C2", "C9", "居民4"}
        assert set() == private & {str(value) for value in finding.params.values()}


def test_every_fault_has_a_forgery() -> None:
    """No check stands that was never seen to fire, and no two faults share a code."""
    known = list(faults())
    assert sorted({fault.code for fault in known}) == sorted(fault.code for fault in known)
    assert {fault.code for fault in known} == {forgery.fault.code for forgery in FORGERIES}
