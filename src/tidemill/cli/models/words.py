"""Models in words: times, aliases, checks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click

from tidemill.sdk.registry_messages import Check

STAGE = click.Choice(["None", "Staging", "Production", "Archived"], case_sensitive=False)


def time_of(at_ms: int) -> str:
    """A time as people read it, in their own zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def pairs(values: Mapping[str, object]) -> str:
    """`champion=3 shadow=2`."""
    return " ".join(f"{key}={value}" for key, value in values.items())


def tell_checks(checks: Sequence[Check], *, err: bool = False) -> None:
    """A line for each check: whether it is green, and why."""
    for check in checks:
        mark = click.style("green", fg="green") if check.is_green else click.style("red  ", fg="red")
        link = f"  {check.link}" if check.link else ""
        click.echo(f"{mark}  {check.requirement}: {check.reason}{link}", err=err)
