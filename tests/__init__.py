"""Tests, laid out as the three rooms are."""
