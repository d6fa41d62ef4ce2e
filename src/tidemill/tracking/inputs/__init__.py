"""Inputs and outputs: which datasets and logged models runs took and gave."""
