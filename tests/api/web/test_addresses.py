"""Who is one caller: an address, and of IPv6 the network that a household is given."""

import pytest
from fastapi import Request

from api.web.connections import is_local
from api.web.limits import address_of


def request_from(host: str | None) -> Request:
    """A request that comes from an address."""
    client = None if host is None else (host, 50_000)
    return Request({"type": "http", "headers": [], "client": client})


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_what_is_counted_as_one_address(host: str | None, counted: str) -> None:
    """Each IPv4 address by itself, IPv6 by 64 bits, anything else as it is."""
    assert counted == address_of(request_from(host))


@pytest.mark.parametrize(
    ("address", "local"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("", True), ("192.0.2.7", False)],
)
def test_where_a_reverse_proxy_may_stand(address: str, local: bool) -> None:
    """Only an address of this machine may have more connections than one caller."""
    assert local is is_local(address)
