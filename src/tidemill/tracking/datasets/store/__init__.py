"""Queries over datasets and their records, always within one workspace or below a dataset that was found in it."""
