"""A line of a table that sets Tidemill beside mlflow."""

from typing import Any


def line(results: dict[str, Any], name: str, path: str, unit: str, goal: int | None) -> str:
    """One figure of both sides and their ratio; a negative goal is of a rate, where more is better."""
    ours, theirs = (look_up(results.get(side, {}), path) for side in ("tidemill", "mlflow"))
    ratio = None
    if ours and theirs:
        ratio = ours / theirs if goal is not None and goal < 0 else theirs / ours
    wanted = "" if goal is None else f"{abs(goal)} x"
    reached = "" if ratio is None else f"{ratio:.3g} x"
    return f"| {name} | {shown(ours, unit)} | {shown(theirs, unit)} | {reached} | {wanted} |"


def look_up(tree: Any, path: str) -> float | None:
    """The number at a dotted path."""
    for step in path.split("."):
        if not isinstance(tree, dict):
            return None
        tree = tree.get(step)
    return float(tree) if isinstance(tree, int | float) else None


def shown(value: float | None, unit: str) -> str:
    """A figure with three digits and its unit."""
    if value is None:
        return "none"
    return f"{value:,.0f} {unit}".strip() if value >= 1000 else f"{value:.3g} {unit}".strip()
