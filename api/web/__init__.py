"""What every call of the interface shares: problems, callers, limits, logs, figures."""
