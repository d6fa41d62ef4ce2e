"""Ray: its first task, single tasks, idle memory."""

import os

os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("RAY_raylet_start_wait_time_s", "180")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import ray
from probing import probe, stand_still

ray.init(
    num_cpus=2,
    include_dashboard=False,
    log_to_driver=False,
    _node_ip_address="127.0.0.1",
    object_store_memory=200 * 1024 * 1024,
)


@ray.remote
def inc(x):
    return x + 1


probe(lambda x: ray.get(inc.remote(x)))
stand_still()
ray.shutdown()
