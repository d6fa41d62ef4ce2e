"""`python -m tidemill.compute.simulation`: live through seeds."""

import time

import click

from tidemill.compute.simulation.promises import BrokenPromiseError
from tidemill.compute.simulation.running import simulate, told


@click.command()
@click.option("--seed", type=int, default=0, show_default=True, help="the first seed")
@click.option("--seeds", type=int, default=1, show_default=True, help="how many, from there")
@click.option("--actions", type=int, default=60, show_default=True, help="actions of each before it comes to rest")
@click.option("--trace", is_flag=True, help="tell the last actions of the first seed")
def main(*, seed: int, seeds: int, actions: int, trace: bool) -> None:
    """Take the controller through random schedules with crashes; exits with 1 at the first broken promise."""
    if trace:
        click.echo(told(seed, actions=actions))
        return
    started, workloads = time.process_time(), 0
    for each in range(seed, seed + seeds):
        try:
            workloads += simulate(each, actions=actions)
        except BrokenPromiseError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{seeds} seeds, {workloads} workloads, {time.process_time() - started:.1f} s of CPU: all promises held")


if __name__ == "__main__":
    main()
