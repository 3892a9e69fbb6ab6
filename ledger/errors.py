"""The one error path: every error that a caller may see has a code, a status and a message id."""

from typing import ClassVar


class LedgerError(Exception):
    """Base of all errors of the ledger.

    ``code`` is stable and for programs, ``status`` the HTTP status, ``message`` the message id:
    an English template whose ``{fields}`` are filled from ``params`` after translation.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "The ledger could not do this."

    def __init__(self, **params: str | int) -> None:
        """Keep the values for the message's fields."""
        super().__init__(self.code)
        self.params = params

    def __str__(self) -> str:
        """The English sentence."""
        return self.message.format_map(self.params)


class Refusal(LedgerError):
    """A decision of the ledger against a command, stored and answered again to a retry."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[str] = "The ledger refused this."
