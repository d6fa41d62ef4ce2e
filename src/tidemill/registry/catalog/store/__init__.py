"""Queries over the catalog, always within one workspace: a file a noun, and `reading.py`, which loads many at once."""
