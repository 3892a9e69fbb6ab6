"""The public board: pages for whoever passes by, and the same facts for programs."""
