"""`tidemill pipeline stop`, `retry` and `delete`."""

import click

from tidemill.cli.pipelines.finding import find_run, run_argument
from tidemill.cli.pipelines.waiting import wait_for_run
from tidemill.cli.reaching import client_options
from tidemill.sdk.client import Client
from tidemill.sdk.pipelines import Pipelines


@click.command()
@run_argument()
@click.option("--wait", "is_waited_for", is_flag=True, help="wait until it has ended")
@client_options
def stop(*, client: Client, run: str, is_waited_for: bool) -> None:
    """Stop a run: its tasks get their time to end, and its exit handlers run."""
    pipelines = Pipelines(client)
    run_id = find_run(pipelines, run)
    pipelines.stop(run_id)
    click.echo(f"Stopping {run_id}")
    if is_waited_for:
        wait_for_run(pipelines, run_id)


@click.command()
@run_argument()
@click.option(
    "-f", "--wait", "--follow", "is_waited_for", is_flag=True, help="wait for its end, and show how far it is"
)
@client_options
def retry(*, client: Client, run: str, is_waited_for: bool) -> int | None:
    """Begin a run again at what failed, was stopped or never began. What has succeeded does not run again.

    With --wait the exit status is 0 where it succeeds, 1 where it fails, 143 where it is stopped.
    """
    pipelines = Pipelines(client)
    run_id = find_run(pipelines, run)
    pipelines.retry(run_id)
    click.echo(run_id)
    return wait_for_run(pipelines, run_id) if is_waited_for else None


@click.command()
@run_argument()
@client_options
def delete(*, client: Client, run: str) -> None:
    """Remove a run and its tasks; what of it runs is stopped."""
    pipelines = Pipelines(client)
    run_id = find_run(pipelines, run)
    pipelines.delete(run_id)
    click.echo(f"Deleted {run_id}")
