"""Logs of workloads: read by range, followed, searched and downloaded, whether their processes still run or not."""
