"""The ledger as a state machine: random commands, a plain model, and the audit after each step."""

import pytest

pytest.register_assert_rewrite("tests.ledger.machine.base", "tests.ledger.machine.trade")
