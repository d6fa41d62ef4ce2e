"""The commands below `tidemill pipeline`."""

import click

from tidemill.cli.lazy import LazyGroup

COMMANDS = {
    "run": ("tidemill.cli.pipelines.running:run", "Begin a run, of a file or of an uploaded pipeline."),
    "compile": ("tidemill.cli.pipelines.compiling:compile_", "Write a pipeline in Python as YAML or JSON."),
    "upload": ("tidemill.cli.pipelines.uploading:upload", "Keep a pipeline, or a new version of one."),
    "list": ("tidemill.cli.pipelines.listing:list_runs", "List runs, or uploaded pipelines, the newest first."),
    "show": ("tidemill.cli.pipelines.showing:show", "Show a run and the tree of its tasks."),
    "logs": ("tidemill.cli.pipelines.logs:logs", "Print what a task of a run said, or follow it."),
    "artifacts": ("tidemill.cli.pipelines.artifacts:artifacts", "List what tasks made, or write the files of it."),
    "stop": ("tidemill.cli.pipelines.ending:stop", "Stop a run."),
    "retry": ("tidemill.cli.pipelines.ending:retry", "Begin a run again at what failed."),
    "delete": ("tidemill.cli.pipelines.ending:delete", "Remove a run."),
    "schedule": ("tidemill.cli.pipelines.schedules.group:schedule", "Run pipelines at times."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def pipeline() -> None:
    """Run pipelines, and look after their runs."""
