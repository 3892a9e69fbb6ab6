"""What the public board reads: pure functions from a connection to facts, each with a limit."""
