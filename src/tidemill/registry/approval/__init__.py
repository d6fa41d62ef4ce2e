"""Approval: who may promote versions of a model, and which checks must be green for it."""
