"""Tests of reading paper sheets."""
