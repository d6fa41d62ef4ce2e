"""Schedules: pipelines that are run again and again, at times."""
