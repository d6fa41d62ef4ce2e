"""Artifacts: files that runs and logged models leave, by logical path."""
