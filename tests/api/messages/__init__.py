"""Tests of sentences, catalogues and problems."""
