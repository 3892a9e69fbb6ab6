"""The reference page is what the code says."""

from tests.house.reference import PAGE, page


def test_the_reference_is_up_to_date() -> None:
    """Every event type with its fields, every code with its sentence (`make reference`)."""
    assert page() == PAGE.read_text("utf-8")
