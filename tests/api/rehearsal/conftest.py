"""The played quarter that several modules carry on."""

from collections.abc import Iterator

import pytest

from ledger.server import Database
from tests.api.rehearsal.carrying import Template, template


@pytest.fixture(scope="session")
def carriable(database: Database) -> Iterator[Template]:
    """The bundled quarter, played once."""
    with template(database) as made:
        yield made
