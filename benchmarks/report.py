"""Writes the tables of docs/benchmarks.md from benchmarks/results: all sides, and what was set out for."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import compute_table
import pipelines_table
import registry_table
from figures import line

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
# What is measured, where it stands in the results, its unit, and the goal: peer / ours at least.
FIGURES = (
    (
        "log-batch of 1,000 points, CPU a call, 1 client",
        "write.log_batch_1000.1_clients.server_cpu_ms_per_call",
        "ms",
        80,
    ),
    (
        "log-batch of 1,000 points, CPU a call, 8 clients",
        "write.log_batch_1000.8_clients.server_cpu_ms_per_call",
        "ms",
        80,
    ),
    ("log-batch of 1,000 points, 1 client", "write.log_batch_1000.1_clients.points_per_s", "points/s", -50),
    ("log-batch of 1,000 points, 8 clients", "write.log_batch_1000.8_clients.points_per_s", "points/s", -50),
    ("log-batch of 10 points, CPU a call, 1 client", "write.log_batch_10.1_clients.server_cpu_ms_per_call", "ms", None),
    ("log_metric, CPU a call, 1 client", "write.log_metric.1_clients.server_cpu_ms_per_call", "ms", 20),
    ("log_metric, CPU a call, 8 clients", "write.log_metric.8_clients.server_cpu_ms_per_call", "ms", 20),
    ("log_metric, p99, 8 clients", "write.log_metric.8_clients.p99_ms", "ms", 10),
    ("create run, CPU a call, 1 client", "write.create_run.1_clients.server_cpu_ms_per_call", "ms", 15),
    ("create run, CPU a call, 8 clients", "write.create_run.8_clients.server_cpu_ms_per_call", "ms", 15),
    ("10,000 runs: metric filter, metric order, 50", "search_10k.search_runs.filter_order_50.p50_ms", "ms", 100),
    ("10,000 runs: two filters, metric order, 50", "search_10k.search_runs.two_filters_order_50.p50_ms", "ms", None),
    ("10,000 runs: metric order, 100", "search_10k.search_runs.no_filter_order_metric_100.p50_ms", "ms", 100),
    ("10,000 runs: default order, 50", "search_10k.search_runs.no_filter_default_order_50.p50_ms", "ms", None),
    ("10,000 runs: default order, 1,000", "search_10k.search_runs.no_filter_1000.p50_ms", "ms", 20),
    ("100,000 runs: two filters, metric order, 50", "search_100k.search_runs.two_filters_order_50.p50_ms", "ms", 100),
    ("100,000 runs: default order, 50", "search_100k.search_runs.no_filter_default_order_50.p50_ms", "ms", None),
    ("100,000 runs: default order, 1,000", "search_100k.search_runs.no_filter_1000.p50_ms", "ms", 20),
    ("bulk-interval, 20 runs x 10,000 points", "ui.ui.bulk_interval_20_runs_x_10000.p50_ms", "ms", 50),
    ("1,000,000-point history, walked by pages", "history.history.get_history_walk_all.p50_ms", "ms", 10),
    ("1,000,000-point history, bulk-interval", "history.history.bulk_interval_320.p50_ms", "ms", None),
    ("disk a point, of that history", "history.disk_bytes_per_point", "bytes", None),
    ("start from nothing, CPU", "start.cpu_s", "s", 10),
    ("start from nothing, to the first 200", "start.wall_s", "s", None),
    ("warm start, to the first 200", "warm_start.wall_s", "s", None),
    ("idle memory (proportional share)", "idle.pss_mb", "MB", 15),
    ("idle processes", "idle.processes", "", None),
)


def main() -> None:
    write("tracking", table)
    write("compute", compute_table.table)
    write("pipelines", pipelines_table.table)
    write("registry", registry_table.table)


def write(name: str, make: Callable[[dict[str, Any]], str]) -> None:
    """Put the table of these results between its marks."""
    results = HERE / "results" / f"{name}.json"
    if not results.exists():
        return
    begin, end = f"<!-- {name}: written by benchmarks/report.py -->\n", f"<!-- end of {name} -->\n"
    made = make(json.loads(results.read_text()))
    before, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{before}{begin}\n{made}\n{end}{rest.split(end)[1]}")
    print(made)


def table(results: dict[str, Any]) -> str:
    rows = ["| what | Tidemill | mlflow | ratio | goal |", "| --- | ---: | ---: | ---: | ---: |", *lines(results)]
    return "\n".join(rows) + "\n"


def lines(results: dict[str, Any]) -> Iterator[str]:
    for name, path, unit, goal in FIGURES:
        yield line(results, name, path, unit, goal)


if __name__ == "__main__":
    main()
