"""What keeps an import from beginning."""

from ledger.errors import LedgerError


class RehearsalLedgerError(LedgerError):
    """Real sheets do not go into a ledger on a simulated clock."""

    code = "rehearsal_ledger"
    status = 409
    message = (
        "{community} is a rehearsal on a simulated clock; nothing was imported into it. "
        "Choose another home with SUNLEDGER_HOME."
    )


class CommunityUnclearError(LedgerError):
    """Several communities could be meant."""

    code = "community_unclear"
    status = 422
    message = "Which community is meant, of {names}? Name one with --community, as it is spelled."


class ImportRunningError(LedgerError):
    """One import at a time."""

    code = "import_running"
    status = 409
    message = "Another import into {community} is running. Wait until it has ended."


class NoSecretaryError(LedgerError):
    """An import registers in the name of the secretary."""

    code = "no_secretary"
    status = 409
    message = (
        "Nobody holds the post of the secretary of {community} now, in whose name an import "
        "registers. Appoint one first."
    )
