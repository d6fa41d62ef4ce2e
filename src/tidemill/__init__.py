"""Tidemill: one machine-learning platform."""
