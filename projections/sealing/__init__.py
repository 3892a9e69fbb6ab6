"""Sealing: the log as tiles under signed checkpoints, a moment behind it and off every request."""
