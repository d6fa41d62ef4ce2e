"""`tidemill status`: whether the server of a data directory runs, and how it fares."""

import sys

import click
import httpx
import psutil

from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.cli.output import output_option, show_object
from tidemill.kit.clock import now_ms
from tidemill.core.instance import running_server


@click.command()
@data_dir_option
@output_option
def status(*, data_dir: str | None, output: str) -> None:
    """Show whether the server runs; exit status 3 when it does not."""
    directory = data_dir_of(data_dir)
    note = running_server(directory)
    if note is None:
        show_object({"running": False, "data_dir": str(directory)}, output)
        sys.exit(3)
    process = psutil.Process(note.pid)
    answer: dict[str, object] = {
        "running": True,
        "url": note.url,
        "ready": False,
        "version": note.version,
        "pid": note.pid,
        "uptime_s": (now_ms() - note.started_ms) // 1000,
        "memory_bytes": process.memory_info().rss,
        "data_dir": str(directory),
    }
    try:
        readiness = httpx.get(f"{note.url}/readyz", timeout=5, trust_env=False)
        answer |= {"ready": readiness.is_success, "checks": readiness.json()["checks"]}
    except (httpx.HTTPError, ValueError, KeyError) as error:
        answer["checks"] = {"http": str(error) or type(error).__name__}
    show_object(answer, output)
