"""Commands that speak to a server, here or elsewhere: the options that name it, and completion of what it has."""

import functools
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from tidemill.cli.options import data_dir_of, data_dir_option
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.sdk.client import Client
from tidemill.sdk.messages import FINAL, Workload

_ID_LENGTH = 32
_LEAST_PREFIX = 4
_MOST_LOOKED_AT = 1000
_SHOWN_ID = 12
_COMPLETED = 50


def client_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--uri`, `--workspace` and `--data-dir`; the command gets the `client` that they make."""

    @functools.wraps(function)
    def with_client(*args: Any, uri: str | None, workspace: str | None, data_dir: str | None, **kwargs: Any) -> Any:
        with client_of(uri, workspace, data_dir) as client:
            return function(*args, client=client, **kwargs)

    options = (
        click.option(
            "--uri", metavar="URL", help="the server's address; else TIDEMILL_URI, else the one that runs here"
        ),
        click.option("--workspace", metavar="NAME", help="the workspace; else TIDEMILL_WORKSPACE, else default"),
        data_dir_option,
    )
    wrapped: Callable[..., Any] = with_client
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def client_of(uri: str | None, workspace: str | None, data_dir: str | None) -> Client:
    """The client that these options make."""
    return Client(uri, workspace=workspace, data_dir=data_dir_of(data_dir) if data_dir else None)


def client_told(context: click.Context) -> Client:
    """The client that the options make which are typed already; for completion."""
    told = context.params
    return client_of(told.get("uri"), told.get("workspace"), told.get("data_dir"))


def job_argument(*, many: bool = False, required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A job by its id, the begin of its id, or its name."""
    name, count = ("jobs", -1) if many else ("job", 1)
    metavar = "JOB..." if many else "JOB"
    return click.argument(
        name, nargs=count, required=required, metavar=metavar if required else f"[{metavar}]", shell_complete=_jobs
    )


def find_job(client: Client, told: str) -> str:
    """The id of a job by its id, the begin of one, or a name: of several with that name the newest.

    Raises NotFoundError, InvalidError where several ids begin so.
    """
    if len(told) == _ID_LENGTH:
        return told
    listed = client.list_all(limit=_MOST_LOOKED_AT).workloads
    begun = [each.id for each in listed if each.id.startswith(told)] if len(told) >= _LEAST_PREFIX else []
    if len(begun) == 1:
        return begun[0]
    named = [each.id for each in client.list_all(search=told, limit=_MOST_LOOKED_AT).workloads if each.name == told]
    if named:
        return named[0]
    if begun:
        raise InvalidError(f"{len(begun)} jobs have an id that begins with {told}", hint="write more of it")
    raise NotFoundError(f"no job has the name or id {told!r}", hint="`tidemill job list` shows them")


def short_id(workload_id: str) -> str:
    """As much of an id as people need."""
    return workload_id[:_SHOWN_ID]


def _jobs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the newest jobs, those that have not ended first. Where no server answers, nothing is offered."""
    try:
        with client_told(context) as client:
            found = client.list_all(limit=_MOST_LOOKED_AT).workloads
    except (TidemillError, OSError):
        return []
    found.sort(key=lambda each: each.state in FINAL)
    return [_item(each, incomplete) for each in found if _begins(each, incomplete)][:_COMPLETED]


def _begins(workload: Workload, incomplete: str) -> bool:
    return workload.id.startswith(incomplete) or (bool(incomplete) and workload.name.startswith(incomplete))


def _item(workload: Workload, incomplete: str) -> CompletionItem:
    by_id = workload.id.startswith(incomplete)
    shown = short_id(workload.id) if by_id else workload.name
    return CompletionItem(shown, help=f"{workload.name if by_id else short_id(workload.id)} {workload.state}")
