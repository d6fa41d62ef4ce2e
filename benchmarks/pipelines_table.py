"""The table of `benchmarks/pipelines.py`: what was measured, tool by tool."""

from collections.abc import Iterator
from typing import Any

from compute_table import of_each, rate, row, unit

TOOLS = {
    "tidemill": "Tidemill",
    "kfp": "kfp's local runner",
    "prefect": "Prefect",
    "dagster": "Dagster",
    "metaflow": "Metaflow",
}


def table(results: dict[str, Any]) -> str:
    head = ["| what | " + " | ".join(TOOLS.values()) + " |", "| --- |" + " ---: |" * len(TOOLS)]
    return "\n".join([*head, *lines([results.get(name, {}) for name in TOOLS])]) + "\n"


def lines(sides: list[dict[str, Any]]) -> Iterator[str]:
    yield row("a step is a process of its own", [side.get("own_process", "none") for side in sides])
    yield row("what is kept of a step", [side.get("is_kept", "none") for side in sides])
    chains = [side.get("chain") or side.get("chain_novenv") for side in sides]
    yield row("a chain of ten steps: of each", [of_each(chain) for chain in chains])
    yield row("with a virtual environment for each step", [of_each(side.get("chain_venv")) for side in sides])
    yield row("a chain of 200 steps: of each", [of_each(side.get("chain_200")) for side in sides])
    yield row("a fan-out of 1,000 steps", [rate(side.get("tasks_per_s")) for side in sides])
    yield row("from nothing to the first pipeline's end", [unit(side.get("first_s"), "s") for side in sides])
