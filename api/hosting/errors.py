"""What callers of the interface are told before the ledger is asked.

LedgerError
    CommunityUnknownError       community_unknown        404
    KeyMissingError             key_missing              401
    KeyNotKnownError            key_not_known            401
    ScopeWrongError             scope_wrong              403
    NotInOfficeError            not_in_office            403
    IdempotencyKeyError         idempotency_key_invalid  400
    BodyTooLargeError           body_too_large           413
    BodySlowError               body_slow                408
    UnreadableError             unreadable               422
    TooManyRequestsError        too_many_requests        429
    OverloadedError             overloaded               503
    NotFoundError               not_found                404
    PositionUnknownError        position_unknown         409
"""

from typing import ClassVar

from ledger.errors import LedgerError


class CommunityUnknownError(LedgerError):
    """No such community here."""

    code: ClassVar[str] = "community_unknown"
    status: ClassVar[int] = 404
    message: ClassVar[str] = "No community of this name is served here. Check the address."


class KeyMissingError(LedgerError):
    """No bearer key came with the request."""

    code: ClassVar[str] = "key_missing"
    status: ClassVar[int] = 401
    message: ClassVar[str] = "Send the key that the office gave you: Authorization: Bearer <key>."


class KeyNotKnownError(LedgerError):
    """A key that was never granted in this community."""

    code: ClassVar[str] = "key_not_known"
    status: ClassVar[int] = 401
    message: ClassVar[str] = "This key is not known here. Check that it was copied as a whole."


class ScopeWrongError(LedgerError):
    """A key for other calls."""

    code: ClassVar[str] = "scope_wrong"
    status: ClassVar[int] = 403
    message: ClassVar[str] = "This key is not for this call. Ask the office for one that is."


class NotInOfficeError(LedgerError):
    """The officer holds no post that may see this now."""

    code: ClassVar[str] = "not_in_office"
    status: ClassVar[int] = 403
    message: ClassVar[str] = "Only an officer whose post allows this, at this time, may see it."


class IdempotencyKeyError(LedgerError):
    """No key of the request, or one that cannot be used."""

    code: ClassVar[str] = "idempotency_key_invalid"
    status: ClassVar[int] = 400
    message: ClassVar[str] = (
        "Send an Idempotency-Key of 1 to {limit} visible ASCII characters, made before the first"
        " try and the same for every retry (a UUIDv7 is best)."
    )


class BodyTooLargeError(LedgerError):
    """More than the call takes."""

    code: ClassVar[str] = "body_too_large"
    status: ClassVar[int] = 413
    message: ClassVar[str] = "The body is longer than {limit} bytes. Send less at a time."


class BodySlowError(LedgerError):
    """The body did not come in time."""

    code: ClassVar[str] = "body_slow"
    status: ClassVar[int] = 408
    message: ClassVar[str] = "The body did not arrive within {seconds} s. Send it again."


class UnreadableError(LedgerError):
    """The request cannot be read; what is wrong stands in its ``errors``."""

    code: ClassVar[str] = "unreadable"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "The request cannot be read. Correct what is listed and send it again."


class TooManyRequestsError(LedgerError):
    """More requests than one caller may send."""

    code: ClassVar[str] = "too_many_requests"
    status: ClassVar[int] = 429
    message: ClassVar[str] = "Too many requests. Wait {seconds} s and try again."


class OverloadedError(LedgerError):
    """More requests at once than the process takes on."""

    code: ClassVar[str] = "overloaded"
    status: ClassVar[int] = 503
    message: ClassVar[str] = "More is going on than this server can take. Try again in {seconds} s."


class NotFoundError(LedgerError):
    """There is nothing of this name."""

    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404
    message: ClassVar[str] = "There is nothing at this address. Check it."


class PositionUnknownError(LedgerError):
    """The log is not that long, so that waiting would be in vain."""

    code: ClassVar[str] = "position_unknown"
    status: ClassVar[int] = 409
    message: ClassVar[str] = (
        "The log has not come to this position. Wait for one that an answer gave you."
    )
