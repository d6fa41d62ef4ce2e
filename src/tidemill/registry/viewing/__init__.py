"""Viewing: models and versions as people look at them, with what surrounds them, and one beside another."""
