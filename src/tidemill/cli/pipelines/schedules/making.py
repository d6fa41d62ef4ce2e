"""`tidemill pipeline schedule create`."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from tidemill.cli.output import output_option, show_object
from tidemill.cli.pipelines.finding import files_and_pipelines
from tidemill.cli.pipelines.packages import is_file, parameter_types, read_package
from tidemill.cli.pipelines.schedules.words import tell_next
from tidemill.cli.pipelines.values import values_given, values_of_file
from tidemill.cli.quantities import Duration
from tidemill.cli.reaching import client_options
from tidemill.kit.errors import AlreadyExistsError, InvalidError
from tidemill.sdk.client import Client
from tidemill.sdk.pipeline_messages import RuntimeConfig, VersionReference
from tidemill.sdk.pipelines import Pipelines
from tidemill.sdk.schedule_messages import (
    DISABLE,
    ENABLE,
    CronSchedule,
    MadeSchedule,
    NewSchedule,
    PeriodicSchedule,
    Trigger,
)
from tidemill.sdk.schedules import Schedules

_SHOWN_NEXT = 3

Source = tuple[Mapping[str, Any] | None, VersionReference, dict[str, str]]


class _Moment(click.ParamType[str]):
    """An instant as RFC 3339; without an offset it is by the clock of this machine."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return datetime.fromisoformat(str(value)).astimezone(UTC).isoformat().replace("+00:00", "Z")
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time such as 2026-12-01 or 2026-12-01T09:30", param, ctx)


def _options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What says when, of what and how often."""
    for option in reversed(
        [
            click.option("--cron", default="", metavar="EXPRESSION", help='such as "30 9 * * 1-5"; six fields too'),
            click.option("--every", type=Duration(), default=None, metavar="15m", help="every so often instead"),
            click.option("--timezone", default="", metavar="ZONE", help="whose clock --cron means; else UTC's"),
            click.option(
                "--start", type=_Moment(), default=None, help="nothing runs before; what lies behind is missed"
            ),
            click.option("--end", type=_Moment(), default=None, help="nothing runs after"),
            click.option(
                "--catch-up/--no-catch-up", "catches_up", default=True, show_default=True, help="run what was missed"
            ),
            click.option(
                "--max-concurrent", default=1, show_default=True, type=click.IntRange(1, 1000), help="runs at once"
            ),
            click.option("-p", "-P", "--param", "given", multiple=True, metavar="NAME=VALUE", help="a parameter"),
            click.option("--params", "file", metavar="FILE", default="", help="a JSON object of parameters"),
            click.option("--experiment", default="", metavar="NAME", help="where its runs are, made if need be"),
            click.option("--version", default="", metavar="NAME", help="always this version; else the latest"),
            click.option("--off", "is_off", is_flag=True, help="leave it switched off"),
            click.option("--replace", "is_replacing", is_flag=True, help="instead of the schedule of that name"),
        ]
    ):
        function = option(function)
    return function


@click.command()
@click.argument("name")
@click.argument("pipeline", metavar="FILE|PIPELINE", shell_complete=files_and_pipelines)
@_options
@output_option
@client_options
def create(*, client: Client, name: str, pipeline: str, is_replacing: bool, output: str, **told: Any) -> None:
    """Run a pipeline at times: of a Python file, a package that kfp compiled, or a pipeline that was uploaded.

    Values may say [[ScheduledTime]], [[Index]] and [[RunUUID]]. The same command once more changes nothing.

    \b
    tidemill pipeline schedule create nightly training --cron "0 3 * * *" --timezone Europe/Berlin
    tidemill pipeline schedule create often hello.yaml --every 15m --no-catch-up -p count=3
    """
    schedules = Schedules(client)
    new = _asked(client, schedules, name, pipeline, told)
    known = schedules.list_all(1, name=name)[0]
    if known and _is_same(schedules.as_made(known[0].id), new):
        schedule_id, done = known[0].id, "It is there"
    elif known and not is_replacing:
        raise AlreadyExistsError(
            f"there is another schedule named {name!r}", hint="choose another name, or put this in its place: --replace"
        )
    else:
        schedule_id, done = schedules.create(new), "Made"
        if known:
            schedules.delete(known[0].id)
    made = schedules.get(schedule_id, 0)
    if output != "table":
        show_object(msgspec.to_builtins(made), output)
        return
    click.echo(schedule_id)
    click.echo(f"{done}, {made.words}: {schedules.page_of(schedule_id)}", err=True)
    tell_next(made.next_ms[:_SHOWN_NEXT])


def _asked(client: Client, schedules: Schedules, name: str, pipeline: str, told: Mapping[str, Any]) -> NewSchedule:
    pipelines = Pipelines(client)
    document, reference, types = _source(pipelines, pipeline, told["version"])
    return NewSchedule(
        display_name=name,
        trigger=_trigger(schedules, told),
        experiment_id=pipelines.experiment(told["experiment"]) if told["experiment"] else "",
        pipeline_spec=document,
        pipeline_version_reference=reference,
        runtime_config=RuntimeConfig({**values_of_file(told["file"]), **values_given(told["given"], types)}),
        max_concurrency=str(told["max_concurrent"]),
        mode=DISABLE if told["is_off"] else ENABLE,
        no_catchup=not told["catches_up"],
    )


def _source(pipelines: Pipelines, told: str, version: str) -> Source:
    """Its own spec, or what it refers to; and the types of its parameters."""
    if is_file(told):
        if version:
            raise InvalidError(f"{told} is a file, and has no versions", hint="leave out --version, or name a pipeline")
        document = read_package(told).document
        return document, VersionReference(), parameter_types(document)
    found = pipelines.pipeline(told)
    chosen = pipelines.version(found, version)
    reference = VersionReference(found.pipeline_id, chosen.pipeline_version_id if version else "")
    return None, reference, parameter_types(chosen.pipeline_spec)


def _trigger(schedules: Schedules, told: Mapping[str, Any]) -> Trigger:
    """When it runs, looked at by the server. Raises InvalidError."""
    every = told["every"]
    if bool(told["cron"]) == (every is not None):
        raise InvalidError("say when it is to run", hint='--cron "30 9 * * 1-5", or --every 15m')
    start, end = told["start"], told["end"]
    if every is not None:
        if told["timezone"]:
            raise InvalidError("--timezone goes with --cron: 15 minutes are 15 minutes everywhere", hint="leave it out")
        return Trigger(periodic_schedule=PeriodicSchedule(str(every // 1000), start, end))
    cron = schedules.preview(cron=told["cron"], timezone=told["timezone"], count=0).cron
    return Trigger(cron_schedule=CronSchedule(cron, start, end))


def _is_same(made: MadeSchedule, new: NewSchedule) -> bool:
    """Whether a schedule is what is asked for; that it was switched on or off since is no difference."""
    return (
        made.trigger == new.trigger
        and made.pipeline_spec == new.pipeline_spec
        and made.pipeline_version_reference == new.pipeline_version_reference
        and made.runtime_config == new.runtime_config
        and (made.max_concurrency, made.no_catchup) == (new.max_concurrency, new.no_catchup)
        and new.experiment_id in ("", made.experiment_id)
    )
