"""Runs of pipelines: asked for, driven to their end, shown."""
