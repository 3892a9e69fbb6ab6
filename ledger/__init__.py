"""The ledger: events, the decisions that make them, and the log that keeps them."""
