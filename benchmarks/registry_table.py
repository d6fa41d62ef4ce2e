"""The table of `benchmarks/registry.py`: what was measured, its unit, and the goal: peer / ours at least."""

from collections.abc import Iterator
from typing import Any

from figures import line

CPU, TIME = "server_cpu_ms_per_call", "p50_ms"


def searched(words: str, query: str) -> Iterator[tuple[str, str, str, int]]:
    """A search, in time and in CPU."""
    yield words, f"search.{query}.{TIME}", "ms", 10
    yield "- its CPU", f"search.{query}.{CPU}", "ms", 10


FIGURES = (
    ("register a version, CPU a call, 1 client", f"register.1_clients.{CPU}", "ms", 10),
    ("register a version, CPU a call, 8 clients", f"register.8_clients.{CPU}", "ms", 10),
    ("register a version, 1 client", "register.1_clients.calls_per_s", "calls/s", -10),
    ("register a version, 8 clients", "register.8_clients.calls_per_s", "calls/s", -10),
    ("load by alias (two requests), CPU, 1 client", f"load.1_clients.{CPU}", "ms", 10),
    ("load by alias, CPU, 8 clients", f"load.8_clients.{CPU}", "ms", 10),
    ("load by alias, 8 clients", "load.8_clients.calls_per_s", "loads/s", -10),
    *searched("models, default order, 100", "models_default_100"),
    *searched("models, last changed first, 100", "models_newest_100"),
    *searched("models by name, LIKE 'area07-%', 100", "models_name_like_area"),
    *searched("models by name, ILIKE '%...%', 100", "models_name_ilike_anywhere"),
    *searched("models by a tag, 100", "models_by_tag"),
    *searched("models by two tags", "models_by_two_tags"),
    *searched("versions by name, 10", "versions_by_name"),
    *searched("versions by run", "versions_by_run"),
    *searched("versions by name, LIKE, 100 of 1,000", "versions_by_name_like"),
    *searched("versions, last changed first, 100", "versions_default_100"),
    *searched("versions by a tag of ten of them", "versions_by_rare_tag"),
    *searched("versions by a tag of half of them, 100", "versions_by_common_tag"),
)


def table(results: dict[str, Any]) -> str:
    rows = ["| what | Tidemill | mlflow | ratio | goal |", "| --- | ---: | ---: | ---: | ---: |", *_lines(results)]
    return "\n".join(rows) + "\n"


def _lines(results: dict[str, Any]) -> Iterator[str]:
    for name, path, unit, goal in FIGURES:
        yield line(results, name, path, unit, goal)
