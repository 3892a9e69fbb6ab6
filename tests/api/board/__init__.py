"""The board over a real database."""
