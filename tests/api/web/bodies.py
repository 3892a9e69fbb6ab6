"""Bodies that the tests of the interface send."""

from typing import Any

from tests.support.live import SESSION


def basket(quantity: int = 1, item: str = "rice", card: str = "C1") -> dict[str, Any]:
    """The body of an exchange."""
    return {"card": card, "session": SESSION, "lines": [{"item": item, "quantity": quantity}]}
