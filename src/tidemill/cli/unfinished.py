"""Workloads that have not ended, of all workspaces of a server: counted, and stopped."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tidemill.cli.asking import ask
from tidemill.kit.errors import UnavailableError
from tidemill.sdk.client import MOST_ITEMS, Client

_ACTIVE = ("admitted", "running", "stopping")
_ANY = ("queued", *_ACTIVE)
_TIMEOUT_S = 120


def count_running(uri: str) -> int:
    """How many workloads hold resources now; 0 where the server does not answer."""
    try:
        _, answer = ask(uri, "/api/v1/workspaces")
        names = [each["name"] for each in answer["workspaces"]]
        query = urlencode([("state", state) for state in _ACTIVE] + [("limit", "0")])
        pages = [ask(uri, f"/api/v1/workloads?{query}&{urlencode({'workspace': name})}")[1] for name in names]
        return sum(page["total"] for page in pages)
    except (OSError, KeyError):
        return 0


def stop_all(directory: Path) -> int:
    """Stop every workload that has not ended, and wait until it has; returns how many there were.

    Raises UnavailableError where some do not end in time.
    """
    stopped: set[str] = set()
    deadline = time.monotonic() + _TIMEOUT_S
    with _clients(directory) as clients:
        for client in clients:
            while ids := [each.id for each in client.list_all(state=list(_ANY), limit=MOST_ITEMS).workloads]:
                stopped.update(client.stop(ids))
                client.wait(ids, timeout_s=deadline - time.monotonic())
                if time.monotonic() > deadline:
                    raise UnavailableError(
                        f"{len(ids)} workloads did not end within {_TIMEOUT_S} s",
                        hint="`tidemill job list` shows them; without --all the server stops, and they go on",
                    )
    return len(stopped)


@contextmanager
def _clients(directory: Path) -> Generator[list[Client]]:
    """A client for each workspace of the server of a data directory."""
    with Client(data_dir=directory) as first:
        clients = [Client(data_dir=directory, workspace=name) for name in first.workspaces()]
    try:
        yield clients
    finally:
        for client in clients:
            client.close()
