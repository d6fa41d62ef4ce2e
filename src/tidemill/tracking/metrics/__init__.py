"""Metric series: points, their packed form, merging, sampling and binning. This package does no I/O but in store.py."""
