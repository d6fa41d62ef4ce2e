"""`python -m tidemill.pipelines.plan.simulation`: run through seeds."""

import time

import click

from tidemill.pipelines.plan.simulation.promises import BrokenPromiseError
from tidemill.pipelines.plan.simulation.running import simulate, told


@click.command()
@click.option("--seed", type=int, default=0, show_default=True, help="the first seed")
@click.option("--seeds", type=int, default=1, show_default=True, help="how many, from there")
@click.option("--trace", is_flag=True, help="tell what happens in the first seed")
def main(*, seed: int, seeds: int, trace: bool) -> None:
    """Take plans through random runs with crashes; exits with 1 at the first broken promise."""
    if trace:
        click.echo(told(seed))
        return
    started, instances = time.process_time(), 0
    for each in range(seed, seed + seeds):
        try:
            instances += simulate(each)
        except BrokenPromiseError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{seeds} seeds, {instances} instances, {time.process_time() - started:.1f} s of CPU: all promises held")


if __name__ == "__main__":
    main()
