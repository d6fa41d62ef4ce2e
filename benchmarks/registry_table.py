"""The table of `benchmarks/registry.py`: what was measured, its unit, and the goal: peer / ours at least."""

from collections.abc import Iterator
from typing import Any

from figures import line

CPU, TIME = "server_cpu_ms_per_call", "p50_ms"
FIGURES = (
    ("register a version, CPU a call, 1 client", f"register.1_clients.{CPU}", "ms", 10),
    ("register a version, CPU a call, 8 clients", f"register.8_clients.{CPU}", "ms", 10),
    ("register a version, 1 client", "register.1_clients.calls_per_s", "calls/s", -10),
    ("register a version, 8 clients", "register.8_clients.calls_per_s", "calls/s", -10),
    ("load by alias (two requests), CPU, 1 client", f"load.1_clients.{CPU}", "ms", 10),
    ("load by alias, CPU, 8 clients", f"load.8_clients.{CPU}", "ms", 10),
    ("load by alias, 8 clients", "load.8_clients.calls_per_s", "loads/s", -10),
    ("models, default order, 100", f"search.models_default_100.{TIME}", "ms", 10),
    ("models, last changed first, 100", f"search.models_newest_100.{TIME}", "ms", 10),
    ("models by name, LIKE 'area07-%', 100", f"search.models_name_like_area.{TIME}", "ms", 10),
    ("models by name, ILIKE '%...%', 100", f"search.models_name_ilike_anywhere.{TIME}", "ms", 10),
    ("models by a tag, 100", f"search.models_by_tag.{TIME}", "ms", 10),
    ("models by two tags", f"search.models_by_two_tags.{TIME}", "ms", 10),
    ("versions by name, 10", f"search.versions_by_name.{TIME}", "ms", 10),
    ("versions by run", f"search.versions_by_run.{TIME}", "ms", 10),
    ("versions by name, LIKE, 100 of 1,000", f"search.versions_by_name_like.{TIME}", "ms", 10),
    ("versions, last changed first, 100", f"search.versions_default_100.{TIME}", "ms", 10),
    ("versions by a tag of ten of them", f"search.versions_by_rare_tag.{TIME}", "ms", 10),
    ("versions by a tag of half of them, 100", f"search.versions_by_common_tag.{TIME}", "ms", 10),
)


def table(results: dict[str, Any]) -> str:
    rows = ["| what | Tidemill | mlflow | ratio | goal |", "| --- | ---: | ---: | ---: | ---: |", *_lines(results)]
    return "\n".join(rows) + "\n"


def _lines(results: dict[str, Any]) -> Iterator[str]:
    for name, path, unit, goal in FIGURES:
        yield line(results, name, path, unit, goal)
