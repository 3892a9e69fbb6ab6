"""Communities at work in this process."""
