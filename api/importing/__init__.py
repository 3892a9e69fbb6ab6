"""Import: the sheets of a community into its ledger on the real clock, row by row."""
