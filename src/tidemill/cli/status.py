"""`tidemill status`: whether the server of a data directory runs, and how it fares."""

import sys
from http import HTTPStatus
from pathlib import Path

import click
import psutil

from tidemill.cli.asking import ask
from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.cli.output import output_option, show_object
from tidemill.kit.clock import now_ms
from tidemill.runtime.server_note import ServerNote, running_server

NOT_RUNNING = 3


@click.command()
@data_dir_option
@output_option
def status(*, data_dir: str | None, output: str) -> None:
    """Show whether the server runs; exit status 3 when it does not, 1 when it runs and is not ready."""
    directory = data_dir_of(data_dir)
    note = running_server(directory)
    if note is None:
        show_object({"running": False, "data_dir": str(directory)}, output)
        sys.exit(NOT_RUNNING)
    answer = _described(note, directory)
    show_object(answer, output)
    if not answer["ready"]:
        sys.exit(1)


def _described(note: ServerNote, directory: Path) -> dict[str, object]:
    answer: dict[str, object] = {
        "running": True,
        "url": note.url,
        "ready": False,
        "version": note.version,
        "pid": note.pid,
        "uptime_s": (now_ms() - note.started_ms) // 1000,
        "memory_bytes": _memory_of(note.pid),
        "data_dir": str(directory),
    }
    try:
        code, content = ask(note.url, "/readyz")
        answer |= {"ready": code == HTTPStatus.OK, "checks": content.get("checks", {})}
    except OSError as error:
        answer["checks"] = {"http": str(error) or type(error).__name__}
    return answer


def _memory_of(pid: int) -> int | None:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return None
