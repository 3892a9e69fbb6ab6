"""What readers of the board are told.

NotFoundError
    NoticeNotFound       notice_not_found     404
    SessionNotFound      session_not_found    404
    RulebookNotFound     rulebook_not_found   404
"""

from typing import ClassVar

from api.hosting.errors import NotFoundError


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
