"""What an administrator is handed is what the program asks for."""

from ledger.server import ADMINISTRATOR_SQL
from tests.house.tree import ROOT


def test_the_roles_are_those_of_the_program() -> None:
    """deploy/roles.sql is the SQL that the refusal names, for a user and database "sunledger"."""
    expected = ADMINISTRATOR_SQL.format(login="sunledger", database="sunledger")
    actual = (ROOT / "deploy" / "roles.sql").read_text()
    assert expected == "".join(
        line for line in actual.splitlines(keepends=True) if not line.startswith("--")
    )
