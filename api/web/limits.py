"""How many requests one caller may send: by key, and by address where there is none."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.hosting.errors import TooManyRequestsError
from api.settings import KEY_PER_MINUTE

ADDRESS_PER_MINUTE: Final = 1_200
FAILURES_PER_MINUTE: Final = 30
"""Wrong keys from one address; more would be somebody trying keys."""
WINDOW_SECONDS: Final = 60
HOUSEHOLD_BITS: Final = 64


class Limits:
    """Counts in this process; behind several processes the limits add up."""

    def __init__(
        self,
        *,
        key_per_minute: int = KEY_PER_MINUTE,
        address_per_minute: int = ADDRESS_PER_MINUTE,
        failures_per_minute: int = FAILURES_PER_MINUTE,
    ) -> None:
        """Nobody has sent anything yet."""
        self._counter = FixedWindowRateLimiter(MemoryStorage())
        self._key = RateLimitItemPerMinute(key_per_minute)
        self._address = RateLimitItemPerMinute(address_per_minute)
        self._failures = RateLimitItemPerMinute(failures_per_minute)

    def check_address(self, request: Request) -> None:
        """Count a request without a key.

        Raises:
            TooManyRequestsError: there were too many from the address.
        """
        self._count(self._address, "address", address_of(request))

    def check_key(self, key: str) -> None:
        """Count a request with a key.

        Raises:
            TooManyRequestsError: there were too many with it.
        """
        self._count(self._key, "key", key)

    def check_failures(self, request: Request) -> None:
        """Look whether an address has tried too many wrong keys.

        Raises:
            TooManyRequestsError: it has.
        """
        if not self._counter.test(self._failures, "failures", address_of(request)):
            raise TooManyRequestsError(seconds=WINDOW_SECONDS)

    def count_failure(self, request: Request) -> None:
        """Count a wrong key."""
        self._counter.hit(self._failures, "failures", address_of(request))

    def _count(self, limit: RateLimitItemPerMinute, kind: str, who: str) -> None:
        if not self._counter.hit(limit, kind, who):
            raise TooManyRequestsError(seconds=WINDOW_SECONDS)


def address_of(request: Request) -> str:
    """Where a request comes from; the server knows which proxies to believe.

    Of an IPv6 address the network of 64 bits, which is what one household is given.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, HOUSEHOLD_BITS), strict=False))
    return host
