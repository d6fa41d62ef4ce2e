"""Workloads: everything that runs, its queue, and the backends it runs on."""
