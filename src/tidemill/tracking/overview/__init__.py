"""Overviews: what the pages show of several nouns at once, read in one go."""
