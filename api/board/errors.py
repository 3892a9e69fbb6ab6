"""What readers of the board are told.

LedgerError
    NotFoundError            not_found            404
        NoticeNotFound       notice_not_found     404
        SessionNotFound      session_not_found    404
        RulebookNotFound     rulebook_not_found   404
"""

from typing import ClassVar

from ledger.errors import LedgerError


class NotFoundError(LedgerError):
    """There is nothing at this address."""

    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404
    message: ClassVar[str] = "There is nothing at this address. Begin at the front page."


class NoticeNotFound(NotFoundError):
    """No notice has this id."""

    code: ClassVar[str] = "notice_not_found"
    message: ClassVar[str] = "There is no such notice. All notices stand on the page of notices."


class SessionNotFound(NotFoundError):
    """No exchange day has this id."""

    code: ClassVar[str] = "session_not_found"
    message: ClassVar[str] = "There is no such exchange day. All of them stand on one page."


class RulebookNotFound(NotFoundError):
    """No rulebook has this id."""

    code: ClassVar[str] = "rulebook_not_found"
    message: ClassVar[str] = "There is no such rulebook. All of them stand on the page of rules."
