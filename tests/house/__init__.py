"""The house rules of CONTRIBUTING.md, kept by small tests."""
