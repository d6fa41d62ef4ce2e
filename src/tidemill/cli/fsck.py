"""`tidemill fsck`: read everything back, and name what is not as it was acknowledged."""

import asyncio
import sys
from dataclasses import asdict, dataclass
from typing import Any

import click

from tidemill.cli.opening import Storage, opened
from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.quantities import counted, size_text
from tidemill.cli.telling import Telling
from tidemill.core.blobs import Progress
from tidemill.core.database import integrity_problems
from tidemill.core.settings import Settings
from tidemill.kit.errors import TidemillError
from tidemill.tracking import ArtifactCheck, MetricCheck, owner_and_path

_COLUMNS = ("problem", "workspace", "owner", "path", "digest", "detail")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is damaged, by the names that users know it by."""

    part: str
    problem: str
    workspace: str
    owner: str
    path: str
    digest: str
    detail: str


@dataclass(slots=True)
class Report:
    """All that was found, and how much was read."""

    findings: list[Finding]
    read: Progress
    pieces: int


@click.command()
@setting_options
@output_option
def fsck(*, output: str, **flags: Any) -> None:
    """Verify every stored byte: artifacts against their digests, metrics, and the database itself.

    Nothing is changed, and the server may run meanwhile. The exit status is 1 when anything is damaged.
    """
    report = asyncio.run(_check(loaded_settings(flags).settings))
    if report.findings or output != "table":
        show_rows([asdict(finding) for finding in report.findings], output, _COLUMNS)
    artifacts = f"{counted(report.read.blobs, 'artifact')} of {size_text(report.read.bytes)}"
    summary = f"Read {artifacts}, {counted(report.pieces, 'piece')} of metrics and the database"
    click.echo(
        f"{summary}: {counted(len(report.findings), 'finding') if report.findings else 'all is whole'}", err=True
    )
    if report.findings:
        click.echo(
            "hint: log these files again, or restore them from a backup: a put of the same bytes mends", err=True
        )
        sys.exit(1)


async def _check(settings: Settings) -> Report:
    report = Report([], Progress(0, 0), 0)
    async with opened(settings, "fsck") as storage:
        problems = await asyncio.to_thread(integrity_problems, storage.database)
        report.findings += [Finding("database", "damaged", "", "", "", "", problem) for problem in problems]
        for part, check in (("metrics", _check_metrics), ("artifact", _check_artifacts)):
            try:
                await check(storage, report)
            except TidemillError as error:  # a database that is damaged enough cannot even be asked
                report.findings.append(Finding(part, "unreadable", "", "", "", "", error.message))
    return report


async def _check_metrics(storage: Storage, report: Report) -> None:
    with Telling("Checking metrics") as telling:

        def at(pieces: int) -> None:
            report.pieces = pieces
            telling.at(pieces, counted(pieces, "piece"))

        async for found in MetricCheck(storage.database).findings(at):
            workspace = storage.workspace(found.workspace_id)
            report.findings.append(
                Finding("metrics", "damaged", workspace, found.run_uuid, f"metric {found.key}", "", found.detail)
            )


async def _check_artifacts(storage: Storage, report: Report) -> None:
    check = ArtifactCheck(storage.database, storage.blobs)
    expected = await check.expected()
    with Telling("Checking artifacts", expected.bytes) as telling:

        def at(progress: Progress) -> None:
            report.read = progress
            telling.at(progress.bytes, f"{progress.blobs:,} of {expected.blobs:,}, {size_text(progress.bytes)}")

        async for found in check.findings(at):
            owner, path = owner_and_path(found.path)
            workspace = storage.workspace(found.workspace_id)
            detail = found.detail if found.path else f"{found.detail} No file points to it."
            report.findings.append(Finding("artifact", found.problem, workspace, owner, path, found.digest, detail))
