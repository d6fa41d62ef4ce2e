"""Runs of pipelines as people look at them: what is drawn, what an artifact holds, what differs between two runs."""
