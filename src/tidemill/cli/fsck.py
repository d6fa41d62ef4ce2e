"""`tidemill fsck`: read everything back, and name what is not as it was acknowledged."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import click

from tidemill.cli.opening import Storage, opened
from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.quantities import counted, size_text
from tidemill.cli.telling import Telling
from tidemill.compute import WorkloadCheck, WorkloadFinding
from tidemill.core.blobs import Fault, Progress
from tidemill.core.database import integrity_problems
from tidemill.core.settings import Settings
from tidemill.kit.errors import TidemillError
from tidemill.pipelines import PipelineCheck, PipelineFinding
from tidemill.registry import VersionCheck
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
    """Verify every stored byte: artifacts, what workloads and pipelines need and leave, metrics, and the database.

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
        checks = (("metrics", _check_metrics), ("artifact", _check_artifacts), ("model version", _check_versions))
        for part, check in checks:
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
    expected = [await check.expected(), await WorkloadCheck(storage.database, storage.blobs).expected()]
    blobs, size = sum(each.blobs for each in expected), sum(each.bytes for each in expected)
    faults: dict[str, Fault] = {}
    nobodys: list[Finding] = []
    with Telling("Checking artifacts", size) as telling:

        def at(progress: Progress) -> None:
            report.read = progress
            telling.at(progress.bytes, f"{progress.blobs:,} of {blobs:,}, {size_text(progress.bytes)}")

        async for found in check.findings(at):
            owner, path = owner_and_path(found.path)
            workspace = storage.workspace(found.workspace_id)
            faults[found.digest] = Fault(found.problem, found.detail)
            named = Finding("artifact", found.problem, workspace, owner, path, found.digest, found.detail)
            (report.findings if found.path else nobodys).append(named)
        async for part, use in _uses(storage, faults):
            nobodys = [each for each in nobodys if each.digest != use.digest]
            workspace, fault = storage.workspace(use.workspace_id), use.fault
            report.findings.append(
                Finding(part, fault.problem, workspace, use.uuid, use.what, use.digest, fault.detail)
            )
    report.findings += [replace(each, detail=f"{each.detail} Nothing points to it.") for each in nobodys]


async def _check_versions(storage: Storage, report: Report) -> None:
    for scope in storage.scopes.values():
        async for found in VersionCheck(storage.database).findings(scope):
            detail = "No file is where the version says that its files are: it cannot be loaded."
            report.findings.append(
                Finding("model version", "missing", scope.workspace, found.version, found.location, "", detail)
            )


async def _uses(
    storage: Storage, faults: Mapping[str, Fault]
) -> AsyncIterator[tuple[str, WorkloadFinding | PipelineFinding]]:
    """Who else needs what is faulty, or missing."""
    async for workload in WorkloadCheck(storage.database, storage.blobs).findings(faults):
        yield "workload", workload
    async for run in PipelineCheck(storage.database, storage.blobs).findings(faults):
        yield "pipeline run", run
