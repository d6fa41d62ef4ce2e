"""`tidemill quota`: what workspaces may hold at once."""

from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import InvalidError
from tidemill.kit.quantities import parse_bytes, parse_cpu, show_bytes, show_cpu
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Quota, QuotaSettings

_COLUMNS = ("workspace", "cpu", "memory", "gpu", "workloads", "waiting", "cohort", "weight")
_NONE = "none"


@click.group()
def quota() -> None:
    """Show and set what workspaces may hold at once."""


@quota.command("list")
@output_option
@client_options
def list_quotas(*, client: Client, output: str) -> None:
    """List workspaces with what they hold, and may hold."""
    _show([client.quota(name) for name in client.workspaces()], output)


@quota.command("set")
@click.argument("name", metavar="WORKSPACE")
@click.option("--cpu", help="cores at once, or none for no limit")
@click.option("--memory", help="memory at once, such as 64Gi, or none")
@click.option("--gpu", help="accelerators at once, or none")
@click.option("--workloads", help="workloads at once, or none")
@click.option("--cohort", help='workspaces that lend each other what they do not use; "" leaves it')
@click.option("--weight", type=click.IntRange(1), help="its share beside others")
@click.option("--borrow/--no-borrow", "may_borrow", default=None, help="whether it may use what others lend")
@click.option("--preempt/--no-preempt", "may_preempt", default=None, help="whether it takes its own back at once")
@output_option
@client_options
def set_quota(
    *,
    client: Client,
    name: str,
    cpu: str | None,
    memory: str | None,
    gpu: str | None,
    workloads: str | None,
    output: str,
    **others: Any,
) -> None:
    """Set what a workspace may hold at once; what is not given stays as it is."""
    limits = {
        "cpu_milli": (cpu, parse_cpu),
        "memory_bytes": (memory, parse_bytes),
        "gpus": (gpu, _count),
        "workloads": (workloads, _count),
    }
    changed: dict[str, Any] = {field: _limit(*told) for field, told in limits.items() if told[0] is not None}
    changed |= {field: value for field, value in others.items() if value is not None}
    if not changed:
        raise InvalidError("nothing is to be changed", hint="give a limit, such as --cpu 8")
    present = client.quota(name).quota or QuotaSettings()
    _show([client.set_quota(name, msgspec.structs.replace(present, **changed))], output)


def _limit(told: str | None, parse: Callable[[str], int]) -> int | None:
    return None if told is None or told.strip().lower() == _NONE else parse(told)


def _count(told: str) -> int:
    if not told.isdecimal():
        raise InvalidError(f"{told!r} is not a whole number", hint=f"such as 4, or {_NONE} for no limit")
    return int(told)


def _show(quotas: Sequence[Quota], output: str) -> None:
    if output in ("json", "yaml"):
        show_rows([msgspec.to_builtins(each) for each in quotas], output, _COLUMNS)
    else:
        show_rows([_row(each) for each in quotas], output, _COLUMNS)


def _row(quota: Quota) -> dict[str, Any]:
    told, used = quota.quota or QuotaSettings(), quota.used
    return {
        "workspace": quota.workspace,
        "cpu": _of(show_cpu(used.cpu_milli), told.cpu_milli, show_cpu),
        "memory": _of(show_bytes(used.memory_bytes), told.memory_bytes, show_bytes),
        "gpu": _of(str(used.gpus), told.gpus, str),
        "workloads": _of(str(quota.live), told.workloads, str),
        "waiting": quota.waiting,
        "cohort": told.cohort or "-",
        "weight": told.weight,
    }


def _of(used: str, limit: int | None, show: Callable[[int], str]) -> str:
    return used if limit is None else f"{used} of {show(limit)}"
