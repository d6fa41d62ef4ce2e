"""`tidemill job wait` and `tidemill job stop`."""

import time
from collections.abc import Sequence

import click

from tidemill.cli.jobs.words import exit_status, tell_end
from tidemill.cli.quantities import Duration, counted
from tidemill.cli.reaching import client_options, find_job, job_argument
from tidemill.kit.errors import InvalidError, UnavailableError
from tidemill.sdk.client import MOST_ITEMS, MOST_WAIT_S, Client
from tidemill.sdk.messages import FINAL
from tidemill.sdk.progress import LOOKED_EVERY_S, ProgressLine

_PAGE = 1000


@click.command()
@job_argument(many=True, required=False)
@click.option("--group", default="", help="all of a group that have not ended")
@click.option("--timeout", type=Duration(), default=None, help="give up after so long; the jobs go on")
@client_options
def wait(*, client: Client, jobs: Sequence[str], group: str, timeout: int | None) -> int:
    """Wait until jobs have ended.

    The exit status is the job's own, of several that of the first that failed; 143 where it was stopped.
    """
    return wait_for(client, _chosen(client, jobs, group), None if timeout is None else timeout / 1000)


@click.command()
@job_argument(many=True, required=False)
@click.option("--group", default="", help="all of a group")
@click.option("--wait", "is_waited_for", is_flag=True, help="wait until they are gone")
@client_options
def stop(*, client: Client, jobs: Sequence[str], group: str, is_waited_for: bool) -> None:
    """Stop jobs: what waits at once, what runs when it has had its time to end. What has ended stays as it is."""
    stopped = client.stop(group=group) if group and not jobs else client.stop(_chosen(client, jobs, group))
    click.echo(f"Stopping {counted(len(stopped), 'job')}" if stopped else "There was nothing to stop")
    if is_waited_for:
        _wait(client, stopped, None)


def wait_for(client: Client, ids: Sequence[str], timeout_s: float | None = None) -> int:
    """Wait until these have ended, say how, and return the exit status that says so."""
    _wait(client, ids, timeout_s)
    status = 0
    for workload_id in ids:
        details = client.get(workload_id)
        tell_end(details)
        status = status or exit_status(details)
    return status


def _chosen(client: Client, jobs: Sequence[str], group: str) -> list[str]:
    if bool(jobs) == bool(group):
        raise InvalidError("there are either jobs or a group", hint="name jobs, or give --group")
    if jobs:
        return list(dict.fromkeys(find_job(client, told) for told in jobs))
    ids: list[str] = []
    while True:
        page = client.list_all(group=group, limit=_PAGE, offset=len(ids))
        ids += [each.id for each in page.workloads]
        if len(ids) >= page.total or not page.workloads:
            return ids


def _wait(client: Client, ids: Sequence[str], timeout_s: float | None) -> None:
    until = None if timeout_s is None else time.monotonic() + timeout_s
    pending = dict.fromkeys(ids)
    total, failed = len(pending), 0
    line = ProgressLine("1 job" if total == 1 else counted(total, "job"), total)
    try:
        while pending:
            failed += _wait_once(client, pending, until, LOOKED_EVERY_S if line.is_shown else MOST_WAIT_S)
            if pending and until is not None and time.monotonic() >= until:
                raise UnavailableError(
                    f"{counted(len(pending), 'job')} had not ended after {timeout_s:g} s, and go on",
                    hint="`tidemill job list` shows where they stand",
                )
            line.look(client, pending)
            line.at(total - len(pending), failed)
    finally:
        line.close()


def _wait_once(client: Client, pending: dict[str, None], until: float | None, most_s: float) -> int:
    """One request, of so many seconds at most: takes those away that have ended, and returns how many failed."""
    left = most_s if until is None else min(most_s, max(0.0, until - time.monotonic()))
    failed = 0
    for ended in client.wait(list(pending)[:MOST_ITEMS], timeout_s=left).ended:
        if ended.state in FINAL:
            pending.pop(ended.id, None)
            failed += ended.state == "failed"
    return failed
