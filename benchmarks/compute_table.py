"""The table of `benchmarks/compute.py`: what was measured, tool by tool."""

from collections.abc import Iterator
from typing import Any

TOOLS = {"tidemill": "Tidemill", "ray": "Ray", "prefect": "Prefect", "dagster": "Dagster", "metaflow": "Metaflow"}


def table(results: dict[str, Any]) -> str:
    head = ["| what | " + " | ".join(TOOLS.values()) + " |", "| --- |" + " ---: |" * len(TOOLS)]
    return "\n".join([*head, *lines([results.get(name, {}) for name in TOOLS])]) + "\n"


def lines(sides: list[dict[str, Any]]) -> Iterator[str]:
    yield row("a task is a process of its own", [side.get("own_process", "none") for side in sides])
    yield row("what is kept of a task", [side.get("is_kept", "none") for side in sides])
    yield row("one trivial task, submit to result, median", [milliseconds(side.get("one_task")) for side in sides])
    yield row("ten, each given what the last one gave: of each", [of_each(side.get("chain")) for side in sides])
    yield row("1,000 trivial tasks", [rate(side.get("tasks_per_s")) for side in sides])
    yield row("1,000 that ask for a tenth of a core", [rate(side.get("small_tasks_per_s")) for side in sides])
    yield row("`python -c pass` as a command, median", [milliseconds(side.get("command")) for side in sides])
    yield row("from nothing to the first result", [unit(side.get("first_s"), "s") for side in sides])
    yield row("idle memory, of who asks too", [unit(side.get("idle", {}).get("pss_mb"), "MB") for side in sides])
    yield row("idle processes", [unit(side.get("idle", {}).get("processes"), "") for side in sides])


def row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def milliseconds(figure: dict[str, Any] | None) -> str:
    return unit(None if figure is None else figure["wall_s"] * 1000, "ms")


def of_each(figure: dict[str, Any] | None) -> str:
    return unit(None if figure is None else figure["wall_s"] * 1000 / figure["n"], "ms")


def rate(tasks_per_s: float | None) -> str:
    return unit(tasks_per_s, "tasks/s")


def unit(value: float | None, name: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {name}".strip() if value >= 100 else f"{value:.3g} {name}".strip()
