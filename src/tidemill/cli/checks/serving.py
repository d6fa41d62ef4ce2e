"""Who serves the data directory, and whether the port is there to be used."""

import shlex
import socket
from http import HTTPStatus
from importlib.metadata import version

from tidemill.cli.asking import ask
from tidemill.cli.checks.check import Checker, Verdict, error, ok, warning
from tidemill.core.ports import holder_of
from tidemill.core.settings import Loaded
from tidemill.runtime.server_note import running_server


def _server(loaded: Loaded) -> Verdict:
    note = running_server(loaded.settings.data_dir)
    if note is None:
        return ok("does not run; `tidemill up` starts it")
    place = f"process {note.pid} at {note.url}"
    restart = f"tidemill down --data-dir {shlex.quote(str(loaded.settings.data_dir))}, then tidemill up"
    try:
        status, answer = ask(note.url, "/readyz")
    except OSError as problem:
        return error(f"{place} does not answer: {problem or type(problem).__name__}", restart)
    if status != HTTPStatus.OK:
        bad = [f"{name}: {state}" for name, state in answer.get("checks", {}).items() if state != "ok"]
        return error(f"{place} is not ready: {'; '.join(bad) or status}", "mend what it names; its log has more")
    if note.version != version("tidemill"):
        return warning(f"{place} is of version {note.version}, this command of {version('tidemill')}", restart)
    return ok(f"{place} is ready")


def _port(loaded: Loaded) -> Verdict:
    host, port = loaded.settings.server.host, loaded.settings.server.port
    note = running_server(loaded.settings.data_dir)
    if note is not None:
        return ok("in use by this directory's server" if note.url.endswith(f":{port}") else f"served at {note.url}")
    if port == 0:
        return ok("any free one")
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return ok(f"{port} is free")
    except PermissionError:
        return error(f"{port} is kept for the system's administrator", "choose a higher --port, such as 5000")
    except OSError as problem:
        detail = f"{port} of {host} is held by {holder_of(port)} ({problem.strerror})"
        if loaded.origins["port"] == "default":
            return warning(f"{detail}; `tidemill up` takes the next free one", "choose a --port, or 0 for any")
        return error(detail, "choose another --port, or 0 for any free one")


SERVING: dict[str, Checker] = {"server": _server, "port": _port}
