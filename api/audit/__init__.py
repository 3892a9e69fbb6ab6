"""What auditors are given, and everybody the public part of."""
