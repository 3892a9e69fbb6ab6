"""Tests of the auditor's checks."""
