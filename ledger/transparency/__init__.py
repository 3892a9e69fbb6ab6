"""The transparency log: bytes in, bytes out."""
