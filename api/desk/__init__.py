"""The exchange desk of the points supermarket."""
