"""Searching models and versions: what filters and orders may speak of, their SQL, and pages of what is found."""
