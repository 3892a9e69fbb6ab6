"""The report: what became of every row, and what is left at the end of the quarter."""

from pathlib import Path
from typing import Any

from tests.model.play import Play


def report(directory: Path) -> dict[str, Any]:
    """Play the sheets of a directory and return the report, as the rehearsal writes it.

    Raises SheetFault where a sheet that must be without fault has one.
    """
    play = Play(directory)
    play.run()
    balances = {household: account.balance for household, account in play.accounts.items()}
    expired = {household: account.expired for household, account in play.accounts.items()}
    return {
        "acts": acts(play),
        "act_rows_unnumbered": [
            {"row": row, "status": "register_number_invalid"} for row in play.register.unnumbered
        ],
        "objections": play.objections,
        "reversals": play.reversals,
        "slips": slips(play),
        "returns": play.returns,
        "balances": balances,
        "expired": expired,
        "stock": {
            code: sum(lot.left for lot in item.lots) for code, item in play.world.items.items()
        },
        "totals": {
            **play.totals,
            "expired": sum(expired.values()),
            "outstanding": sum(balances.values()),
        },
    }


def acts(play: Play) -> dict[str, Any]:
    """Return the status of every numbered act, with signed points where they were awarded."""
    told: dict[str, Any] = {
        str(number): {"status": status} for number, status in play.register.refused.items()
    }
    for number, act in play.acts.items():
        told[str(number)] = {"status": act.status}
        if act.points is not None:
            told[str(number)]["points"] = act.points
    return told


def slips(play: Play) -> dict[str, Any]:
    """Return the status of every slip, with its price where it was accepted."""
    told: dict[str, Any] = {}
    for number, slip in play.slips.items():
        told[number] = {"status": slip.status}
        if slip.status == "accepted":
            told[number]["points"] = slip.points
    return told
