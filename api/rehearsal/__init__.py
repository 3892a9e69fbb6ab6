"""A rehearsal: a quarter of paper records played through the ledger's ordinary commands."""
