"""`tidemill node`: machines."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.quantities import counted
from tidemill.cli.reaching import client_options
from tidemill.kit.quantities import show_bytes, show_cpu
from tidemill.sdk.client import Client
from tidemill.sdk.messages import Node

_COLUMNS = ("name", "backend", "work", "cpu", "memory", "gpu", "gpu_model", "processes")


@click.group()
def node() -> None:
    """Look at machines; close and open them for work."""


@node.command("list")
@output_option
@client_options
def list_nodes(*, client: Client, output: str) -> None:
    """List machines, with what is used of what they have."""
    show_rows([_row(each) for each in client.nodes()], output, _COLUMNS)


@node.command("close")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@client_options
def close_nodes(*, client: Client, nodes: Sequence[str]) -> None:
    """Give machines no new work; what runs there goes on."""
    for name in nodes:
        client.set_node_open(name, is_open=False)
    click.echo(f"{counted(len(nodes), 'machine')} will get no new work")


@node.command("open")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@client_options
def open_nodes(*, client: Client, nodes: Sequence[str]) -> None:
    """Let machines take new work again."""
    for name in nodes:
        client.set_node_open(name, is_open=True)
    click.echo(f"{counted(len(nodes), 'machine')} will get new work")


def _row(node: Node) -> dict[str, Any]:
    used, has = node.used, node.capacity
    words = {
        "work": "takes work" if node.takes_work else "away" if node.is_open else "closed",
        "cpu": f"{show_cpu(used.cpu_milli)} of {show_cpu(has.cpu_milli)}",
        "memory": f"{show_bytes(used.memory_bytes)} of {show_bytes(has.memory_bytes)}",
        "gpu": f"{used.gpus} of {has.gpus}" if has.gpus else "-",
    }
    return {**msgspec.to_builtins(node), **words, "gpu_model": node.gpu_model or "-"}
