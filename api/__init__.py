"""The outer room: command line, desk, office, board and audit, and what they read and say."""
