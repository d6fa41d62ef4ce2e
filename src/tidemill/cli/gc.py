"""`tidemill gc`: free what nothing points to, and remove for good what was deleted long ago."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from tidemill import compute, pipelines
from tidemill.cli.opening import Storage, opened
from tidemill.cli.options import loaded_settings, setting_options
from tidemill.cli.output import output_option, show_rows
from tidemill.cli.quantities import Duration, counted, size_text
from tidemill.cli.telling import Telling
from tidemill.compute import RemovedWorkloads, WorkloadRetention
from tidemill.compute.environments import EnvironmentRecord, open_environments
from tidemill.core import idempotency
from tidemill.core.blobs import local_folder
from tidemill.core.settings import Settings
from tidemill.kit.clock import now_ms
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import PipelineRetention
from tidemill.registry import holders_needed
from tidemill.tracking import BlobCollector, Freed, Removed, Retention

_COLUMNS = ("what", "count", "size")
_HOUR_MS = 3600 * 1000
# An object store need not be sent again what was put within the last hour: such a blob looks older than it is.
_OBJECT_STORE_AGE_MS = 2 * _HOUR_MS
_KEYS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """Before which instants things are freed; None for deleted or ended things that are kept."""

    blobs_before_ms: int
    keys_before_ms: int
    environments_before_ms: int
    deleted_before_ms: int | None
    ended_before_ms: int | None
    pipeline_runs_before_ms: int | None

    @property
    def removes(self) -> bool:
        """Whether anything goes for good that a user can still see, or restore."""
        instants = (self.deleted_before_ms, self.ended_before_ms, self.pipeline_runs_before_ms)
        return any(instant is not None for instant in instants)


@dataclass(frozen=True, slots=True)
class UnusedEnvironments:
    """Those that are removed, or would be, and their bytes."""

    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is freed, or would be; `leftovers` is None where it was not counted."""

    removed: Removed
    workloads: RemovedWorkloads
    pipeline_runs: int
    freed: Freed
    keys: int
    leftovers: int | None
    environments: UnusedEnvironments


@click.command()
@click.option("--age", type=Duration(), help="spare what was stored so lately  [default: 1h, in an object store 2h]")
@click.option(
    "--deleted-older-than",
    type=Duration(),
    help="also remove for good the experiments, runs and logged models that were deleted longer ago than that",
)
@click.option(
    "--workloads-older-than",
    type=Duration(),
    help="also remove the workloads that ended longer ago than that, with their logs and results",
)
@click.option(
    "--pipeline-runs-older-than",
    type=Duration(),
    help="also remove the pipeline runs that ended longer ago than that, with what their tasks made",
)
@click.option(
    "--environments-unused-for",
    type=Duration(),
    default="30d",
    show_default=True,
    help="remove environments that no job has used for so long; they are built again when one asks",
)
@click.option("--dry-run", is_flag=True, help="say what would be freed, and free nothing")
@click.option("-y", "--yes", is_flag=True, help="do not ask")
@setting_options
@output_option
def gc(
    *,
    age: int | None,
    deleted_older_than: int | None,
    workloads_older_than: int | None,
    pipeline_runs_older_than: int | None,
    environments_unused_for: int,
    dry_run: bool,
    yes: bool,
    output: str,
    **flags: Any,
) -> None:
    """Free bytes that no artifact points to, what broken uploads left, and keys of requests that nobody repeats.

    The server may run meanwhile. Durations are written as 90s, 15m, 1h, 30d or 2w.
    """
    settings = loaded_settings(flags).settings
    now = now_ms()
    plan = Plan(
        blobs_before_ms=now - _checked_age(settings, age),
        keys_before_ms=now - idempotency.KEPT_MS,
        environments_before_ms=now - environments_unused_for,
        deleted_before_ms=None if deleted_older_than is None else now - deleted_older_than,
        ended_before_ms=None if workloads_older_than is None else now - workloads_older_than,
        pipeline_runs_before_ms=None if pipeline_runs_older_than is None else now - pipeline_runs_older_than,
    )
    asks = not dry_run and not yes and sys.stdin.isatty()
    if plan.removes and not (asks or dry_run or yes):
        raise InvalidError(
            "what is removed for good cannot be restored, and nobody is there to be asked",
            hint="see what would go with --dry-run, then give --yes",
        )
    amounts = asyncio.run(_run(settings, plan, dry_run=dry_run, asks=asks))
    show_rows(_rows(amounts, plan), output, _COLUMNS)


def _checked_age(settings: Settings, age: int | None) -> int:
    least = 0 if local_folder(settings.artifacts_url) is not None else _OBJECT_STORE_AGE_MS
    if age is not None and age < least:
        raise InvalidError(
            f"--age is less than {least // _HOUR_MS} h, and an object store's blobs may be older than they look",
            hint=f"give --age {least // _HOUR_MS}h or more",
        )
    return max(least, _HOUR_MS) if age is None else age


async def _run(settings: Settings, plan: Plan, *, dry_run: bool, asks: bool) -> Amounts:
    async with opened(settings, "gc") as storage:
        if dry_run or asks:
            expected = await _survey(settings, storage, plan)
            if dry_run:
                return expected
            rows = _rows(expected, plan)
            if any(row["count"] for row in rows):
                show_rows(rows, "table", _COLUMNS, err=True)
                click.confirm("Free all of this for good?", abort=True, err=True)
        return await _carry_out(settings, storage, plan)


async def _survey(settings: Settings, storage: Storage, plan: Plan) -> Amounts:
    removed = Removed()
    if plan.deleted_before_ms is not None:
        for scope in storage.scopes.values():
            removed += await Retention(storage.database, [holders_needed]).survey(scope, plan.deleted_before_ms)
    workloads, needed = RemovedWorkloads(), compute.blobs_needed
    if (ended_before_ms := plan.ended_before_ms) is not None:
        workloads = await WorkloadRetention(storage.database).survey(ended_before_ms)
        needed = partial(compute.blobs_needed_then, ended_before_ms)
    runs, needed_of_runs = 0, pipelines.blobs_needed
    if (runs_before_ms := plan.pipeline_runs_before_ms) is not None:
        runs = await PipelineRetention(storage.database).survey(runs_before_ms)
        needed_of_runs = partial(pipelines.blobs_needed_then, runs_before_ms)
    collector = BlobCollector(storage.database, storage.blobs, [needed, needed_of_runs])
    freed = await collector.survey(plan.blobs_before_ms, removed.folders)
    keys = await storage.database.read(lambda tx: idempotency.count_expired(tx, plan.keys_before_ms))
    unused = await open_environments(settings, storage.database).unused(plan.environments_before_ms)
    return Amounts(removed, workloads, runs, freed, keys, None, _summed(unused))


async def _carry_out(settings: Settings, storage: Storage, plan: Plan) -> Amounts:
    removed = await _remove_deleted(storage, plan.deleted_before_ms)
    workloads = await _remove_ended(storage, plan.ended_before_ms)
    runs = await _remove_pipeline_runs(storage, plan.pipeline_runs_before_ms)
    keys = 0
    while gone := await storage.database.write(
        lambda tx: idempotency.forget_expired(tx, plan.keys_before_ms, _KEYS_AT_ONCE)
    ):
        keys += gone
    collector = BlobCollector(storage.database, storage.blobs, [compute.blobs_needed, pipelines.blobs_needed])
    with Telling("Freeing bytes") as telling:
        freed = await collector.collect(
            plan.blobs_before_ms,
            lambda so_far: telling.at(0, f"{counted(so_far.blobs, 'blob')}, {size_text(so_far.bytes)}"),
        )
    stale = await collector.collect_stale(plan.blobs_before_ms)
    unused = await open_environments(settings, storage.database).collect(plan.environments_before_ms)
    return Amounts(removed, workloads, runs, freed, keys, stale, _summed(unused))


def _summed(environments: Sequence[EnvironmentRecord]) -> UnusedEnvironments:
    return UnusedEnvironments(len(environments), sum(record.size_bytes or 0 for record in environments))


async def _remove_deleted(storage: Storage, before_ms: int | None) -> Removed:
    removed = Removed()
    if before_ms is not None:
        with Telling("Removing what was deleted") as telling:
            for scope in storage.scopes.values():
                removed += await Retention(storage.database, [holders_needed]).remove(
                    scope, before_ms, lambda so_far: telling.at(0, counted(so_far.runs, "run"))
                )
    return removed


async def _remove_ended(storage: Storage, before_ms: int | None) -> RemovedWorkloads:
    if before_ms is None:
        return RemovedWorkloads()
    with Telling("Removing workloads") as telling:
        return await WorkloadRetention(storage.database).remove(
            before_ms, lambda so_far: telling.at(0, counted(so_far.workloads, "workload"))
        )


async def _remove_pipeline_runs(storage: Storage, before_ms: int | None) -> int:
    if before_ms is None:
        return 0
    with Telling("Removing pipeline runs") as telling:
        return await PipelineRetention(storage.database).remove(
            before_ms, lambda so_far: telling.at(0, counted(so_far, "pipeline run"))
        )


def _rows(amounts: Amounts, plan: Plan) -> Sequence[dict[str, Any]]:
    removed, freed = amounts.removed, amounts.freed
    deleted = [
        _row("experiments", removed.experiments),
        _row("runs", removed.runs),
        _row("logged models", removed.models),
        _row("artifacts", removed.files, removed.bytes),
        *([_row("kept for model versions", removed.kept)] if removed.kept else []),
    ]
    ended = [_row("workloads", amounts.workloads.workloads, amounts.workloads.bytes)]
    return [
        *(deleted if plan.deleted_before_ms is not None else []),
        *(ended if plan.ended_before_ms is not None else []),
        *([_row("pipeline runs", amounts.pipeline_runs)] if plan.pipeline_runs_before_ms is not None else []),
        _row("blobs", freed.blobs, freed.bytes),
        _row("leftovers of uploads", amounts.leftovers),
        _row("idempotency keys", amounts.keys),
        _row("environments", amounts.environments.count, amounts.environments.bytes),
    ]


def _row(what: str, count: int | None, size: int | None = None) -> dict[str, Any]:
    return {"what": what, "count": count, "size": None if size is None else size_text(size), "bytes": size}
